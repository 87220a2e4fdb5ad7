package io.saddlebag.staging;

/** What the bytes must look like. */
public enum FileKind {
  /** A zip archive: its directory and its members are checked. */
  ZIP,
  /** A gzip file: its checksums are checked. */
  GZIP,
  /** An Excel workbook since 2007: a zip archive, checked as one, that is an Office document. */
  XLSX,
  /** An Excel workbook before 2007: its first bytes are checked. */
  XLS,
  /** One JSON document in UTF-8: checked from its first to its last byte. JSON lines are a TEXT. */
  JSON,
  /** Rows of text: anything but a web page or a JSON object, as an API's error is. */
  CSV,
  /** Anything but a web page. */
  TEXT,
  /** A web page, or a part of one, is what was asked for. */
  HTML,
  /** Anything but a web page. */
  ANY
}
