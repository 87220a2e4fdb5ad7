package io.saddlebag.staging;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The first bytes of a body: enough to tell a file from a login page before it is all there. */
final class BodyHead {
  /** How many bytes are looked at. */
  static final int BYTES = 1024;

  private static final int EXCERPT = 200;
  private static final HexFormat HEX = HexFormat.of();
  private static final String ZIP = "504b";
  private static final String GZIP = "1f8b08";
  private static final String PDF = "255044462d";
  private static final String OLE2 = "d0cf11e0a1b11ae1";
  private static final Pattern PREAMBLE =
      Pattern.compile("(?s)\\A(?:\\s|\\uFEFF|<!--.*?-->|<\\?xml[^>]*>)+");
  private static final Pattern PAGE =
      Pattern.compile(
          "\\A<(?:!doctype\\s+html|html|head|body|title|h1|center|script|meta|form)\\b");
  private static final Pattern MARKUP = Pattern.compile("<[a-z!/?]");
  private static final Pattern PAGE_PART =
      Pattern.compile("<(?:!doctype|html|head|body|title|meta|script|style|form|input)\\b");

  /** A separator of fields; in a sentence a space follows. */
  private static final Pattern SEPARATED = Pattern.compile("[,;|](?! )|\\t");

  private static final List<String> NO_TEXT = List.of("504b0304", "504b0506", GZIP, OLE2, PDF);
  private static final Pattern EXCEL =
      Pattern.compile(
          "(?i)urn:schemas-microsoft-com:office:(?:spreadsheet|excel)|progid=\"Excel[.]Sheet\"");
  private static final Pattern NO_JSON = Pattern.compile("\\A[\\x21-\\x7E&&[^\\[{\"0-9tfn-]]");

  private static final Pattern BINARY =
      Pattern.compile("[\\x00-\\x1A\\x1C-\\x1F&&[^\\t\\n\\f\\r]]");

  private final byte[] bytes;

  BodyHead(byte[] bytes) {
    this.bytes = bytes;
  }

