package io.saddlebag.staging;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a Content-Encoding header says. Saddlebag asks for no coding; gzip is undone where a server
 * sends it all the same, everything else is refused. See
 * https://www.rfc-editor.org/rfc/rfc9110#section-8.4
 */
public enum ContentCoding {
  /** The bytes are the file. */
  NONE,
  /** {@code gzip} or, by its old name, {@code x-gzip}, once. */
  GZIP,
  /** Another coding, or several. */
  OTHER;

  private static final Set<String> GZIPS = Set.of("gzip", "x-gzip");

  /** What servers write that mean none; names of character sets are among the frequent ones. */
  private static final Set<String> NONES =
      Set.of("", "identity", "none", "binary", "7bit", "8bit", "utf8");

  /** Reads the header, several of them joined by commas; null is none. */
  public static ContentCoding of(@Nullable String header) {
    List<String> codings = codings(header);
    if (codings.isEmpty()) {
      return NONE;
    }
    return codings.size() == 1 && GZIPS.contains(codings.get(0)) ? GZIP : OTHER;
  }

  /** The codings' names, fit for a message. */
  static String names(@Nullable String header) {
    String names = String.join(", ", codings(header)).replaceAll("[^\\x20-\\x7E]", "?");
    return names.length() <= 80 ? names : names.substring(0, 80) + "…";
  }

  private static List<String> codings(@Nullable String header) {
    return Arrays.stream(String.valueOf(header == null ? "" : header).split(",", -1))
        .map(coding -> coding.strip().toLowerCase(Locale.ROOT))
        .filter(coding -> !NONES.contains(coding) && !charset(coding))
        .collect(Collectors.toList());
  }

  private static boolean charset(String word) {
    try {
      return Charset.isSupported(word);
    } catch (IllegalCharsetNameException e) {
      return false;
    }
  }
}
