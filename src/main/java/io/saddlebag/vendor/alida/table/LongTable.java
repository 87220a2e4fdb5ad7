package io.saddlebag.vendor.alida.table;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * One row for each answer, in the order of the document. A question that was answered with nothing,
 * skipped or, on demand, never seen has one row without a value.
 */
final class LongTable implements RecordSink {
  private static final String[] HEADERS = {
    "ownerId",
    "lastUpdateDate",
    "fieldId",
    "fieldName",
    "groupName",
    "valueIndex",
    "valueId",
    "value",
    "state"
  };

  private final TableOptions options;
  private final Catalog catalog;
  private final CsvWriter csv;

  LongTable(TableOptions options, Catalog catalog, CsvWriter csv) {
    this.options = options;
    this.catalog = catalog;
    this.csv = csv;
  }

  int width() {
    return HEADERS.length;
  }

  void header() throws IOException {
    for (String header : HEADERS) {
      csv.text(header);
    }
    csv.endRow();
  }

  @Override
  public void accept(ResponseRecord record) throws IOException {
    for (int answer = 0; answer < record.answers(); answer++) {
      Catalog.Entry entry = catalog.entries().get(record.fieldOf(answer));
      if (Layout.shows(options, entry.field())) {
        answer(record, answer, entry);
      }
    }
    if (options.notShownRows()) {
      for (int field = 0; field < catalog.entries().size(); field++) {
        Field unseen = catalog.entries().get(field).field();
        // Whether an unknown question could be seen is not known either.
        if (unseen.known() && record.answerOf(field) < 0 && Layout.shows(options, unseen)) {
          row(record, unseen);
          without("notseen");
        }
      }
    }
  }

  private void answer(ResponseRecord record, int answer, Catalog.Entry entry) throws IOException {
    int first = record.firstValue(answer);
    int end = record.endValue(answer);
    if (record.skipped(answer) || first == end) {
      row(record, entry.field());
      without(record.skipped(answer) ? "skipped" : "answered");
      return;
    }
    for (int value = first; value < end; value++) {
      row(record, entry.field());
      index(value - first + 1);
      value(record, value, entry);
      csv.text("answered");
      csv.endRow();
    }
  }

  private void value(ResponseRecord record, int value, Catalog.Entry entry) throws IOException {
    int kind = record.kind(value);
    if (kind == ResponseRecord.NULL) {
      csv.empty();
      csv.empty();
    } else if (Layout.masks(options, entry.field())) {
      csv.empty();
      csv.text(WideTable.MASK);
    } else if (kind >= 0) {
      Option option = entry.options().get(kind);
      csv.text(option.id());
      csv.text(options.values() == TableOptions.Values.IDS ? option.id() : option.label());
    } else {
      csv.empty();
      if (kind == ResponseRecord.NUMBER) {
        csv.plain(record.bytes(), record.from(value), record.to(value));
      } else {
        csv.text(record.bytes(), record.from(value), record.to(value));
      }
    }
  }

  private void row(ResponseRecord record, Field field) throws IOException {
    record.head(csv);
    csv.text(field.id());
    csv.text(field.known() ? field.name() : "");
    csv.text(field.group());
  }

  private void index(int number) throws IOException {
    byte[] digits = Integer.toString(number).getBytes(StandardCharsets.US_ASCII);
    csv.plain(digits, 0, digits.length);
  }

  private void without(String state) throws IOException {
    csv.empty();
    csv.empty();
    csv.empty();
    csv.text(state);
    csv.endRow();
  }
}