  static BodyHead of(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return new BodyHead(in.readNBytes(BYTES));
    }
  }

  /**
   * Throws LOGIN_PAGE, NOT_AN_ARCHIVE, NOT_A_WORKBOOK, BROKEN_JSON, BROKEN_XML, NOT_A_PAGE or
   * NOT_ROWS.
   */
  void check(FileKind declared, @Nullable String contentType) {
    FileKind kind = kind(declared);
    if (!mayBePage(kind) && (page() || calledPage(contentType) && !proven(kind))) {
      throw StagingFailure.last(
          "LOGIN_PAGE",
          "the vendor sent a web page instead of the file, as a login page or a proxy does; see that the"
              + " connection's account may download it");
    }
    switch (kind) {
      case ZIP -> require(begins(ZIP), "NOT_AN_ARCHIVE", "the zip archive");
      case GZIP -> require(begins(GZIP), "NOT_AN_ARCHIVE", "the gzip file");
      case XLSX -> require(begins(ZIP), "NOT_A_WORKBOOK", "the Excel workbook (xlsx)");
      case XLS -> require(begins(OLE2), "NOT_A_WORKBOOK", "the Excel workbook (xls)");
      case EXCEL -> require(zip() || !excel().isEmpty(), "NOT_A_WORKBOOK", "the Excel workbook");
      case JSON -> require(!NO_JSON.matcher(start()).find(), "BROKEN_JSON", "the JSON document");
      case XML -> require(start().startsWith("<"), "BROKEN_XML", "the XML document");
      case HTML, HTML_TABLE -> require(start().startsWith("<"), "NOT_A_PAGE", "the web page");
      case CSV, TEXT, ROWS_OR_ARCHIVE -> requireText();
      case ANY -> {}
    }
  }

  /** The kind as which the file is checked: the declared one, or what the bytes prove. */
  FileKind kind(FileKind declared) {
    if (declared != FileKind.ROWS_OR_ARCHIVE) {
      return declared;
    }
    if (bytes.length >= 4 && (begins("504b0304") || begins("504b0506"))) {
      return FileKind.ZIP;
    }
    if (bytes.length >= 3 && begins(GZIP)) {
      return FileKind.GZIP;
    }
    return bytes.length >= 8 && begins(OLE2) ? FileKind.XLS : FileKind.CSV;
  }

  /** A workbook may be a page, too; that it is one is judged with the rest of its first bytes. */
  private boolean mayBePage(FileKind kind) {
    return kind == FileKind.HTML
        || kind == FileKind.HTML_TABLE
        || kind == FileKind.EXCEL && !excel().isEmpty();
  }

  /** Whether the text begins with one of these signs. */
  boolean beginsWith(char... signs) {
    String text = start();
    for (char sign : signs) {
      if (!text.isEmpty() && text.charAt(0) == sign) {
        return true;
      }
    }
    return false;
  }

  /** Whether a zip archive begins here. */
  boolean zip() {
    return begins(ZIP);
  }

  /** The check that a workbook that is no archive passes; empty when it is none. */
  String excel() {
    if (begins(OLE2)) {
      return "xls-magic";
    }
    String text = start();
    boolean excel = text.startsWith("<") && EXCEL.matcher(text).find();
    return excel ? page() ? "excel-page" : "excel-xml" : "";
  }

  /** Throws NOT_ROWS where the first bytes are those of an archive, a workbook or a document. */
  private void requireText() {
    for (String magic : NO_TEXT) {
      if (bytes.length >= magic.length() / 2 && begins(magic)) {
        throw StagingFailure.instead(
            "NOT_ROWS",
            "the vendor sent an archive, a workbook or another file that is no text; see which file type"
                + " the export makes",
            null);
      }
    }
  }

  private boolean begins(String magic) {
    int length = Math.min(bytes.length, magic.length() / 2);
    return length > 0 && magic.startsWith(HEX.formatHex(bytes, 0, length));
  }

  private void require(boolean so, String failure, String wanted) {
    if (!so) {
      @Nullable ErrorDocument error = ErrorDocument.of(bytes).orElse(null);
      boolean words = error != null && !error.said().isBlank();
      throw StagingFailure.instead(
          failure,
          "the vendor sent something else than "
              + wanted
              + " that was asked for"
              + (words ? ContentChecks.saying(error) : "; it begins: " + excerpt()),
          error);
    }
  }

  private boolean page() {
    return PAGE.matcher(PREAMBLE.matcher(start().toLowerCase(Locale.ROOT)).replaceFirst("")).find();
  }

  private static boolean calledPage(@Nullable String contentType) {
    String type = contentType == null ? "" : contentType.toLowerCase(Locale.ROOT);
    return type.contains("text/html") || type.contains("application/xhtml");
  }

  /** Whether the bytes of what is called a page are those of the file all the same. */
  private boolean proven(FileKind kind) {
    return switch (kind) {
      case ZIP, XLSX -> begins(ZIP);
      case GZIP -> begins(GZIP);
      case XLS -> begins(OLE2);
      case EXCEL -> zip() || !excel().isEmpty();
      case JSON -> start().startsWith("{") || start().startsWith("[");
      case XML -> start().startsWith("<?xml") && !PAGE_PART.matcher(lower()).find();
      case HTML, HTML_TABLE -> true;
      case CSV, TEXT, ROWS_OR_ARCHIVE, ANY ->
          begins(ZIP) || begins(GZIP) || begins(OLE2) || begins(PDF) || rows();
    };
  }

  /**
   * Rows have no markup in their first line and none of a page's parts behind it, and they are more
   * than the one sentence that a server says when it refuses.
   */
  private boolean rows() {
    String start = lower();
    int end = start.indexOf('\n');
    String first = end < 0 ? start : start.substring(0, end);
    boolean several = end >= 0 && !start.substring(end).isBlank();
    return (several || SEPARATED.matcher(first).find())
        && !MARKUP.matcher(first).find()
        && !PAGE_PART.matcher(start).find();
  }

  private String lower() {
    return start().toLowerCase(Locale.ROOT);
  }

  /** The text without a mark of its encoding and without leading space, UTF-16 made readable. */
  private String start() {
    return text(bytes);
  }

  /** What bytes say as text, without a mark of its encoding and without leading space. */
  static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8)
        .replace("\0", "")
        .replaceFirst("\\A[\\uFEFF\\uFFFD]+", "")
        .stripLeading();
  }

  /** What a text says; of anything else nothing, for names of an archive's members are data. */
  String excerpt() {
    String start = start();
    if (BINARY.matcher(start).find()) {
      return "(no text)";
    }
    if (start.strip().equals("null")) {
      return "(nothing)";
    }
    String text = start.replaceAll("[\\p{Cntrl}\\p{Cf}\uFFFD\\s]+", " ").strip();
    return text.length() <= EXCERPT ? text : text.substring(0, EXCERPT) + "…";
  }
}
