package io.saddlebag.shaping;

import io.saddlebag.csv.CsvFailure;
import io.saddlebag.csv.CsvRow;
import io.saddlebag.csv.CsvTable;
import io.saddlebag.kamelet.ExactText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rows of a CSV file for the Kamelet {@code csv-rows-action}: gives them, some at a time,
 * to a splitter, which asks for more when those before are through. Safe for threads.
 */
public final class CsvRows {
  /** Rows of long texts go on in smaller batches, so that memory does not depend on them. */
  private static final long MOST_CHARACTERS = 1 << 20;

  private final Charset encoding;
  private final char delimiter;
  private final int rows;

  /**
   * A reading with the parameters of the Kamelet.
   *
   * @throws ShapingFailure when one of them cannot be
   */
  public CsvRows(String encoding, String delimiter, int rows) {
    String between = ExactText.character(delimiter);
    try {
      this.encoding = Charset.forName(ExactText.of(encoding));
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      throw new ShapingFailure(
          "encoding of csv-rows-action is "
              + encoding
              + ", which is no character set of Java; write one such as UTF-8 or ISO-8859-1",
          e);
    }
    if (!CsvTable.parts(between)) {
      throw new ShapingFailure("delimiter of csv-rows-action is not one character");
    }
    if (rows < 1) {
      throw new ShapingFailure("rows of csv-rows-action is " + rows + "; write 1 or more");
    }
    this.delimiter = between.charAt(0);
    this.rows = rows;
  }

  /**
   * The rows of the message's file, in lists; a row is a map from column to text, in the order of
   * the columns. An empty field is null, one that is written as two quotes is an empty text.
   *
   * @throws ShapingFailure when it is no CSV, with the line
   */
  public Iterator<List<Map<String, @Nullable String>>> batches(Exchange exchange)
      throws IOException {
    OwnSteps.require(exchange);
    GivenFile given = new GivenFile(exchange);
    CsvTable table;
    try {
      table = CsvTable.open(given.open(), encoding, delimiter);
    } catch (CsvFailure e) {
      throw CsvRefusal.of(e, given.name(), "csv-rows-action");
    }
    CloseWhenDone.on(exchange, table, given.name());
    return new Batches(table, given.name());
  }

  /** The lists, each read when it is asked for. */
  private final class Batches implements Iterator<List<Map<String, @Nullable String>>> {
    private final CsvTable table;
    private final String name;
    private boolean ahead;

    Batches(CsvTable table, String name) {
      this.table = table;
      this.name = name;
      this.ahead = read();
    }

    private boolean read() {
      try {
        return table.next();
      } catch (CsvFailure e) {
        throw CsvRefusal.of(e, name, "csv-rows-action");
      } catch (IOException e) {
        throw new UncheckedIOException(name + " cannot be read from the disk", e);
      }
    }

    @Override
    public boolean hasNext() {
      return ahead;
    }

    @Override
    public List<Map<String, @Nullable String>> next() {
      if (!ahead) {
        throw new NoSuchElementException(name + " has no more rows");
      }
      List<Map<String, @Nullable String>> batch = new ArrayList<>();
      long characters = 0;
      while (ahead && batch.size() < rows && characters < MOST_CHARACTERS) {
        characters += table.row().length();
        batch.add(row(table.row()));
        ahead = read();
      }
      return batch;
    }

    private Map<String, @Nullable String> row(CsvRow fields) {
      Map<String, @Nullable String> row = new LinkedHashMap<>();
      List<String> columns = table.columns();
      for (int i = 0; i < columns.size(); i++) {
        row.put(columns.get(i), fields.absent(i) ? null : fields.text(i));
      }
      return row;
    }
  }
}
