package io.saddlebag.staging;

/** What the bytes must look like. */
public enum FileKind {
  /** A zip archive: its directory and its members are checked. */
  ZIP,
  /** An Excel workbook of 2007 or later, which is a zip archive. */
  XLSX,
  /** An Excel workbook of before 2007. */
  XLS,
  /** One whole JSON document. */
  JSON,
  /** Rows of text: anything but a web page or a JSON object, as an API's error is. */
  CSV,
  /** Anything but a web page. */
  TEXT,
  /** A web page is what was asked for. */
  HTML,
  /** Anything but a web page. */
  ANY
}
