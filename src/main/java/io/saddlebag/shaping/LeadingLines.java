package io.saddlebag.shaping;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** The blank lines before the first line of a text in UTF-8 that says something. */
final class LeadingLines {
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private LeadingLines() {}

  /** How many there are; empty when there is nothing else. */
  static OptionalLong blank(Path text) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(text))) {
      skipMark(in);
      long lines = 0;
      int before = 0;
      int character = in.read();
      while (character == '\n' || character == '\r') {
        lines += before == '\r' && character == '\n' ? 0 : 1;
        before = character;
        character = in.read();
      }
      return character < 0 ? OptionalLong.empty() : OptionalLong.of(lines);
    }
  }

  private static void skipMark(InputStream in) throws IOException {
    in.mark(BYTE_ORDER_MARK.length);
    if (!java.util.Arrays.equals(in.readNBytes(BYTE_ORDER_MARK.length), BYTE_ORDER_MARK)) {
      in.reset();
    }
  }
}
