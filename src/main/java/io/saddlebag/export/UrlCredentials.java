package io.saddlebag.export;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The secrets that stand inside of a URL: behind the user, or as parameters. */
public final class UrlCredentials {
  private static final Pattern USER_INFO = Pattern.compile("://([^\\s/?#]*)@");
  private static final Pattern PARAMETER =
      Pattern.compile("[?&;]([A-Za-z0-9._-]+)=([^&;\\s\"'<>]+)");

  private UrlCredentials() {}

  /** The secrets in a value, as they are written and as they are meant; none in most values. */
  public static List<String> in(String value) {
    List<String> secrets = new ArrayList<>();
    Matcher user = USER_INFO.matcher(value);
    while (user.find()) {
      add(user.group(1).substring(user.group(1).indexOf(':') + 1), secrets);
    }
    Matcher parameter = PARAMETER.matcher(value);
    while (parameter.find()) {
      if (Connection.secret(parameter.group(1))) {
        add(parameter.group(2), secrets);
      }
    }
    return secrets;
  }

  private static void add(String written, List<String> secrets) {
    secrets.add(written);
    try {
      secrets.add(URLDecoder.decode(written, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException notEncoded) {
      // A plain % in it: what is written is what is meant.
    }
  }
}
