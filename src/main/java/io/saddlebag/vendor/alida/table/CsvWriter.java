package io.saddlebag.vendor.alida.table;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * Writes rows as RFC 4180 says, out of UTF-8 bytes: a cell is quoted when it holds a comma, a quote
 * or a line break. One row after the other, from one thread.
 */
final class CsvWriter {
  /** Longer than any cell that is looked at byte by byte would need; larger ones pass by. */
  private static final int BUFFER = 1 << 16;

  private static final byte[] EMPTY = {};
  private static final byte[] BOM = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private final OutputStream out;
  private final boolean guard;
  private final byte[] lineEnd;
  private final byte[] buffer = new byte[BUFFER];
  private int length;
  private boolean first = true;
  private long rows;

  CsvWriter(OutputStream out, TableOptions options) throws IOException {
    this.out = out;
    this.guard = options.formulaGuard();
    this.lineEnd =
        options.lineEnd() == TableOptions.LineEnd.LF ? new byte[] {'\n'} : new byte[] {'\r', '\n'};
    if (options.bom()) {
      write(BOM, 0, BOM.length);
    }
  }

  /** A cell of a text that came from the document. */
  void text(String text) throws IOException {
    byte[] bytes = Utf8.bytes(text);
    text(bytes, 0, bytes.length);
  }

  /** A cell of a text that came from the document, as UTF-8. */
  void text(byte[] bytes, int from, int to) throws IOException {
    cell(bytes, from, to, guard && from < to && formula(bytes[from]));
  }

  /** A cell of numbers, or of a token that the user chose: no formula. */
  void plain(byte[] bytes, int from, int to) throws IOException {
    cell(bytes, from, to, false);
  }

  /** A cell that {@link #escaped} has made ready. */
  void ready(byte[] cell) throws IOException {
    next();
    write(cell, 0, cell.length);
  }

  /** A cell without anything. */
  void empty() throws IOException {
    ready(EMPTY);
  }

  void endRow() throws IOException {
    write(lineEnd, 0, lineEnd.length);
    first = true;
    rows++;
  }

  /** How many rows have ended, the header among them. */
  long rows() {
    return rows;
  }

  void flush() throws IOException {
    out.write(buffer, 0, length);
    length = 0;
  }

  /** What {@link #text(String)} would write, to be written often with {@link #ready}. */
  static byte[] escaped(String text, boolean guard) {
    byte[] bytes = Utf8.bytes(text);
    boolean apostrophe = guard && bytes.length > 0 && formula(bytes[0]);
    byte[] guarded = bytes;
    if (apostrophe) {
      guarded = new byte[bytes.length + 1];
      guarded[0] = '\'';
      System.arraycopy(bytes, 0, guarded, 1, bytes.length);
    }
    if (!special(guarded, 0, guarded.length)) {
      return guarded;
    }
    byte[] quoted = new byte[guarded.length * 2 + 2];
    int end = 0;
    quoted[end++] = '"';
    for (byte b : guarded) {
      if (b == '"') {
        quoted[end++] = '"';
      }
      quoted[end++] = b;
    }
    quoted[end++] = '"';
    return Arrays.copyOf(quoted, end);
  }

  private void cell(byte[] bytes, int from, int to, boolean apostrophe) throws IOException {
    next();
    if (!special(bytes, from, to)) {
      if (apostrophe) {
        write('\'');
      }
      write(bytes, from, to);
      return;
    }
    write('"');
    if (apostrophe) {
      write('\'');
    }
    int start = from;
    for (int at = from; at < to; at++) {
      if (bytes[at] == '"') {
        write(bytes, start, at + 1);
        start = at;
      }
    }
    write(bytes, start, to);
    write('"');
  }

  private void next() throws IOException {
    if (!first) {
      write(',');
    }
    first = false;
  }

  private void write(char ascii) throws IOException {
    if (length == BUFFER) {
      flush();
    }
    buffer[length++] = (byte) ascii;
  }

  private void write(byte[] bytes, int from, int to) throws IOException {
    int count = to - from;
    if (count > BUFFER - length) {
      flush();
      if (count > BUFFER) {
        out.write(bytes, from, count);
        return;
      }
    }
    System.arraycopy(bytes, from, buffer, length, count);
    length += count;
  }

  private static boolean special(byte[] bytes, int from, int to) {
    for (int at = from; at < to; at++) {
      byte b = bytes[at];
      if (b <= ',' && (b == ',' || b == '"' || b == '\n' || b == '\r')) {
        return true;
      }
    }
    return false;
  }

  /** What spreadsheets take for the beginning of a formula, or skip to find one behind it. */
  static boolean formula(byte b) {
    return b == '=' || b == '+' || b == '-' || b == '@' || b == '\t' || b == '\r' || b == '\n';
  }
}
