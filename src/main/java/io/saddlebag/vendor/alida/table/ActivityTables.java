package io.saddlebag.vendor.alida.table;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes tables out of delivered activity documents, in constant memory. Each method reads the file
 * and writes another; a document that is not whole is an {@link UnreadableDocument}, and what was
 * written until then is of no use. Can be used by several threads.
 */
public final class ActivityTables {
  private final TableOptions options;
  private final ReadingLimits limits;

  /** Tables of this kind. */
  public ActivityTables(TableOptions options) {
    this(options, ReadingLimits.ofThisHeap());
  }

  /** The same, of documents within these limits. */
  ActivityTables(TableOptions options, ReadingLimits limits) {
    this.options = options;
    this.limits = limits;
  }

  /** One row for each record, one column for each field. */
  public TableSummary wide(File document, Path table) throws IOException {
    ActivityDocument source = new ActivityDocument(document, limits);
    List<Field> fields = source.fields();
    Catalog catalog = new Catalog(fields);
    while (true) {
      Pass pass = new Pass(catalog, limits);
      try (OutputStream out = Files.newOutputStream(table)) {
        CsvWriter csv = new CsvWriter(out, options);
        WideTable wide = new WideTable(options, catalog, csv);
        wide.header();
        pass.read(source, wide);
        csv.flush();
        if (wide.complete()) {
          return pass.summary(csv.rows() - 1, wide.width()).with(fields);
        }
        // Columns of unknown fields belong into the header: once more, now that they are known.
        catalog.restart();
      }
    }
  }

  /** One row for each answer. */
  public TableSummary tall(File document, Path table) throws IOException {
    ActivityDocument source = new ActivityDocument(document, limits);
    List<Field> fields = source.fields();
    Catalog catalog = new Catalog(fields);
    Pass pass = new Pass(catalog, limits);
    try (OutputStream out = Files.newOutputStream(table)) {
      CsvWriter csv = new CsvWriter(out, options);
      LongTable tall = new LongTable(options, catalog, csv);
      tall.header();
      pass.read(source, tall);
      csv.flush();
      return pass.summary(csv.rows() - 1, tall.width()).with(fields);
    }
  }

  /** One row for each option of each field, of a document that is whole. */
  public TableSummary codebook(File document, Path table) throws IOException {
    List<Field> fields = new ActivityDocument(document, limits).fieldsOfWhole();
    try (OutputStream out = Files.newOutputStream(table)) {
      CsvWriter csv = new CsvWriter(out, options);
      Codebook.write(fields, csv);
      csv.flush();
      return TableSummary.plain(0, csv.rows() - 1, Codebook.width()).with(fields);
    }
  }

  /** One line of JSON for each record. */
  public TableSummary lines(File document, Path target) throws IOException {
    ActivityDocument source = new ActivityDocument(document, limits);
    List<Field> fields = source.fields();
    AnswerGuard guard =
        options.sensitive() == TableOptions.Sensitive.KEEP
            ? null
            : new AnswerGuard(fields, options.sensitive());
    try (OutputStream out = Files.newOutputStream(target)) {
      RecordLines lines = new RecordLines(out, guard);
      source.records(lines::read);
      return TableSummary.plain(lines.records(), lines.records(), 0).with(fields);
    }
  }

  /** One reading of all records. */
  private static final class Pass {
    private final Catalog catalog;
    private final ResponseRecord record;
    private final OwnerIds owners = new OwnerIds(OwnerIds.LIMIT);
    private long records;

    Pass(Catalog catalog, ReadingLimits limits) {
      this.catalog = catalog;
      this.record = new ResponseRecord(catalog, limits);
    }

    void read(ActivityDocument source, RecordSink sink) throws IOException {
      RecordSink counted =
          next -> {
            records++;
            owners.see(next.bytes(), next.ownerFrom(), next.ownerTo());
            sink.accept(next);
          };
      source.records(
          new PlainRecords(record, counted)::read, new RecordReader(record, counted)::read);
    }

    TableSummary summary(long rows, int columns) {
      return new TableSummary(
          records,
          rows,
          columns,
          catalog.unknownFields(),
          catalog.unknownFieldAnswers(),
          catalog.unknownOptions(),
          catalog.unknownOptionAnswers(),
          record.repeatedAnswers(),
          owners.duplicates(),
          0,
          owners.complete());
    }
  }
}
