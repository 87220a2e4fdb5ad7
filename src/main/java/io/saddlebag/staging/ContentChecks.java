package io.saddlebag.staging;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether bytes are what they should be: something, no web page, a file that is whole. */
final class ContentChecks {
  private final StagingLimits limits;

  ContentChecks(StagingLimits limits) {
    this.limits = limits;
  }

  /** The names of the checks that were passed; throws when one is not. */
  List<String> check(Path file, long bytes, Expectation expectation, @Nullable String contentType)
      throws IOException {
    if (bytes == 0) {
      throw StagingFailure.retry("EMPTY_BODY", "the vendor sent a file of no bytes");
    }
    BodyHead head = BodyHead.of(file);
    head.check(expectation.kind(), contentType);
    return switch (head.kind(expectation.kind())) {
      case ZIP ->
          expectation.kind() == FileKind.ZIP ? new ZipCheck(file, limits).check() : archive(file);
      case GZIP -> new GzipCheck(file, limits).check();
      case XLSX -> workbook(file);
      case XLS -> List.of("xls-magic");
      case EXCEL -> head.zip() ? workbook(file) : List.of(head.excel());
      case JSON -> new JsonCheck(file).check(expectation.shape());
      case XML -> new XmlCheck(file).check();
      case HTML -> new PageCheck(file).check(false);
      case HTML_TABLE -> new PageCheck(file).check(true);
      case CSV, TEXT, ROWS_OR_ARCHIVE -> new TextCheck(file, head).check();
      case ANY -> noError(file);
    };
  }

  /** The ending for a file that nobody has named nor declared, by the checks that it passed. */
  static String ending(List<String> checks) {
    if (checks.contains("xlsx")) {
      return ".xlsx";
    }
    if (checks.contains("xls-magic")) {
      return ".xls";
    }
    if (checks.contains("zip-directory")) {
      return ".zip";
    }
    return checks.contains("gzip-crc") || checks.contains("gzip-magic") ? ".gz" : ".csv";
  }

  private static List<String> noError(Path file) throws IOException {
    Optional<ErrorDocument> error = ErrorDocument.in(file);
    if (error.isPresent()) {
      throw StagingFailure.instead(
          "NOT_THE_FILE",
          "the vendor sent an error instead of the file" + saying(error.get()),
          error.get());
    }
    return List.of("no-web-page", "no-error");
  }

  /** An error's words, as the end of a sentence. */
  static String saying(@Nullable ErrorDocument error) {
    return error == null || error.said().isBlank() ? "" : ", saying: " + error.said();
  }

  /** An archive that nobody has declared may be a workbook. */
  private List<String> archive(Path file) throws IOException {
    ZipCheck zip = new ZipCheck(file, limits);
    List<String> checks = new ArrayList<>(zip.check());
    if (zip.officeDocument()) {
      checks.add("xlsx");
    }
    return checks;
  }

  private List<String> workbook(Path file) throws IOException {
    ZipCheck zip = new ZipCheck(file, limits);
    List<String> checks = new ArrayList<>(zip.check());
    if (!zip.officeDocument()) {
      throw StagingFailure.retry(
          "NOT_A_WORKBOOK",
          "the vendor sent a zip archive that is no Excel workbook; see which file type the export"
              + " makes");
    }
    checks.add("xlsx");
    return checks;
  }
}
