package io.saddlebag.staging;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the file name out of a Content-Disposition header, also in the forms that vendors send:
 * unquoted, and with a space before the equals sign (the vendors' sheet on signed URLs, section 6).
 */
public final class ContentDisposition {
  private static final Pattern EXTENDED =
      Pattern.compile("(?i)filename\\*\\s*=\\s*(utf-8|iso-8859-1)'[^']*'([^;\\s]+)");
  private static final Pattern QUOTED =
      Pattern.compile("(?i)filename\\s*=\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");
  private static final Pattern PLAIN = Pattern.compile("(?i)filename\\s*=\\s*([^;\"]+)");

  private ContentDisposition() {}

  /** The file name, not yet safe; empty when there is none. */
  public static Optional<String> fileName(@Nullable String header) {
    if (header == null) {
      return Optional.empty();
    }
    Matcher extended = EXTENDED.matcher(header);
    if (extended.find()) {
      Charset charset =
          extended.group(1).equalsIgnoreCase("utf-8")
              ? StandardCharsets.UTF_8
              : StandardCharsets.ISO_8859_1;
      return Optional.of(decoded(extended.group(2), charset));
    }
    Matcher quoted = QUOTED.matcher(header);
    if (quoted.find()) {
      return Optional.of(
          decoded(quoted.group(1).replaceAll("\\\\(.)", "$1"), StandardCharsets.UTF_8));
    }
    Matcher plain = PLAIN.matcher(header);
    return plain.find()
        ? Optional.of(decoded(plain.group(1).strip(), StandardCharsets.UTF_8))
        : Optional.empty();
  }

  private static String decoded(String text, Charset charset) {
    if (!text.matches("(?s).*%[0-9A-Fa-f]{2}.*")) {
      return text;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%'
          && i + 2 < text.length()
          && text.substring(i + 1, i + 3).matches("[0-9A-Fa-f]{2}")) {
        bytes.write(Integer.parseInt(text.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        bytes.writeBytes(String.valueOf(c).getBytes(charset));
      }
    }
    return bytes.toString(charset);
  }
}
