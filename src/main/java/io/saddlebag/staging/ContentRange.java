package io.saddlebag.staging;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads Content-Range headers, as a 206 and a 416 have them. */
final class ContentRange {
  private static final Pattern PART = Pattern.compile("bytes (\\d{1,18})-\\d+/(?:\\d+|\\*)");
  private static final Pattern NO_PART = Pattern.compile("bytes \\*/(\\d{1,18})");

  private ContentRange() {}

  /** Whether the bytes of a 206 begin here. */
  static boolean beginsAt(@Nullable String header, long offset) {
    Matcher range = PART.matcher(String.valueOf(header));
    return range.matches() && Long.parseLong(range.group(1)) == offset;
  }

  /** Whether a 416 says that the whole file has so many bytes. */
  static boolean wholeIs(@Nullable String header, long bytes) {
    Matcher range = NO_PART.matcher(String.valueOf(header));
    return range.matches() && Long.parseLong(range.group(1)) == bytes;
  }
}
