package io.saddlebag.staging;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which bytes of a file a 206 brings, as its Content-Range header says.
 *
 * @param first the first of them, from 0
 * @param last the last of them
 * @param total how many the file has, -1 when unknown
 */
record ContentRange(long first, long last, long total) {
  private static final Pattern PART =
      Pattern.compile("(?i)\\s*bytes\\s+(\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)\\s*");
  private static final Pattern NO_PART = Pattern.compile("(?i)\\s*bytes\\s+\\*/(\\d{1,18})\\s*");

  /** Reads the header; empty when it says nothing that can be. */
  static Optional<ContentRange> of(@Nullable String header) {
    Matcher range = PART.matcher(String.valueOf(header));
    if (!range.matches()) {
      return Optional.empty();
    }
    String total = range.group(3);
    ContentRange read =
        new ContentRange(
            Long.parseLong(range.group(1)),
            Long.parseLong(range.group(2)),
            total.equals("*") ? -1 : Long.parseLong(total));
    return Optional.of(read)
        .filter(it -> it.first <= it.last && (it.total < 0 || it.last < it.total));
  }

  /** Whether an answer of these bytes goes on behind what is there, in a file of this length. */
  boolean continues(long have, long announced, long whole) {
    return first == have
        && (announced < 0 || announced == last - first + 1)
        && (whole < 0 || total < 0 || total == whole)
        && (whole < 0 || last < whole);
  }

  /** Whether a 416 says that the whole file has so many bytes. */
  static boolean wholeIs(@Nullable String header, long bytes) {
    Matcher range = NO_PART.matcher(String.valueOf(header));
    return range.matches() && Long.parseLong(range.group(1)) == bytes;
  }
}
