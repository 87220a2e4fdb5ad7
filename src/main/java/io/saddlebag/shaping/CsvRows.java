package io.saddlebag.shaping;

import io.saddlebag.kamelet.ExactText;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
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
  private static final int BUFFER = 64 << 10;

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
    if (between.length() != 1 || "\"\r\n".contains(between)) {
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
    CharsetDecoder decoder =
        encoding
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(given.open(), decoder), BUFFER);
    CloseWhenDone.on(exchange, reader, given.name());
    return new Batches(new CsvRecords(reader, delimiter), given.name());
  }

  /** The lists, each read when it is asked for. */
  private final class Batches implements Iterator<List<Map<String, @Nullable String>>> {
    private final CsvRecords records;
    private final String name;
    private List<String> columns = List.of();
    private @Nullable List<@Nullable String> ahead;

    Batches(CsvRecords records, String name) {
      this.records = records;
      this.name = name;
      this.columns = columns(read());
      this.ahead = read();
    }

    private List<String> columns(@Nullable List<@Nullable String> first) {
      List<String> names = new ArrayList<>();
      for (String column : first == null ? List.<String>of() : first) {
        if (column == null || column.isBlank() || names.contains(column)) {
          throw new ShapingFailure(
              name
                  + " does not name column "
                  + (names.size() + 1)
                  + " on its first line, or not by a name of its own");
        }
        names.add(column);
      }
      return names;
    }

    /** Only a row of one column can be a blank line; among wider ones it is none. */
    private @Nullable List<@Nullable String> read() {
      try {
        List<@Nullable String> record = records.next();
        while (columns.size() != 1 && record != null && blank(record)) {
          record = records.next();
        }
        return record;
      } catch (IOException e) {
        throw new ShapingFailure(
            name + " cannot be read at line " + records.line() + ": " + e.getMessage(), e);
      }
    }

    private static boolean blank(List<@Nullable String> record) {
      return record.size() == 1 && record.get(0) == null;
    }

    @Override
    public boolean hasNext() {
      return ahead != null;
    }

    @Override
    public List<Map<String, @Nullable String>> next() {
      if (ahead == null) {
        throw new NoSuchElementException(name + " has no more rows");
      }
      List<Map<String, @Nullable String>> batch = new ArrayList<>();
      long characters = 0;
      while (ahead != null && batch.size() < rows && characters < MOST_CHARACTERS) {
        characters += records.length();
        batch.add(row(ahead));
        ahead = read();
      }
      return batch;
    }

    private Map<String, @Nullable String> row(List<@Nullable String> fields) {
      if (fields.size() != columns.size()) {
        throw new ShapingFailure(
            "a row of "
                + name
                + " before line "
                + records.line()
                + " has "
                + fields.size()
                + " fields, but there are "
                + columns.size()
                + " columns; look at delimiter of csv-rows-action, or ask for another file");
      }
      Map<String, @Nullable String> row = new LinkedHashMap<>();
      for (int i = 0; i < columns.size(); i++) {
        row.put(columns.get(i), fields.get(i));
      }
      return row;
    }
  }
}
