package io.saddlebag.vendor.alida.table;

import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** UTF-8 as RFC 3629 has it: the shortest form only, and no halves of characters. */
final class Utf8 {
  /** Stands for half a character, which has no UTF-8. */
  static final int NO_CHARACTER = 0xFFFD;

  private Utf8() {}

  /** Writes a character and returns the place behind it. */
  static int put(int point, byte[] target, int at) {
    int next = at;
    if (point < 0x80) {
      target[next++] = (byte) point;
    } else if (point < 0x800) {
      target[next++] = (byte) (0xC0 | point >> 6);
      target[next++] = tail(point);
    } else if (point < 0x10000) {
      target[next++] = (byte) (0xE0 | point >> 12);
      target[next++] = tail(point >> 6);
      target[next++] = tail(point);
    } else {
      target[next++] = (byte) (0xF0 | point >> 18);
      target[next++] = tail(point >> 12);
      target[next++] = tail(point >> 6);
      target[next++] = tail(point);
    }
    return next;
  }

  private static byte tail(int point) {
    return (byte) (0x80 | point & 0x3F);
  }

  /** A text's bytes; half a character becomes the same mark as everywhere else. */
  static byte[] bytes(String text) {
    byte[] bytes = new byte[text.length() * 3];
    int end = 0;
    for (int at = 0; at < text.length(); at++) {
      int point = text.codePointAt(at);
      if (point >= 0x10000) {
        at++;
      }
      end = put(point >= 0xD800 && point < 0xE000 ? NO_CHARACTER : point, bytes, end);
    }
    return Arrays.copyOf(bytes, end);
  }

  /** A writer that does the same. */
  static Writer writer(OutputStream out) {
    byte[] mark = bytes(Character.toString(NO_CHARACTER));
    return new OutputStreamWriter(
        out,
        StandardCharsets.UTF_8
            .newEncoder()
            .replaceWith(mark)
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE));
  }

  /** The place behind a character that is not ASCII; the bytes must go on for three more. */
  static int character(byte[] bytes, int at) throws Unusual {
    int head = bytes[at] & 0xFF;
    int second = bytes[at + 1] & 0xFF;
    if (head >= 0xC2 && head < 0xE0) {
      return tails(bytes, at + 1, at + 2);
    }
    if (head >= 0xE0 && head < 0xF0) {
      if (head == 0xE0 && second < 0xA0 || head == 0xED && second >= 0xA0) {
        throw Unusual.HERE;
      }
      return tails(bytes, at + 1, at + 3);
    }
    if (head >= 0xF0 && head < 0xF5) {
      if (head == 0xF0 && second < 0x90 || head == 0xF4 && second >= 0x90) {
        throw Unusual.HERE;
      }
      return tails(bytes, at + 1, at + 4);
    }
    throw Unusual.HERE;
  }

  private static int tails(byte[] bytes, int from, int to) throws Unusual {
    for (int at = from; at < to; at++) {
      if ((bytes[at] & 0xC0) != 0x80) {
        throw Unusual.HERE;
      }
    }
    return to;
  }
}
