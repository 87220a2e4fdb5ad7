package io.saddlebag.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StagingSlotTest {
  private static final String RUN = "household@2026-11-24T02:00:00Z";
  private static final byte[] TEXT = "a,b\n1,2\n".repeat(5_000).getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;
  private StagingLimits limits = new StagingLimits(0, 0, Verification.FULL, 1_000, 1 << 20, 0);
  private StagingArea.DiskSpace space = path -> Long.MAX_VALUE;

  private StagingArea area() {
    return new StagingArea(folder, limits, Clock.systemUTC(), space);
  }

  private static Answer ok(byte[] bytes, long length) {
    return new Answer(
        200,
        length,
        null,
        "\"v1\"",
        null,
        "text/csv",
        "attachment; filename=a.csv",
        true,
        new ByteArrayInputStream(bytes));
  }

  private static InputStream breakingAfter(byte[] bytes) {
    return new InputStream() {
      private final InputStream in = new ByteArrayInputStream(bytes);

      @Override
      public int read() throws IOException {
        throw new IOException("not used");
      }

      @Override
      public int read(byte[] b, int off, int len) throws IOException {
        int count = in.read(b, off, len);
        if (count < 0) {
          throw new IOException("connection reset");
        }
        return count;
      }
    };
  }

  private Receipt receive(byte[] bytes, FileKind kind) {
    return area()
        .slot(RUN, 0)
        .receive(ok(bytes, bytes.length), new Expectation(kind, "fallback.bin"));
  }

  private void assertRefused(byte[] bytes, FileKind kind, String name) throws IOException {
    assertThatThrownBy(() -> receive(bytes, kind))
        .isInstanceOfSatisfying(
            StagingFailure.class, failure -> assertThat(failure.failureName()).isEqualTo(name));
    assertNothingStaged();
  }

  private void assertNothingStaged() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.filter(Files::isRegularFile).map(file -> file.getFileName().toString()))
          .allMatch(file -> file.contains(".part"));
    }
  }

  private static byte[] zip(int entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (int i = 0; i < entries; i++) {
        zip.putNextEntry(new ZipEntry("entry-" + i + ".tab"));
        zip.write(("row " + i + "\n").repeat(50).getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  @Test
  void a_whole_body_is_staged_with_its_receipt() throws Exception {
    Receipt receipt = receive(TEXT, FileKind.TEXT);

    assertThat(receipt.name()).isEqualTo("a.csv");
    assertThat(receipt.bytes()).isEqualTo(TEXT.length);
    assertThat(receipt.sha256()).isEqualTo(sha256(TEXT));
    assertThat(Files.readAllBytes(receipt.path())).isEqualTo(TEXT);
    assertThat(receipt.checks()).contains("length");
  }

  @Test
  void a_body_shorter_than_announced_is_truncated() throws Exception {
    assertThatThrownBy(
            () ->
                area()
                    .slot(RUN, 0)
                    .receive(ok(TEXT, TEXT.length + 1), new Expectation(FileKind.TEXT, "x")))
        .isInstanceOfSatisfying(
            StagingFailure.class,
            failure -> assertThat(failure.failureName()).isEqualTo("TRUNCATED"));
    assertNothingStaged();
  }

  @Test
  void a_broken_transfer_is_resumed_where_a_strong_etag_proves_it() throws Exception {
    byte[] first = Arrays.copyOf(TEXT, 10_000);
    StagingSlot slot = area().slot(RUN, 0);
    Answer broken =
        new Answer(200, TEXT.length, null, "\"v1\"", null, null, null, true, breakingAfter(first));
    assertThatThrownBy(() -> slot.receive(broken, new Expectation(FileKind.TEXT, "x")))
        .isInstanceOf(StagingFailure.class);

    ResumePoint point = area().slot(RUN, 0).resumePoint().orElseThrow();
    assertThat(point).isEqualTo(new ResumePoint(10_000, "\"v1\""));
    byte[] rest = Arrays.copyOfRange(TEXT, 10_000, TEXT.length);
    Receipt receipt =
        area()
            .slot(RUN, 0)
            .receive(
                new Answer(
                    206,
                    rest.length,
                    "bytes 10000-" + (TEXT.length - 1) + "/" + TEXT.length,
                    "\"v1\"",
                    null,
                    null,
                    null,
                    true,
                    new ByteArrayInputStream(rest)),
                new Expectation(FileKind.TEXT, "x"));

    assertThat(receipt.sha256()).isEqualTo(sha256(TEXT));
    assertThat(receipt.bytes()).isEqualTo(TEXT.length);
  }

  @Test
  void a_resumed_file_keeps_the_name_and_type_that_only_the_first_answer_had() {
    StagingSlot slot = area().slot(RUN, 0);
    Answer broken =
        new Answer(
            200,
            TEXT.length,
            null,
            "\"v1\"",
            null,
            "text/csv",
            "attachment; filename=first.csv",
            true,
            breakingAfter(Arrays.copyOf(TEXT, 10_000)));
    assertThatThrownBy(() -> slot.receive(broken, new Expectation(FileKind.TEXT, "x")))
        .isInstanceOf(StagingFailure.class);
    byte[] rest = Arrays.copyOfRange(TEXT, 10_000, TEXT.length);

    Receipt receipt =
        slot.receive(
            new Answer(
                206,
                rest.length,
                "bytes 10000-" + (TEXT.length - 1) + "/" + TEXT.length,
                "\"v1\"",
                null,
                null,
                null,
                true,
                new ByteArrayInputStream(rest)),
            new Expectation(FileKind.TEXT, "x"));

    assertThat(receipt.name()).isEqualTo("first.csv");
    assertThat(receipt.contentType()).isEqualTo("text/csv");
  }

  @ParameterizedTest
  @CsvSource({"W/\"v1\", true", "\"v1\", false", ", true"})
  void without_proof_a_broken_transfer_starts_again(String etag, boolean ranges) {
    StagingSlot slot = area().slot(RUN, 0);
    Answer broken =
        new Answer(200, TEXT.length, null, etag, null, null, null, ranges, breakingAfter(TEXT));

    assertThatThrownBy(() -> slot.receive(broken, new Expectation(FileKind.TEXT, "x")))
        .isInstanceOf(StagingFailure.class);

    assertThat(slot.resumePoint()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "bytes 9999-39999/40000, \"v1\"",
    "bytes 10000-39999/40000, \"v2\"",
    "bytes */40000, \"v1\"",
    "nonsense, \"v1\""
  })
  void a_range_that_does_not_fit_is_refused_and_the_part_forgotten(String range, String etag) {
    StagingSlot slot = area().slot(RUN, 0);
    Answer broken =
        new Answer(
            200,
            TEXT.length,
            null,
            "\"v1\"",
            null,
            null,
            null,
            true,
            breakingAfter(Arrays.copyOf(TEXT, 10_000)));
    assertThatThrownBy(() -> slot.receive(broken, new Expectation(FileKind.TEXT, "x")))
        .isInstanceOf(StagingFailure.class);

    Answer wrong =
        new Answer(
            206,
            30_000,
            range,
            etag,
            null,
            null,
            null,
            true,
            new ByteArrayInputStream(new byte[30_000]));
    assertThatThrownBy(() -> slot.receive(wrong, new Expectation(FileKind.TEXT, "x")))
        .isInstanceOfSatisfying(
            StagingFailure.class,
            failure -> assertThat(failure.failureName()).isEqualTo("RANGE_MISMATCH"));

    assertThat(slot.resumePoint()).isEmpty();
  }

  @Test
  void an_answer_of_200_to_a_range_request_starts_again() throws Exception {
    StagingSlot slot = area().slot(RUN, 0);
    Answer broken =
        new Answer(
            200,
            TEXT.length,
            null,
            "\"v1\"",
            null,
            null,
            null,
            true,
            breakingAfter(Arrays.copyOf(TEXT, 10_000)));
    assertThatThrownBy(() -> slot.receive(broken, new Expectation(FileKind.TEXT, "x")))
        .isInstanceOf(StagingFailure.class);

    assertThat(slot.receive(ok(TEXT, TEXT.length), new Expectation(FileKind.TEXT, "x")).sha256())
        .isEqualTo(sha256(TEXT));
  }

  @Test
  void what_is_not_what_was_asked_for_is_refused_by_name() throws Exception {
    assertRefused(new byte[0], FileKind.ANY, "EMPTY_BODY");
    assertRefused(
        "<!DOCTYPE html><html>".getBytes(StandardCharsets.UTF_8), FileKind.TEXT, "LOGIN_PAGE");
    assertRefused("\uFEFF\n <HTML>".getBytes(StandardCharsets.UTF_8), FileKind.ZIP, "LOGIN_PAGE");
    assertRefused(
        "{\"error\":401}".getBytes(StandardCharsets.UTF_8), FileKind.ZIP, "NOT_AN_ARCHIVE");
    byte[] zip = zip(3);
    assertRefused(Arrays.copyOf(zip, zip.length - 10), FileKind.ZIP, "TRUNCATED");
  }

  @Test
  void a_web_page_that_was_asked_for_is_taken() throws Exception {
    assertThat(receive("<html>".getBytes(StandardCharsets.UTF_8), FileKind.HTML).bytes())
        .isEqualTo(6);
  }

  @Test
  void an_archive_is_checked_to_its_last_member() throws Exception {
    assertThat(receive(zip(3), FileKind.ZIP).checks()).contains("zip-directory", "zip-crc");
  }

  @Test
  void an_archive_of_no_members_is_one() throws Exception {
    byte[] empty = new byte[22];
    empty[0] = 'P';
    empty[1] = 'K';
    empty[2] = 5;
    empty[3] = 6;

    assertThat(receive(empty, FileKind.ZIP).checks()).contains("zip-empty");
  }

  @Test
  void an_archive_of_more_than_65535_members_is_read_by_its_zip64_record() throws Exception {
    limits = new StagingLimits(0, 0, Verification.FULL, 100_000, 1 << 30, 0);

    assertThat(receive(zip(66_000), FileKind.ZIP).checks()).contains("zip-crc");
  }

  @Test
  void a_flipped_byte_anywhere_in_an_archive_is_noticed_or_harmless() throws Exception {
    byte[] zip = zip(2);
    Random random = new Random(7);
    int refused = 0;
    for (int i = 0; i < 200; i++) {
      byte[] damaged = zip.clone();
      damaged[random.nextInt(zip.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        Receipt receipt = receive(damaged, FileKind.ZIP);
        assertThat(receipt.sha256()).isEqualTo(sha256(damaged));
      } catch (StagingFailure expected) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(60);
  }

  @Test
  void members_of_an_encrypted_archive_are_reported_and_not_opened() throws Exception {
    byte[] zip = zip(1);
    for (int i = 0; i + 10 < zip.length; i++) {
      if (zip[i] == 'P' && zip[i + 1] == 'K' && zip[i + 2] == 3 && zip[i + 3] == 4) {
        zip[i + 6] |= 1;
      }
      if (zip[i] == 'P' && zip[i + 1] == 'K' && zip[i + 2] == 1 && zip[i + 3] == 2) {
        zip[i + 8] |= 1;
      }
    }

    assertThat(receive(zip, FileKind.ZIP).checks()).contains("zip-encrypted");
  }

  @Test
  void hostile_archives_end_at_their_limits() throws Exception {
    limits = new StagingLimits(0, 0, Verification.FULL, 2, 1 << 20, 0);
    assertRefused(zip(3), FileKind.ZIP, "ARCHIVE_LIMIT");
    limits = new StagingLimits(0, 0, Verification.FULL, 10, 100, 0);
    assertRefused(zip(3), FileKind.ZIP, "ARCHIVE_LIMIT");
  }

  @Test
  void a_file_larger_than_allowed_is_given_up() throws Exception {
    limits = new StagingLimits(0, 1_000, Verification.FULL, 1, 1, 0);

    assertRefused(TEXT, FileKind.TEXT, "TOO_LARGE");
    assertThatThrownBy(
            () -> area().slot(RUN, 0).receive(ok(TEXT, -1), new Expectation(FileKind.TEXT, "x")))
        .isInstanceOfSatisfying(
            StagingFailure.class,
            failure -> assertThat(failure.failureName()).isEqualTo("TOO_LARGE"));
  }

  @Test
  void a_full_disk_is_named_and_worth_another_try() throws Exception {
    limits = new StagingLimits(1_000, 0, Verification.FULL, 1, 1, 0);
    space = path -> 1_000 + TEXT.length - 1;

    assertThatThrownBy(() -> receive(TEXT, FileKind.TEXT))
        .isInstanceOfSatisfying(
            StagingFailure.class,
            failure -> {
              assertThat(failure.failureName()).isEqualTo("DISK_FULL");
              assertThat(failure.worthRetrying()).isTrue();
            });
    assertNothingStaged();
  }

  @Test
  void a_staged_file_that_changed_or_went_is_noticed() throws Exception {
    Receipt receipt = receive(TEXT, FileKind.TEXT);
    area().verify(receipt.path(), receipt.bytes(), receipt.sha256());

    byte[] changed = TEXT.clone();
    changed[7]++;
    Files.write(receipt.path(), changed);
    assertThatThrownBy(() -> area().verify(receipt.path(), receipt.bytes(), receipt.sha256()))
        .hasMessageContaining("is not what was received");
    Files.delete(receipt.path());
    assertThatThrownBy(() -> area().verify(receipt.path(), receipt.bytes(), receipt.sha256()))
        .hasMessageContaining("is gone");
  }

  @Test
  void parts_of_runs_that_ended_are_removed_and_those_of_live_runs_kept() throws Exception {
    for (String run : new String[] {RUN, "other@2026-11-24T02:00:00Z"}) {
      Answer broken = new Answer(200, -1, null, null, null, null, null, true, breakingAfter(TEXT));
      assertThatThrownBy(
              () -> area().slot(run, 0).receive(broken, new Expectation(FileKind.TEXT, "x")))
          .isInstanceOf(StagingFailure.class);
    }

    area().removeStaleParts(Set.of(RUN), Duration.ofSeconds(-1));

    assertThat(area().partBytes(RUN)).isPositive();
    assertThat(area().partBytes("other@2026-11-24T02:00:00Z")).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../etc/passwd",
        "..\\..\\windows\\win.ini",
        "/etc/passwd",
        "C:\\autoexec.bat",
        "a\u0000b.zip",
        "\u202Egpj.exe",
        "..",
        ".",
        "",
        "   ",
        ".hidden",
        "con",
        "NUL.txt",
        "a\nb",
        "a/b/",
        "name.",
        "ok.zip ",
        "\u001B[2J.zip",
        "LONG"
      })
  void any_name_becomes_a_safe_base_name(String written) {
    String candidate = written.equals("LONG") ? "😀".repeat(100) + ".zip" : written;
    String name = FileNames.safe(candidate, "fallback.zip");

    assertThat(name)
        .isNotEmpty()
        .doesNotContain("/", "\\", "\u0000", "\n", "\u202E", "\u001B")
        .doesNotStartWith(".");
    assertThat(name.getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(200);
    assertThat(Path.of("folder").resolve(name).normalize().getParent())
        .isEqualTo(Path.of("folder"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "attachment; filename=Test-API-Export.csv | Test-API-Export.csv",
        "attachment; filename=\"a b.zip\" | a b.zip",
        "attachment; filename =\"NAME.zip\" | NAME.zip",
        "attachment; filename=x.zip; filename*=UTF-8''%C3%A9t%C3%A9.zip | été.zip",
        "attachment; filename=\"a\\\"b.zip\" | a\"b.zip",
        "attachment; filename=ssaw_1%20All.zip | ssaw_1 All.zip"
      })
  void file_names_are_read_in_the_forms_that_vendors_send(String header, String expected) {
    assertThat(ContentDisposition.fileName(header)).contains(expected);
  }

  @Test
  void a_header_without_a_name_has_none() {
    assertThat(ContentDisposition.fileName("attachment")).isEmpty();
    assertThat(ContentDisposition.fileName(null)).isEmpty();
  }
}
