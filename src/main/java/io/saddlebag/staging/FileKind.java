package io.saddlebag.staging;

import java.util.Locale;

/**
 * What the bytes of a file must be. A route says it, and nothing else passes: an error in JSON, XML
 * or words, a page of a login or a proxy, an archive in place of rows are refused whatever their
 * status and content type say. The checks of each kind are in {@link ContentChecks}, and only
 * there.
 */
public enum FileKind {
  /** A zip archive: its directory and its members are checked. */
  ZIP,
  /** A gzip file: its checksums are checked. */
  GZIP,
  /** An Excel workbook since 2007: a zip archive, checked as one, that is an Office document. */
  XLSX,
  /** An Excel workbook before 2007: its first bytes are checked. */
  XLS,
  /**
   * What vendors call Excel: an {@link #XLSX} or {@link #XLS} workbook, Excel's XML of 2003, or a
   * page that Excel's own namespace marks as a workbook. Rows of text are none.
   */
  EXCEL,
  /**
   * One JSON object or array in UTF-8, checked from its first to its last byte, and of the {@link
   * JsonShape} that the route names; where it names none, anything but an error. JSON lines are
   * {@link #ANY}.
   */
  JSON,
  /** One well-formed XML document that is no error. */
  XML,
  /** Rows of text: no page, no JSON or XML document, no archive or workbook, no gateway's words. */
  CSV,
  /** Text in lines: the same. */
  TEXT,
  /**
   * What nobody has declared: an archive or a workbook where the first bytes prove one, which is
   * then checked as that, and {@link #CSV} otherwise.
   */
  ROWS_OR_ARCHIVE,
  /** A web page, or a part of one, is what was asked for: no form for a password, no error page. */
  HTML,
  /** A web page that holds at least one table. */
  HTML_TABLE,
  /** Anything but a web page and an error. */
  ANY;

  /**
   * The kind that a file's ending stands for.
   *
   * @param name a name or a path
   * @param otherwise where it has no ending that is known
   */
  public static FileKind ofEnding(String name, FileKind otherwise) {
    String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return switch (ending) {
      case "zip" -> ZIP;
      case "gz" -> GZIP;
      case "csv" -> CSV;
      case "json" -> JSON;
      case "xml" -> XML;
      case "xlsx" -> XLSX;
      case "xls" -> XLS;
      default -> otherwise;
    };
  }
}
