package io.saddlebag.destination;

import io.saddlebag.csv.CsvRow;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/**
 * Writes rows in the text format of PostgreSQL's COPY, in UTF-8. Whatever a field says, it is a
 * part of one line and nothing that the server takes for the end of the data, as it takes a line of
 * {@code \.} in CSV before version 18 (https://www.postgresql.org/docs/17/sql-copy.html). Not safe
 * for threads.
 */
final class CopyText {
  private static final int BUFFER = 64 << 10;

  private final Writer out;
  private final String nullText;
  private final char[] buffer = new char[BUFFER];
  private int used;

  /**
   * Rows for a server.
   *
   * @param nullText what a field without quotes says that has no value
   */
  CopyText(OutputStream out, String nullText) {
    this.out = new OutputStreamWriter(out, StandardCharsets.UTF_8);
    this.nullText = nullText;
  }

  void write(CsvRow row) throws IOException {
    for (int field = 0; field < row.size(); field++) {
      if (field > 0) {
        put('\t');
      }
      if (absent(row, field)) {
        put('\\');
        put('N');
      } else {
        text(row.characters(), row.start(field), row.end(field));
      }
    }
    put('\n');
  }

  private boolean absent(CsvRow row, int field) {
    if (row.quoted(field) || row.end(field) - row.start(field) != nullText.length()) {
      return false;
    }
    return nullText.isEmpty() || row.text(field).equals(nullText);
  }

  private void text(char[] characters, int start, int end) throws IOException {
    for (int i = start; i < end; i++) {
      char character = characters[i];
      switch (character) {
        case '\\' -> escaped('\\');
        case '\t' -> escaped('t');
        case '\n' -> escaped('n');
        case '\r' -> escaped('r');
        default -> put(character);
      }
    }
  }

  private void escaped(char letter) throws IOException {
    put('\\');
    put(letter);
  }

  private void put(char character) throws IOException {
    if (used == buffer.length) {
      drain();
    }
    buffer[used++] = character;
  }

  private void drain() throws IOException {
    out.write(buffer, 0, used);
    used = 0;
  }

  /** Hands on what is held back. */
  void flush() throws IOException {
    drain();
    out.flush();
  }
}
