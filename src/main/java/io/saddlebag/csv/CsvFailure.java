package io.saddlebag.csv;

import java.io.IOException;
import java.io.Serial;

/**
 * A text that is no CSV table by the grammar of docs/csv.md. The message goes on behind the file's
 * name, says where and why, and never what stands there: rows are personal data.
 */
public final class CsvFailure extends IOException {
  @Serial private static final long serialVersionUID = 1;

  private final Reason reason;
  private final long line;

  /** Why a text is no table. */
  public enum Reason {
    /** No line says anything. */
    EMPTY,
    /** A column has no name, or that of another one. */
    COLUMN_NAME,
    /** There are more columns than any table has. */
    COLUMN_COUNT,
    /** A row has more or fewer fields than there are columns. */
    FIELD_COUNT,
    /** A quote that opens a field is never closed. */
    OPEN_QUOTE,
    /** Behind the quote that closes a field there is more than the end of the field. */
    BEHIND_QUOTE,
    /** A row does not end within the limit. */
    ROW_TOO_LONG,
    /** A character of the code 0. */
    NUL,
    /** Bytes that are no character, or a text that shows that it is in another encoding. */
    ENCODING,
    /** Anything else that the parser refuses. */
    OTHER
  }

  CsvFailure(Reason reason, long line, String message) {
    super(message);
    this.reason = reason;
    this.line = line;
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }

  /** The line on which the row begins that is no row, from 1. */
  public long line() {
    return line;
  }
}
