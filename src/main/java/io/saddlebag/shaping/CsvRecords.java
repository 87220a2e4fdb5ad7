package io.saddlebag.shaping;

import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The records of a CSV file as RFC 4180 has them, one after the other; lines may end in any way.
 */
final class CsvRecords {
  private static final int LONGEST = 4 << 20;
  private static final int END = -1;
  private static final int BYTE_ORDER_MARK = 0xFEFF;

  private final Reader reader;
  private final char delimiter;
  private final StringBuilder field = new StringBuilder();
  private long line = 1;
  private int character;
  private boolean begun;
  private int length;

  CsvRecords(Reader reader, char delimiter) {
    this.reader = reader;
    this.delimiter = delimiter;
  }

  /** How many characters the last record had. */
  int length() {
    return length;
  }

  /** The line that is read, from 1. */
  long line() {
    return line;
  }

  /**
   * The next record, null at the end. A field without anything is null, one of two quotes is empty;
   * a blank line is a record of one field without anything. The line break at the end of the file
   * begins no other record.
   *
   * @throws IOException when it is no CSV, or cannot be read
   */
  @Nullable List<@Nullable String> next() throws IOException {
    if (!begun) {
      begun = true;
      advance();
      if (character == BYTE_ORDER_MARK) {
        advance();
      }
    }
    if (character == END) {
      return null;
    }
    length = 0;
    List<@Nullable String> fields = new ArrayList<>();
    fields.add(field());
    while (character == delimiter) {
      count();
      advance();
      fields.add(field());
    }
    endLine();
    return fields;
  }

  private @Nullable String field() throws IOException {
    field.setLength(0);
    if (character == '"') {
      quoted();
      return field.toString();
    }
    while (character != delimiter && character != '\n' && character != '\r' && character != END) {
      take();
    }
    return field.isEmpty() ? null : field.toString();
  }

  private void quoted() throws IOException {
    long from = line;
    advance();
    while (true) {
      if (character == END) {
        throw new IOException("the quotes that are opened on line " + from + " are never closed");
      }
      if (character == '"') {
        advance();
        if (character != '"') {
          break;
        }
      } else if (character == '\n') {
        line++;
      }
      take();
    }
    if (character != delimiter && character != '\n' && character != '\r' && character != END) {
      throw new IOException("there is more in a field behind its closing quotes");
    }
  }

  private void take() throws IOException {
    count();
    field.append((char) character);
    advance();
  }

  private void count() throws IOException {
    if (++length > LONGEST) {
      throw new IOException("a row is longer than 4 million characters; a quote may be missing");
    }
  }

  private void endLine() throws IOException {
    if (character == END) {
      return;
    }
    boolean carriageReturn = character == '\r';
    advance();
    if (carriageReturn && character == '\n') {
      advance();
    }
    line++;
  }

  private void advance() throws IOException {
    character = reader.read();
  }
}
