package io.saddlebag.vendor.commcare;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Copies a CSV with its fields of three dashes left empty, quoted or not; everything else, the
 * first row too, stays byte for byte. The signs of CSV are single bytes in UTF-8, so bytes are
 * enough.
 */
final class MissingFields {
  private static final int BUFFER = 64 << 10;
  private static final byte[] BARE = {'-', '-', '-'};
  private static final byte[] QUOTED = {'"', '-', '-', '-', '"'};

  private final InputStream in;
  private final OutputStream out;
  private final byte[] field = new byte[QUOTED.length];
  private int held;
  private boolean passing;
  private boolean quoted;
  private boolean headings = true;

  MissingFields(InputStream in, OutputStream out) {
    this.in = in;
    this.out = out;
  }

  void copy() throws IOException {
    byte[] buffer = new byte[BUFFER];
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      for (int i = 0; i < read; i++) {
        take(buffer[i]);
      }
    }
    endField();
  }

  private void take(byte b) throws IOException {
    if (b == '"') {
      // A doubled quote closes and opens again, which comes to the same.
      quoted = !quoted;
    } else if (!quoted && (b == ',' || b == '\r' || b == '\n')) {
      endField();
      headings &= b == ',';
      out.write(b);
      return;
    }
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

  private void endField() throws IOException {
    if (headings || !missing()) {
      flush();
    }
    held = 0;
    passing = false;
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
