package io.saddlebag.staging;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Whether bytes are what they should be: something, no web page, an archive that opens. */
final class ContentChecks {
  private static final int HEAD = 512;
  private static final int EXCERPT = 200;
  private static final byte[] OLD_WORKBOOK = {(byte) 0xD0, (byte) 0xCF, 0x11, (byte) 0xE0};

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
    byte[] head = head(file);
    if (kind != FileKind.HTML && htmlPage(head, contentType)) {
      throw StagingFailure.last(
          "LOGIN_PAGE",
          "the vendor sent a web page instead of the file, as a login page or a proxy does; see that the"
              + " connection's account may download it");
    }
    return switch (kind) {
      case ZIP, XLSX -> archive(file, head);
      case JSON -> json(file);
      case XLS -> oldWorkbook(head);
      case CSV -> rows(head, contentType);
      case HTML -> List.of("web-page");
      case TEXT, ANY -> List.of("no-web-page");
    };
  }

  private static List<String> json(Path file) throws IOException {
    JsonCheck.check(file);
    return List.of("json-complete");
  }

  private static List<String> oldWorkbook(byte[] head) {
    for (int i = 0; i < OLD_WORKBOOK.length; i++) {
      if (head.length <= i || head[i] != OLD_WORKBOOK[i]) {
        throw StagingFailure.retry(
            "NOT_A_WORKBOOK",
            "the vendor sent something else than the Excel workbook that was asked for; it begins: "
                + excerpt(head));
      }
    }
    return List.of("workbook-header");
  }

  private static List<String> rows(byte[] head, @Nullable String contentType) {
    String start = new String(head, StandardCharsets.UTF_8).strip();
    boolean calledJson =
        contentType != null && contentType.toLowerCase(Locale.ROOT).contains("json");
    if (calledJson || start.startsWith("{")) {
      throw StagingFailure.last(
          "NOT_ROWS",
          "the vendor sent a JSON object instead of rows, as it does for an error; it begins: "
              + excerpt(head));
    }
    return List.of("no-web-page", "no-json");
  }

  private List<String> archive(Path file, byte[] head) throws IOException {
    if (head.length < 4 || head[0] != 'P' || head[1] != 'K') {
      throw StagingFailure.retry(
          "NOT_AN_ARCHIVE",
          "the vendor sent something else than the zip archive that was asked for; it begins: "
              + excerpt(head));
    }
    return new ZipCheck(file, limits).check();
  }

  private static byte[] head(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(HEAD);
    }
  }

  private static boolean htmlPage(byte[] head, @Nullable String contentType) {
    String start =
        new String(head, StandardCharsets.ISO_8859_1)
            .replace("\u00EF\u00BB\u00BF", "")
            .strip()
            .toLowerCase(Locale.ROOT);
    boolean calledSo =
        contentType != null && contentType.toLowerCase(Locale.ROOT).contains("text/html");
    return calledSo || start.startsWith("<!doctype html") || start.startsWith("<html");
  }

  private static String excerpt(byte[] head) {
    String text =
        new String(head, StandardCharsets.UTF_8)
            .replaceAll("[\\p{Cntrl}\\p{Cf}\uFFFD\\s]+", " ")
            .strip();
    return text.length() <= EXCERPT ? text : text.substring(0, EXCERPT) + "…";
  }
}
