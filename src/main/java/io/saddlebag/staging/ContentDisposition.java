package io.saddlebag.staging;

import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the file name out of a Content-Disposition header, in the forms of RFC 6266, and in those
 * that vendors send: unquoted with blanks, with a space before the equals sign, percent-encoded, as
 * encoded words of RFC 2047, in pieces as of RFC 2231, and as raw bytes of UTF-8 or of Windows.
 */
public final class ContentDisposition {
  /** A name and a value: in quotes, also without the last of them, or up to the next semicolon. */
  private static final Pattern PARAMETER =
      Pattern.compile(
          "(?:^|[;,\\s])\\s*([A-Za-z0-9!#$&+.^_`|~*-]+)\\s*=\\s*"
              + "(?:\"((?:[^\"\\\\]|\\\\.)*+)(?:\"|\\\\?$)|([^;\"]*+))",
          Pattern.DOTALL);

  /** A character set, a language and percent-encoded bytes, RFC 8187. */
  private static final Pattern EXTENDED = Pattern.compile("([^']*)'[^']*'(.*)", Pattern.DOTALL);

  private static final Pattern PIECE = Pattern.compile("filename\\*(\\d{1,3})(\\*?)");
  private static final Pattern WINDOWS_PATH = Pattern.compile("(?s)(?:[A-Za-z]:|\\\\)\\\\[^\"]*");

  private ContentDisposition() {}

  /** The file name, not yet safe; empty when there is none. Never throws. */
  public static Optional<String> fileName(@Nullable String header) {
    if (header == null) {
      return Optional.empty();
    }
    List<String> extended = new ArrayList<>();
    List<String> plain = new ArrayList<>();
    TreeMap<Integer, Piece> pieces = new TreeMap<>();
    Matcher parameters = PARAMETER.matcher(header);
    while (parameters.find()) {
      String name = parameters.group(1).toLowerCase(Locale.ROOT);
      String value =
          parameters.group(2) == null ? parameters.group(3).strip() : unquoted(parameters.group(2));
      Matcher piece = PIECE.matcher(name);
      if (name.equals("filename*")) {
        extended.add(value);
      } else if (name.equals("filename")) {
        plain.add(value);
      } else if (piece.matches()) {
        pieces.putIfAbsent(
            Integer.valueOf(piece.group(1)), new Piece(value, !piece.group(2).isEmpty()));
      }
    }
    return extended.stream()
        .flatMap(value -> exact(value).stream())
        .findFirst()
        .or(() -> whole(pieces))
        .or(() -> plain.stream().map(ContentDisposition::lenient).findFirst())
        // Better a name with marks in it than none.
        .or(() -> extended.stream().map(ContentDisposition::marked).findFirst())
        .filter(name -> !name.isBlank());
  }

  /** A piece of a name that was cut for its length. */
  private record Piece(String value, boolean encoded) {}

  private static Optional<String> whole(TreeMap<Integer, Piece> pieces) {
    if (!pieces.containsKey(0)) {
      return Optional.empty();
    }
    Matcher first = EXTENDED.matcher(pieces.get(0).value());
    boolean extended = pieces.get(0).encoded() && first.matches();
    StringBuilder text = new StringBuilder();
    int next = 0;
    for (Piece piece = pieces.get(next); piece != null; piece = pieces.get(++next)) {
      String value = next == 0 && extended ? first.group(2) : piece.value();
      text.append(piece.encoded() ? value : value.replace("%", "%25"));
    }
    return extended
        ? exact(first.group(1) + "''" + text)
        : Optional.of(lenient(text.toString().replace("%25", "%")));
  }

  /** What an extended value says, if it says it without a fault. */
  private static Optional<String> exact(String value) {
    Matcher parts = EXTENDED.matcher(value);
    if (!parts.matches()) {
      return Optional.empty();
    }
    return RawText.charset(parts.group(1))
        .flatMap(charset -> RawText.percentDecoded(parts.group(2), charset));
  }

  private static String marked(String value) {
    Matcher parts = EXTENDED.matcher(value);
    if (!parts.matches()) {
      return lenient(value);
    }
    Optional<Charset> charset = RawText.charset(parts.group(1));
    return charset.isPresent()
        ? RawText.percentDecodedWithMarks(parts.group(2), charset.get())
        : lenient(parts.group(2));
  }

  /** A plain value: encoded words, percent-encoded UTF-8, or the bytes themselves. */
  private static String lenient(String value) {
    return EncodedWords.decoded(value)
        .orElseGet(
            () ->
                RawText.percentDecoded(value, java.nio.charset.StandardCharsets.UTF_8)
                    .orElseGet(() -> RawText.recovered(value)));
  }

  /** Takes the escapes away, but not those of a path, which are none. */
  private static String unquoted(String text) {
    return WINDOWS_PATH.matcher(text).matches() ? text : text.replaceAll("(?s)\\\\(.)", "$1");
  }
}
