package io.saddlebag.shaping;

import io.saddlebag.csv.CsvRow;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes rows as CSV that can be read in one way only: UTF-8, commas, line feeds, and {@link
 * #ABSENT} without quotes for a field without a value, so that no line is blank. Not safe for
 * threads.
 */
final class PlainCsv implements Closeable {
  /** Stands for no value, and nothing else does: a text that says the same is in quotes. */
  static final String ABSENT = "\\N";

  private static final int BUFFER = 64 << 10;

  private final Writer out;
  private final boolean emptyIsAbsent;
  private final char[] buffer = new char[BUFFER];
  private int used;
  private long longest;

  /**
   * A file with rows.
   *
   * @param emptyIsAbsent whether an empty text has no value either
   */
  PlainCsv(Path file, boolean emptyIsAbsent) throws IOException {
    this.out = new OutputStreamWriter(Files.newOutputStream(file), StandardCharsets.UTF_8);
    this.emptyIsAbsent = emptyIsAbsent;
  }

  /** The most bytes that a line can have. */
  long longest() {
    return longest;
  }

  void write(CsvRow row) throws IOException {
    long written = 0;
    for (int field = 0; field < row.size(); field++) {
      written += field == 0 ? 0 : 1;
      if (field > 0) {
        put(',');
      }
      written += write(row, field);
    }
    put('\n');
    // A character of Java's has three bytes at most in UTF-8.
    longest = Math.max(longest, 3 * (written + 1));
  }

  private long write(CsvRow row, int field) throws IOException {
    int start = row.start(field);
    int end = row.end(field);
    if (row.absent(field) || emptyIsAbsent && start == end) {
      put('\\');
      put('N');
      return 2;
    }
    char[] characters = row.characters();
    if (!special(characters, start, end)) {
      for (int i = start; i < end; i++) {
        put(characters[i]);
      }
      return (long) end - start;
    }
    long quotes = 2;
    put('"');
    for (int i = start; i < end; i++) {
      if (characters[i] == '"') {
        put('"');
        quotes++;
      }
      put(characters[i]);
    }
    put('"');
    return end - start + quotes;
  }

  private static boolean special(char[] characters, int start, int end) {
    if (start == end || characters[start] == '\\' || characters[start] <= ' ') {
      return true;
    }
    for (int i = start; i < end; i++) {
      char character = characters[i];
      if (character == '"' || character == ',' || character == '\n' || character == '\r') {
        return true;
      }
    }
    return characters[end - 1] <= ' ';
  }

  private void put(char character) throws IOException {
    if (used == buffer.length) {
      flush();
    }
    buffer[used++] = character;
  }

  private void flush() throws IOException {
    out.write(buffer, 0, used);
    used = 0;
  }

  @Override
  public void close() throws IOException {
    try (out) {
      flush();
    }
  }
}
