package io.saddlebag.staging;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether bytes are what they should be: something, no web page, a file that is whole. */
final class ContentChecks {
  private final StagingLimits limits;

  ContentChecks(StagingLimits limits) {
    this.limits = limits;
  }

  /** The names of the checks that were passed; throws when one is not. */
  List<String> check(Path file, long bytes, FileKind kind, @Nullable String contentType)
      throws IOException {
    if (bytes == 0) {
      throw StagingFailure.retry(
          "EMPTY_BODY", "the vendor sent a file of no bytes; it is asked for again");
    }
    BodyHead.of(file).check(kind, contentType);
    return switch (kind) {
      case ZIP -> new ZipCheck(file, limits).check();
      case GZIP -> new GzipCheck(file, limits).check();
      case XLSX -> workbook(file);
      case XLS -> List.of("xls-magic");
      case JSON -> new JsonCheck(file).check();
      case HTML -> List.of("web-page");
      case CSV -> List.of("no-web-page", "no-json");
      case TEXT, ANY -> List.of("no-web-page");
    };
  }

  private List<String> workbook(Path file) throws IOException {
    ZipCheck zip = new ZipCheck(file, limits);
    List<String> checks = new ArrayList<>(zip.check());
    if (!zip.officeDocument()) {
      throw StagingFailure.retry(
          "NOT_A_WORKBOOK",
          "the vendor sent a zip archive that is no Excel workbook; see which file"
              + " type the export makes");
    }
    checks.add("xlsx");
    return checks;
  }
}
