package io.saddlebag.vendor.commcare;

import io.saddlebag.shaping.ShapingFailure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Copies a CSV with its fields of three dashes left empty, quoted or not; everything else, the row
 * of names too, stays byte for byte. The signs of CSV are single bytes in UTF-8, so bytes are
 * enough. What is a field is what docs/csv.md says: a quote within a field that does not begin with
 * one is a part of it.
 */
final class MissingFields {
  private static final int BUFFER = 64 << 10;
  private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
  private static final byte[] BARE = {'-', '-', '-'};
  private static final byte[] QUOTED = {'"', '-', '-', '-', '"'};

  private final String name;
  private final InputStream in;
  private final OutputStream out;
  private final byte[] field = new byte[QUOTED.length];
  private int held;
  private boolean passing;
  private State state = State.BEGINNING;
  private boolean names = true;
  private boolean blank = true;
  private long line = 1;
  private long opened;
  private byte before;

  /** Where in a field the next byte is. */
  private enum State {
    BEGINNING,
    BARE,
    QUOTED,
    /** Behind a quote in quotes, which ends the field or is the first of two. */
    CLOSED
  }

  /** A table under the name that a failure tells. */
  MissingFields(String name, InputStream in, OutputStream out) {
    this.name = name;
    this.in = in;
    this.out = out;
  }

  /**
   * Copies to the end.
   *
   * @throws ShapingFailure when quotes do not open and close as those of CSV do
   */
  void copy() throws IOException {
    byte[] head = in.readNBytes(MARK.length);
    if (java.util.Arrays.equals(head, MARK)) {
      out.write(head);
    } else {
      take(head, head.length);
    }
    byte[] buffer = new byte[BUFFER];
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      take(buffer, read);
    }
    if (state == State.QUOTED) {
      throw failure(opened, "its quotes are opened and never closed");
    }
    endField();
  }

  private void take(byte[] bytes, int length) throws IOException {
    for (int i = 0; i < length; i++) {
      take(bytes[i]);
      before = bytes[i];
    }
  }

  private void take(byte b) throws IOException {
    boolean breaks = b == '\r' || b == '\n';
    if (b == '\r' || b == '\n' && before != '\r') {
      line++;
    }
    if (state != State.QUOTED && (breaks || b == ',')) {
      endField();
      blank &= b != ',';
      // The names are on the first line that is not blank.
      names &= !breaks || blank;
      blank |= breaks;
      out.write(b);
      return;
    }
    blank = false;
    state = next(b);
    if (passing) {
      out.write(b);
    } else if (held < field.length) {
      field[held++] = b;
    } else {
      flush();
      passing = true;
      out.write(b);
    }
  }

  private State next(byte b) {
    return switch (state) {
      case BEGINNING -> {
        opened = line;
        yield b == '"' ? State.QUOTED : State.BARE;
      }
      case BARE -> State.BARE;
      case QUOTED -> b == '"' ? State.CLOSED : State.QUOTED;
      case CLOSED -> {
        if (b != '"') {
          throw failure(opened, "there is more in a field behind its closing quotes");
        }
        yield State.QUOTED;
      }
    };
  }

  private ShapingFailure failure(long at, String words) {
    return new ShapingFailure(
        name
            + " cannot be read at line "
            + at
            + ", where a field begins: "
            + words
            + "; ask for another file");
  }

  private void endField() throws IOException {
    if (names || !missing()) {
      flush();
    }
    held = 0;
    passing = false;
    state = State.BEGINNING;
  }

  private void flush() throws IOException {
    out.write(field, 0, held);
    held = 0;
  }

  private boolean missing() {
    return !passing && (is(BARE) || is(QUOTED));
  }

  private boolean is(byte[] sign) {
    return java.util.Arrays.equals(field, 0, held, sign, 0, sign.length);
  }
}
