package io.saddlebag.destination;

import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;

/** The column names on the first line of a CSV file; quoted names may hold anything. */
final class CsvHeader {
  private static final int LONGEST = 1 << 20;
  private static final int BYTE_ORDER_MARK = 0xFEFF;

  private final Reader reader;
  private final char delimiter;
  private int read;

  private CsvHeader(Reader reader, char delimiter) {
    this.reader = reader;
    this.delimiter = delimiter;
  }

  /**
   * Reads the first line.
   *
   * @throws IOException when it is missing, empty, never ends, or the file cannot be read
   */
  static List<String> read(Reader reader, char delimiter) throws IOException {
    List<String> names = new CsvHeader(reader, delimiter).names();
    for (String name : names) {
      if (name.isBlank()) {
        throw new IOException(
            "the first line of the file names no column at place "
                + (names.indexOf(name) + 1)
                + ": it must name all of them");
      }
    }
    return names;
  }

  private List<String> names() throws IOException {
    List<String> names = new ArrayList<>();
    StringBuilder name = new StringBuilder();
    boolean quoted = false;
    int last = next();
    int character = last == BYTE_ORDER_MARK ? next() : last;
    while (character >= 0 && (quoted || character != '\n' && character != '\r')) {
      // Two quotes within a quoted name are one: the first ends it, the second goes on with it.
      if (character == '"') {
        if (!quoted && last == '"' && !name.isEmpty()) {
          name.append('"');
        }
        quoted = !quoted;
      } else if (character == delimiter && !quoted) {
        names.add(name.toString());
        name.setLength(0);
      } else {
        name.append((char) character);
      }
      last = character;
      character = next();
    }
    names.add(name.toString());
    return names;
  }

  private int next() throws IOException {
    if (read++ > LONGEST) {
      throw new IOException(
          "the first line of the file does not end within a million characters: this is no CSV");
    }
    return reader.read();
  }
}
