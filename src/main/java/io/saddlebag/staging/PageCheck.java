package io.saddlebag.staging;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Tells a page that was asked for from one that came in its place. No export asks for a password,
 * and a page that is called by an error and holds no table is that error.
 */
final class PageCheck {
  private static final int BYTES = 1 << 20;
  private static final Pattern PASSWORD =
      Pattern.compile("<input\\b[^>]{0,500}\\btype\\s*=\\s*[\"']?password");
  private static final Pattern TABLE = Pattern.compile("<(?:table|tr|td)[\\s>]");
  private static final Pattern ERROR =
      Pattern.compile(
          "<(?:title|h1|body)\\b[^>]*+>(?:\\s*+<[^>]*+>)*+\\s*+(?:(?:http )?(?:error )?[45]\\d\\d[ :|-]{0,3}"
              + "(?:error|bad|unauth|forbidden|not found|method|request|too many|internal|service|gateway|server|(?=<))[^<]{0,60}"
              + "|(?:server |application )?error[^<a-z]{0,5}|(?:please )?(?:sign|log) ?in\\b[^<]{0,40}"
              + "|(?:access denied|forbidden|(?:page |file )?not found|unauthori[sz]ed|bad gateway|gateway time-?out"
              + "|internal server error|service (?:temporarily )?unavailable|just a moment|attention required"
              + "|request rejected|too many requests|(?:scheduled |under )?maintenance)\\b[^<]{0,60})\\s*<");
  private static final Pattern ELEMENT =
      Pattern.compile(
          "\\A(?:\\s|\\uFEFF|<!--.*?-->|<\\?xml[^>]*>)*<(?:!doctype\\s+html|html|head|body|title|meta|style|link|base"
              + "|script|table|thead|tbody|tr|h[1-6]|p|div|span|section|article|main|header|footer|nav|form|center"
              + "|font|b|i|u|em|strong|a|img|pre|code|ul|ol|dl|hr|br|small|caption|colgroup)\\b",
          Pattern.DOTALL);

  private final Path file;

  PageCheck(Path file) {
    this.file = file;
  }

  /** Throws LOGIN_PAGE or NOT_A_PAGE. */
  List<String> check(boolean tables) throws IOException {
    String page = start();
    if (!ELEMENT.matcher(page).find()) {
      throw StagingFailure.instead(
          "NOT_A_PAGE",
          "the vendor sent something else than the web page that was asked for; it begins: "
              + BodyHead.of(file).excerpt(),
          ErrorDocument.in(file).orElse(null));
    }
    if (PASSWORD.matcher(page).find()) {
      throw loginPage();
    }
    boolean table = TABLE.matcher(page).find();
    if (!table && (tables || ERROR.matcher(page).find())) {
      throw loginPage();
    }
    return List.of("web-page");
  }

  private static StagingFailure loginPage() {
    return StagingFailure.last(
        "LOGIN_PAGE",
        "the vendor sent another web page than the one that was asked for, as a login page, an error page"
            + " or a proxy's; see that the connection's account may download it");
  }

  private String start() throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(BYTES), StandardCharsets.UTF_8)
          .replace("\0", "")
          .toLowerCase(Locale.ROOT);
    }
  }
}
