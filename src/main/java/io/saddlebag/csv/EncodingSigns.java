package io.saddlebag.csv;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What the first bytes of a text show of its encoding: a mark, or the zero bytes that UTF-16 has
 * beside every letter, digit and sign of ASCII. Latin texts of one byte a character show nothing.
 */
public final class EncodingSigns {
  /** Of a text without a mark, so many units of ASCII in one order for each in the other. */
  private static final int CLEARLY = 10;

  private EncodingSigns() {}

  /** The encoding of the mark at the beginning: UTF-8, UTF-16LE or UTF-16BE; null without one. */
  public static @Nullable Charset marked(byte[] head, int length) {
    if (length >= 3 && head[0] == (byte) 0xEF && head[1] == (byte) 0xBB && head[2] == (byte) 0xBF) {
      return StandardCharsets.UTF_8;
    }
    if (length >= 2 && head[0] == (byte) 0xFF && head[1] == (byte) 0xFE) {
      return StandardCharsets.UTF_16LE;
    }
    if (length >= 2 && head[0] == (byte) 0xFE && head[1] == (byte) 0xFF) {
      return StandardCharsets.UTF_16BE;
    }
    return null;
  }

  /**
   * The order of bytes of a text that is known to be UTF-16; null when the bytes do not tell. Line
   * breaks, separators and digits are ASCII in a table of any language, so that one of the two
   * orders has many of them.
   */
  public static @Nullable Charset order(byte[] head, int length) {
    int little = 0;
    int big = 0;
    int littleBreaks = 0;
    int bigBreaks = 0;
    for (int i = 0; i + 1 < length; i += 2) {
      if (head[i + 1] == 0 && ascii(head[i])) {
        little++;
        littleBreaks += head[i] == '\n' ? 1 : 0;
      } else if (head[i] == 0 && ascii(head[i + 1])) {
        big++;
        bigBreaks += head[i + 1] == '\n' ? 1 : 0;
      }
    }
    // U+0A00, a line break in the other order, is no character; others such as U+4E00 are.
    if (little > CLEARLY * big || littleBreaks > 0 && bigBreaks == 0 && little > big) {
      return StandardCharsets.UTF_16LE;
    }
    return big > CLEARLY * little || bigBreaks > 0 && littleBreaks == 0 && big > little
        ? StandardCharsets.UTF_16BE
        : null;
  }

  /**
   * The encoding that a text shows although it is said to be in another one; null when it shows
   * none, or that one.
   */
  public static @Nullable Charset otherThan(Charset said, byte[] head, int length) {
    String name = said.name();
    if (name.startsWith("UTF-32") || name.startsWith("X-UTF-") || name.startsWith("x-UTF-")) {
      return null;
    }
    Charset shown = marked(head, length);
    if (shown == null) {
      shown = order(head, length);
      if (shown != null && !name.startsWith("UTF-16") && !oftenZero(head, length)) {
        return null;
      }
    }
    boolean same =
        shown == null
            || shown.equals(said)
            || said.equals(StandardCharsets.UTF_16) && !shown.equals(StandardCharsets.UTF_8);
    return same ? null : shown;
  }

  /** Four of them and one byte of twenty, or one of three: a zero that strayed in is no sign. */
  private static boolean oftenZero(byte[] head, int length) {
    int zeros = 0;
    for (int i = 0; i < length; i++) {
      zeros += head[i] == 0 ? 1 : 0;
    }
    return zeros >= 4 && zeros * 20L >= length || zeros * 3L >= length;
  }

  private static boolean ascii(byte b) {
    return b >= ' ' && b <= '~' || b == '\n' || b == '\r' || b == '\t';
  }
}
