package io.saddlebag.vendor.alida.table;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * One row for each participant, one column for each question. Whatever can be made ready before the
 * first record is: answers of a single choice are copied from cells that are escaped already.
 */
final class WideTable implements RecordSink {
  static final String MASK = "***";
  private static final byte[] YES = {'1'};
  private static final byte[] NO = {'0'};
  private static final byte[] APOSTROPHE = {'\''};

  private final TableOptions options;
  private final CsvWriter csv;
  private final Layout layout;
  private final Layout.Column[] columns;
  private final byte[][][] cells;
  private final byte[][][] parts;
  private final boolean[] set;
  private final byte[] skipped;
  private final byte[] notShown;
  private final byte[] mask;
  private final byte[] separator;
  private byte[] joined = new byte[1024];
  private int joinedLength;

  WideTable(TableOptions options, Catalog catalog, CsvWriter csv) {
    this.options = options;
    this.csv = csv;
    this.layout = new Layout(options, catalog);
    this.columns = layout.columns().toArray(Layout.Column[]::new);
    this.skipped = CsvWriter.escaped(options.skipped(), false);
    this.notShown = CsvWriter.escaped(options.notShown(), false);
    this.mask = CsvWriter.escaped(MASK, false);
    this.separator = Utf8.bytes(options.separator());
    List<Catalog.Entry> entries = catalog.entries();
    this.cells = new byte[entries.size()][][];
    this.parts = new byte[entries.size()][][];
    this.set = new boolean[entries.size()];
    for (int number = 0; number < entries.size(); number++) {
      prepare(number, entries.get(number));
    }
  }

  private void prepare(int number, Catalog.Entry entry) {
    int count = entry.options().size();
    set[number] = entry.field().set();
    cells[number] = new byte[count][];
    parts[number] = new byte[count][];
    for (int option = 0; option < count; option++) {
      String shown = layout.shown(entry.options().get(option));
      String part = set[number] ? SetText.part(shown, options.separator()) : shown;
      parts[number][option] = Utf8.bytes(part);
      cells[number][option] = CsvWriter.escaped(part, options.formulaGuard());
    }
  }

  /** How many columns it has. */
  int width() {
    return columns.length + 2;
  }

  /** Whether a table of what is known by now would have the same columns. */
  boolean complete() {
    return layout.columns().size() == columns.length;
  }

  void header() throws IOException {
    for (String header : layout.headers(Arrays.asList(columns))) {
      csv.text(header);
    }
    csv.endRow();
  }

  @Override
  public void accept(ResponseRecord record) throws IOException {
    record.head(csv);
    for (Layout.Column column : columns) {
      int answer = record.answerOf(column.field());
      if (answer < 0) {
        csv.ready(notShown);
      } else if (record.skipped(answer)) {
        csv.ready(skipped);
      } else if (column.masked()) {
        csv.ready(mask);
      } else if (column.option() >= 0) {
        csv.ready(chosen(record, answer, column.option()) ? YES : NO);
      } else {
        answer(record, column.field(), record.firstValue(answer), record.endValue(answer));
      }
    }
    csv.endRow();
  }

  private static boolean chosen(ResponseRecord record, int answer, int option) {
    for (int value = record.firstValue(answer); value < record.endValue(answer); value++) {
      if (record.kind(value) == option) {
        return true;
      }
    }
    return false;
  }

  private void answer(ResponseRecord record, int field, int first, int end) throws IOException {
    if (first == end) {
      csv.empty();
    } else if (first + 1 == end) {
      int kind = record.kind(first);
      if (kind >= 0 && kind < cells[field].length) {
        csv.ready(cells[field][kind]);
      } else if (kind == ResponseRecord.NUMBER) {
        csv.plain(record.bytes(), record.from(first), record.to(first));
      } else if (kind == ResponseRecord.TEXT && !set(field)) {
        csv.text(record.bytes(), record.from(first), record.to(first));
      } else {
        join(record, field, first, end);
      }
    } else {
      join(record, field, first, end);
    }
  }

  private boolean set(int field) {
    return field < set.length && set[field];
  }

  /**
   * Several answers in one cell; a null among them is nothing. Each text is guarded by itself:
   * spreadsheets make cells of them, on demand, or on opening where the separator is theirs too. A
   * cell that begins with a number is a text as soon as one of the others is, and guarded as one:
   * what stands behind the number may be a formula together with it.
   */
  private void join(ResponseRecord record, int field, int first, int end) throws IOException {
    joinedLength = 0;
    int count = 0;
    boolean numbers = true;
    for (int value = first; value < end; value++) {
      int kind = record.kind(value);
      if (kind == ResponseRecord.NULL) {
        continue;
      }
      if (count++ > 0) {
        append(separator, 0, separator.length);
      }
      numbers &= kind == ResponseRecord.NUMBER;
      if (kind >= 0 && kind < parts[field].length) {
        text(parts[field][kind], 0, parts[field][kind].length);
      } else {
        byte[] bytes = record.bytes();
        int from = record.from(value);
        int to = record.to(value);
        if (set(field)) {
          String answer = new String(bytes, from, to - from, StandardCharsets.UTF_8);
          bytes = Utf8.bytes(SetText.part(answer, options.separator()));
          from = 0;
          to = bytes.length;
        }
        if (kind == ResponseRecord.NUMBER) {
          append(bytes, from, to);
        } else {
          text(bytes, from, to);
        }
      }
    }
    if (numbers) {
      csv.plain(joined, 0, joinedLength);
    } else {
      csv.text(joined, 0, joinedLength);
    }
  }

  private void text(byte[] bytes, int from, int to) {
    if (options.formulaGuard() && from < to && CsvWriter.formula(bytes[from])) {
      append(APOSTROPHE, 0, APOSTROPHE.length);
    }
    append(bytes, from, to);
  }

  private void append(byte[] bytes, int from, int to) {
    int count = to - from;
    if (joined.length - joinedLength < count) {
      joined = Arrays.copyOf(joined, Math.max(joined.length * 2, joinedLength + count));
    }
    System.arraycopy(bytes, from, joined, joinedLength, count);
    joinedLength += count;
  }
}
