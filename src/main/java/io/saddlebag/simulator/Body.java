package io.saddlebag.simulator;

import java.io.IOException;
import java.io.OutputStream;

/** The bytes of an answer; can be written again and again, from any offset. */
public interface Body {

  /** How many bytes there are. */
  long length();

  /** Writes the bytes from {@code offset} on. */
  void writeTo(OutputStream out, long offset) throws IOException;

  /** A body of these bytes. */
  static Body of(byte[] bytes) {
    return new Body() {
      @Override
      public long length() {
        return bytes.length;
      }

      @Override
      public void writeTo(OutputStream out, long offset) throws IOException {
        out.write(bytes, (int) offset, bytes.length - (int) offset);
      }
    };
  }

  /** A body of any size that repeats a line of text, made while it is written. */
  static Body repeating(String line, long length) {
    byte[] unit =
        line.repeat(Math.max(1, 65_536 / line.length()))
            .getBytes(java.nio.charset.StandardCharsets.UTF_8);
    return new Body() {
      @Override
      public long length() {
        return length;
      }

      @Override
      public void writeTo(OutputStream out, long offset) throws IOException {
        long at = offset;
        while (at < length) {
          int from = (int) (at % unit.length);
          int count = (int) Math.min(unit.length - from, length - at);
          out.write(unit, from, count);
          at += count;
        }
      }
    };
  }
}
