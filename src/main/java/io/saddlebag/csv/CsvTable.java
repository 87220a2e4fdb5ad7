package io.saddlebag.csv;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import io.saddlebag.csv.CsvFailure.Reason;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A CSV file as a table: names of columns, then rows, each with a field for every column. What
 * counts as a row is said in docs/csv.md and is the same for all steps that read CSV. It is read in
 * constant memory. Not safe for threads.
 */
public final class CsvTable implements Closeable {
  /** The most characters of a row: a quote that is missing must not fill the memory. */
  static final int LONGEST_ROW = 4 << 20;

  /** The parser keeps room for what it reads next, behind a field as long as a row may be. */
  private static final int READ_AHEAD = 64 << 10;

  /** More than any database takes. */
  static final int MOST_COLUMNS = 1 << 16;

  private final CsvReader<CsvRow> reader;
  private final Iterator<CsvRow> parsed;
  private final CsvRow row = new CsvRow();
  private final List<String> columns;
  private long rows;

  private CsvTable(EncodedText text, char delimiter) throws IOException {
    this.reader =
        CsvReader.builder()
            .fieldSeparator(delimiter)
            .skipEmptyLines(false)
            .allowUnclosedQuote(false)
            .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
            .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
            .maxBufferSize(LONGEST_ROW + READ_AHEAD)
            .build(new Rows(), text);
    this.parsed = reader.iterator();
    this.columns = names();
  }

  /**
   * Reads the names of the columns.
   *
   * @param in the file's bytes, closed with the table or when this fails
   * @param encoding its character set
   * @param delimiter what stands between fields: no quote, line break or NUL
   * @throws CsvFailure when there is nothing or the first line does not name the columns
   */
  public static CsvTable open(InputStream in, Charset encoding, char delimiter) throws IOException {
    EncodedText text = new EncodedText(in, encoding);
    try {
      return new CsvTable(text, delimiter);
    } catch (IOException | RuntimeException e) {
      text.close();
      throw e;
    }
  }

  /** Whether fields can stand between these. */
  public static boolean parts(String delimiter) {
    return delimiter.length() == 1 && !"\"\r\n\0".contains(delimiter);
  }

  /** The names of the columns, all different, none blank. */
  public List<String> columns() {
    return columns;
  }

  /** How many rows were read. */
  public long rows() {
    return rows;
  }

  /** The row that was read last, overwritten by the next. */
  public CsvRow row() {
    return row;
  }

  /**
   * Reads the next row; false at the end.
   *
   * @throws CsvFailure when it is no row
   */
  public boolean next() throws IOException {
    while (advance()) {
      // Only a row of one column can be a blank line; among wider ones it is none.
      if (columns.size() != 1 && row.blank()) {
        continue;
      }
      if (row.size() != columns.size()) {
        throw fieldCount();
      }
      rows++;
      return true;
    }
    return false;
  }

  private CsvFailure fieldCount() {
    int last = row.size() - 1;
    return failure(
        Reason.FIELD_COUNT,
        "it has "
            + row.size()
            + (row.size() == 1 ? " field" : " fields")
            + ", but the first line names "
            + columns.size()
            + (columns.size() == 1 ? " column" : " columns")
            + (last == columns.size() && row.absent(last)
                ? "; the last one is empty: rows must not end with a delimiter unless the first line"
                    + " names a column for it"
                : ""));
  }

  private List<String> names() throws IOException {
    boolean found = advance();
    while (found && row.blank()) {
      found = advance();
    }
    if (!found) {
      throw new CsvFailure(
          Reason.EMPTY, 1, "is empty: it needs a first line that names the columns");
    }
    if (row.size() > MOST_COLUMNS) {
      throw failure(Reason.COLUMN_COUNT, "it names more than " + MOST_COLUMNS + " columns");
    }
    Map<String, Integer> places = new LinkedHashMap<>();
    for (int i = 0; i < row.size(); i++) {
      String name = row.text(i);
      if (name.isBlank()) {
        throw failure(Reason.COLUMN_NAME, "it does not name column " + (i + 1));
      }
      Integer same = places.putIfAbsent(name, i + 1);
      if (same != null) {
        throw failure(
            Reason.COLUMN_NAME, "it gives column " + (i + 1) + " the name of column " + same);
      }
    }
    return List.copyOf(new ArrayList<>(places.keySet()));
  }

  private boolean advance() throws IOException {
    try {
      if (!parsed.hasNext()) {
        return false;
      }
      parsed.next();
      return true;
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof EncodedText.Fault fault) {
        throw failure(fault.reason, String.valueOf(fault.getMessage()));
      }
      throw e.getCause();
    } catch (CsvParseException e) {
      throw refusal(e);
    }
  }

  /** The parser tells its reasons apart by words alone, and quotes a character: it is no cause. */
  private CsvFailure refusal(CsvParseException e) {
    String words = String.valueOf(e.getMessage());
    if (e.getCause() instanceof RowTooLong || words.startsWith("The maximum buffer size")) {
      return failure(
          Reason.ROW_TOO_LONG,
          "it has more than " + LONGEST_ROW + " characters; a quote may be missing");
    }
    if (words.startsWith("Unclosed quoted field")) {
      return failure(
          Reason.OPEN_QUOTE,
          "its quotes are opened and never closed; the file is cut off, or a quote is missing");
    }
    if (words.startsWith("Unexpected character after closing quote")) {
      return failure(
          Reason.BEHIND_QUOTE,
          "there is more in a field behind its closing quotes; quotes in a field are written twice");
    }
    return failure(Reason.OTHER, "it is no row of CSV");
  }

  private CsvFailure failure(Reason reason, String words) {
    return new CsvFailure(
        reason,
        row.line(),
        "cannot be read at line " + row.line() + ", where a row begins: " + words);
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }

  /** Thrown through the parser. */
  private static final class RowTooLong extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** Takes the parser's fields; it overwrites the characters that it gives. */
  private final class Rows extends AbstractBaseCsvCallbackHandler<CsvRow> {
    @Override
    protected void handleBegin(long startingLineNumber) {
      row.begin(startingLineNumber);
    }

    @Override
    protected void handleField(int field, char[] buffer, int offset, int length, boolean inQuotes) {
      if ((long) row.length() + length > LONGEST_ROW) {
        throw new RowTooLong();
      }
      row.add(buffer, offset, length, inQuotes);
    }

    @Override
    protected void handleEmpty() {
      row.addNothing();
    }

    @Override
    protected CsvRow buildRecord() {
      return row;
    }
  }
}
