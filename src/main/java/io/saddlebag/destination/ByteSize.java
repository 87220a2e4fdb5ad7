package io.saddlebag.destination;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A size as users write it: a whole number with a unit, as {@code 16MiB}; without a unit, bytes.
 *
 * @param bytes the size in bytes
 */
record ByteSize(long bytes) {
  private static final Pattern WRITTEN =
      Pattern.compile("\\s*(\\d{1,12})\\s*(b|kib|mib|gib|kb|mb|gb)?\\s*", Pattern.CASE_INSENSITIVE);

  /** Reads a size; throws, with a sentence that says how to write one, when it is none. */
  static ByteSize parse(String parameter, String text) {
    Matcher written = WRITTEN.matcher(text);
    if (!written.matches()) {
      throw new IllegalArgumentException(
          parameter + " is \"" + text + "\", which is no size: write it as 16MiB");
    }
    String unit = written.group(2) == null ? "b" : written.group(2).toLowerCase(Locale.ROOT);
    return new ByteSize(Math.multiplyExact(Long.parseLong(written.group(1)), factor(unit)));
  }

  private static long factor(String unit) {
    return switch (unit) {
      case "kib" -> 1L << 10;
      case "mib" -> 1L << 20;
      case "gib" -> 1L << 30;
      case "kb" -> 1_000L;
      case "mb" -> 1_000_000L;
      case "gb" -> 1_000_000_000L;
      default -> 1L;
    };
  }
}
