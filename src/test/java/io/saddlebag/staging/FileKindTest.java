package io.saddlebag.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileKindTest {
  @TempDir Path folder;
  private StagingLimits limits = new StagingLimits(0, 0, Verification.FULL, 100, 64 << 20, 0);

  private StagingSlot slot(String run) {
    return new StagingArea(folder, limits, Clock.systemUTC()).slot(run, 0);
  }

  private static Answer answer(InputStream body, long length, String type) {
    return new Answer(200, length, null, "\"v1\"", null, type, null, true, body);
  }

  private List<String> checks(byte[] body, FileKind kind) {
    return checks("run", body, kind);
  }

  private List<String> checks(String run, byte[] body, FileKind kind) {
    return slot(run)
        .receive(
            answer(new ByteArrayInputStream(body), body.length, "application/octet-stream"),
            new Expectation(kind, "x"))
        .checks();
  }

  private StagingFailure refused(byte[] body, FileKind kind) {
    StagingFailure failure =
        catchThrowableOfType(StagingFailure.class, () -> checks("refused", body, kind));
    assertThat(failure).isNotNull();
    assertThat(folder.resolve(FileNames.folder("refused")))
        .isDirectoryNotContaining(file -> !file.endsWith("0.tries"));
    return failure;
  }

  private void assertRefused(String name, byte[] body, FileKind kind) {
    assertThat(refused(body, kind).failureName()).isEqualTo(name);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(plain);
    }
    return out.toByteArray();
  }

  /** A body that counts how much of it was asked for. */
  private static final class Counted extends FilterInputStream {
    private long bytes;

    Counted(byte[] body) {
      super(new ByteArrayInputStream(body));
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int count = super.read(into, offset, Math.min(length, 700));
      bytes += Math.max(count, 0);
      return count;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "ZIP, LOGIN_PAGE, '<!-- proxy --><!DOCTYPE html><html>'",
    "TEXT, LOGIN_PAGE, '<?xml version=\"1.0\"?>\n<html xmlns=\"x\">'",
    "ANY, LOGIN_PAGE, '\uFEFF <html>'",
    "JSON, LOGIN_PAGE, '<html>'",
    "ZIP, NOT_AN_ARCHIVE, '{\"error\":401}'",
    "GZIP, NOT_AN_ARCHIVE, 'PK'",
    "XLSX, NOT_A_WORKBOOK, 'a,b'",
    "XLS, NOT_A_WORKBOOK, '<table>'",
    "JSON, BROKEN_JSON, '<error/>'",
    "HTML, NOT_A_PAGE, '{\"error\":401}'"
  })
  void what_was_not_asked_for_is_refused_by_its_first_bytes_and_not_written(
      FileKind kind, String name, String start) {
    Counted body = new Counted(utf8(start + " ".repeat(8 << 20)));
    StagingFailure failure =
        catchThrowableOfType(
            StagingFailure.class,
            () -> slot("run").receive(answer(body, -1, "text/plain"), new Expectation(kind, "x")));

    assertThat(failure.failureName()).isEqualTo(name);
    assertThat(failure.worthRetrying()).isEqualTo(!name.equals("LOGIN_PAGE"));
    assertThat(body.bytes).isLessThanOrEqualTo(BodyHead.BYTES);
    assertThat(folder.resolve(FileNames.folder("run")))
        .isDirectoryNotContaining(file -> !file.endsWith("0.tries"));
  }

  @Test
  void an_error_in_words_is_quoted_and_an_archive_with_junk_in_front_is_not() {
    byte[] archive = new Archive().junk("#!/bin/sh ").stored("../../etc/passwd", "1").end("");

    assertThat(refused(utf8("{\"error\": 401}"), FileKind.ZIP)).hasMessageContaining("401");
    assertThat(refused(archive, FileKind.ZIP).getMessage())
        .contains("it begins: (no text)")
        .doesNotContain("passwd");
  }

  @ParameterizedTest
  @EnumSource(FileKind.class)
  void a_web_page_is_taken_only_where_one_was_asked_for(FileKind kind) {
    byte[] page = utf8("<!DOCTYPE html><html><body>Applicants</body></html>");
    if (kind == FileKind.HTML) {
      assertThat(checks(page, kind)).containsExactly("length", "web-page");
    } else {
      assertRefused("LOGIN_PAGE", page, kind);
    }
  }

  private List<String> called(String type, byte[] body, FileKind kind) {
    return slot("called")
        .receive(
            answer(new ByteArrayInputStream(body), body.length, type), new Expectation(kind, "x"))
        .checks();
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/html", "TEXT/HTML; charset=UTF-8", "application/xhtml+xml"})
  void bytes_that_prove_themselves_win_over_the_type_of_a_web_page(String type) throws IOException {
    byte[] archive = new Archive().stored("[Content_Types].xml", "<html>").end("");
    byte[] ole2 = Arrays.copyOf(HexFormat.of().parseHex("d0cf11e0a1b11ae1"), 2_048);
    byte[] gzip = gzip(utf8("<html>"));
    byte[] pdf = utf8("%PDF-1.7\n<</Type /Catalog>>");

    assertThat(called(type, archive, FileKind.ZIP)).contains("zip-crc");
    assertThat(called(type, archive, FileKind.XLSX)).contains("xlsx");
    assertThat(called(type, gzip, FileKind.GZIP)).contains("gzip-crc");
    assertThat(called(type, ole2, FileKind.XLS)).contains("xls-magic");
    assertThat(called(type, utf8(" [{\"a\": \"<html>\"}]"), FileKind.JSON)).contains("json");
    assertThat(called(type, utf8("\uFEFF{}"), FileKind.JSON)).contains("json");
    for (byte[] any : List.of(archive, gzip, ole2, pdf)) {
      assertThat(called(type, any, FileKind.ANY)).contains("no-web-page");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "id,name\r\n1,Ann\r\n",
        "id;name",
        "id\tname\n",
        "id\n1\n",
        "\uFEFFid,note\n1,<p>in <b>bold</b></p>\n",
        "a plain text\nof two lines"
      })
  void rows_and_text_that_are_called_a_web_page_are_known_by_their_bytes(String text) {
    assertThat(called("text/html", utf8(text), FileKind.CSV)).contains("no-web-page");
    assertThat(called("text/html", utf8(text), FileKind.TEXT)).contains("no-web-page");
    assertThat(called("text/html", utf8(text), FileKind.ANY)).contains("no-web-page");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<div>Sign in</div>\n",
        "<!-- a comment without end",
        "<p>Sign in",
        "  \n<form action=/login>\n",
        "Please <a href='/login'>sign in</a>\nto go on",
        "Welcome\n\n<form action='/login'>\n<input name=password>",
        "session expired\n<script>location='/login'</script>\n",
        "Your session has expired, please sign in.",
        "Sign in",
        "   \n \n"
      })
  void what_is_called_a_web_page_and_is_not_proven_is_one(String page) {
    for (FileKind kind : FileKind.values()) {
      if (kind != FileKind.HTML && kind != FileKind.HTML_TABLE) {
        assertThat(
                catchThrowableOfType(
                        StagingFailure.class, () -> called("text/html", utf8(page), kind))
                    .failureName())
            .as("%s", kind)
            .isEqualTo("LOGIN_PAGE");
      }
    }
  }

  @Test
  void a_gzip_file_with_bytes_behind_its_end_is_noted() throws IOException {
    byte[] gzip = gzip(utf8("a,b\n".repeat(1_000)));

    assertThat(checks(Zips.joined(gzip, utf8("\n")), FileKind.GZIP))
        .containsExactly("length", "gzip-crc", "gzip-trailing");
    assertThat(checks(Zips.joined(gzip, new byte[512]), FileKind.GZIP))
        .containsExactly("length", "gzip-crc");
    assertThat(checks(Zips.joined(gzip, gzip), FileKind.GZIP))
        .containsExactly("length", "gzip-crc");
    assertRefused("TRUNCATED", Zips.joined(gzip, Arrays.copyOf(gzip, 20)), FileKind.GZIP);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        " [1, 2.5e7, -3, true, null, \"é😀\\u00e9\"]\n",
        "{\"a\": [{\"b\": {\"c\": []}}], \"a\": 2}",
        "\uFEFF{\"bom\": 1}"
      })
  void one_whole_json_document_passes(String json) {
    assertThat(checks(utf8(json), FileKind.JSON)).containsExactly("length", "json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Unauthorized",
        "{} {}",
        "{}x",
        "[1,]",
        "{\"a\" 1}",
        "{a: 1}",
        "[01]",
        "   ",
        "nope",
        "]",
        "[\"\u0001\"]"
      })
  void what_is_no_json_document_is_broken(String json) {
    assertRefused("BROKEN_JSON", utf8(json), FileKind.JSON);
  }

  @Test
  void a_json_document_cut_anywhere_is_broken() {
    byte[] whole = utf8("{\"key\": [true, null, 12, \"text\\n é\", {\"x\": false}]}");
    for (int length = 1; length < whole.length; length++) {
      assertThat(refused(Arrays.copyOf(whole, length), FileKind.JSON).failureName())
          .as("cut at %d", length)
          .isEqualTo("BROKEN_JSON");
    }
  }

  @Test
  void json_that_is_nested_a_million_deep_is_a_named_failure() {
    StagingFailure failure = refused(utf8("[".repeat(1_000_000)), FileKind.JSON);

    assertThat(failure.failureName()).isEqualTo("JSON_LIMIT");
    assertThat(failure.worthRetrying()).isFalse();
    assertRefused("JSON_LIMIT", utf8("{\"a\":".repeat(1_000_000)), FileKind.JSON);
    assertRefused("JSON_LIMIT", utf8("[" + "9".repeat(100_000) + "]"), FileKind.JSON);
  }

  @Test
  void a_failure_of_json_does_not_quote_the_document() {
    StagingFailure failure = refused(utf8("{\"name\": Garcia}"), FileKind.JSON);

    assertThat(failure).hasNoCause();
    assertThat(failure.getMessage()).doesNotContain("Garcia");
  }

  @Test
  void a_gzip_file_is_proven_by_its_checksum() throws IOException {
    byte[] gzip = gzip(utf8("a,b\n".repeat(100_000)));

    assertThat(checks(gzip, FileKind.GZIP)).containsExactly("length", "gzip-crc");
    byte[] damaged = gzip.clone();
    damaged[damaged.length - 6] ^= 1;
    assertRefused("CORRUPT", damaged, FileKind.GZIP);
    for (int length : new int[] {3, 9, 10, 100, gzip.length - 8, gzip.length - 1}) {
      assertRefused("TRUNCATED", Arrays.copyOf(gzip, length), FileKind.GZIP);
    }
  }

  @Test
  void a_gzip_file_ends_at_the_limits_of_archives() throws IOException {
    byte[] gzip = gzip(new byte[65 << 20]);
    assertThat(refused(gzip, FileKind.GZIP)).hasMessageContaining("staging.max-inflated-bytes");
    limits = new StagingLimits(0, 0, Verification.FULL, 100, 1L << 40, 100);
    assertThat(refused(gzip, FileKind.GZIP)).hasMessageContaining("staging.max-archive-ratio");
  }

  @Test
  void a_workbook_is_an_archive_with_content_types() {
    byte[] workbook =
        new Archive()
            .stored("[Content_Types].xml", "<Types/>")
            .stored("xl/workbook.xml", "")
            .end("");

    assertThat(checks(workbook, FileKind.XLSX))
        .containsExactly("length", "zip-directory", "zip-crc", "xlsx");
    assertRefused("NOT_A_WORKBOOK", new Archive().stored("a.csv", "1").end(""), FileKind.XLSX);
    assertRefused("TRUNCATED", Arrays.copyOf(workbook, workbook.length - 9), FileKind.XLSX);
  }

  @Test
  void an_old_workbook_is_known_by_its_first_bytes() {
    byte[] ole2 = Arrays.copyOf(HexFormat.of().parseHex("d0cf11e0a1b11ae1"), 2_048);

    assertThat(checks(ole2, FileKind.XLS)).containsExactly("length", "xls-magic");
    assertRefused("NOT_A_WORKBOOK", ole2, FileKind.XLSX);
  }
}
