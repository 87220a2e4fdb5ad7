package io.saddlebag.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies with a content coding, which nobody asked for. */
class CodedBodyTest extends SlotTest {
  private static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(plain);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return out.toByteArray();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Answer coded(@Nullable String coding, InputStream body, long length, String name) {
    return new Answer(
        200,
        length,
        null,
        "\"v1\"",
        null,
        "application/octet-stream",
        "attachment; filename=" + name,
        coding,
        true,
        body);
  }

  private Receipt receive(@Nullable String coding, byte[] body, FileKind kind, String name) {
    return area()
        .slot(RUN, 0)
        .receive(
            coded(coding, new ByteArrayInputStream(body), body.length, name),
            new Expectation(kind, "x"));
  }

  private StagingFailure refused(@Nullable String coding, InputStream body, long length) {
    StagingFailure failure =
        catchThrowableOfType(
            StagingFailure.class,
            () ->
                area()
                    .slot(RUN, 0)
                    .receive(
                        coded(coding, body, length, "a.csv"), new Expectation(FileKind.CSV, "x")));
    assertThat(failure).isNotNull();
    return failure;
  }

  private StagingFailure refused(@Nullable String coding, byte[] body) {
    return refused(coding, new ByteArrayInputStream(body), body.length);
  }

  private void assertEndsAfterThree(String name, byte[] body) throws IOException {
    for (int fetch = 1; fetch <= 3; fetch++) {
      StagingFailure failure = refused("gzip", body);
      assertThat(failure.failureName()).isEqualTo(name);
      assertThat(failure.worthRetrying()).as("fetch %d", fetch).isEqualTo(fetch < 3);
      assertThat(failure.getMessage().contains("fetched again")).isEqualTo(fetch < 3);
    }
    assertNothingStaged();
    area().removeRun(RUN);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "x-gzip", "GZIP", " gzip ", "identity, gzip", "gzip,"})
  void gzip_is_undone_and_the_file_is_what_it_holds(String coding) throws Exception {
    byte[] packed = gzip(TEXT);
    Receipt receipt = receive(coding, packed, FileKind.CSV, "a.csv");

    assertThat(receipt.path()).hasBinaryContent(TEXT);
    assertThat(receipt.bytes()).isEqualTo(TEXT.length);
    assertThat(receipt.sha256()).isEqualTo(sha256(TEXT));
    assertThat(receipt.checks()).startsWith("length", "gzip-decoded");
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "identity", "none", "binary", "utf-8", "UTF-8", "ISO-8859-1", "8bit"})
  void a_word_that_is_no_coding_is_none(@Nullable String coding) {
    Receipt receipt = receive(coding, TEXT, FileKind.CSV, "a.csv");

    assertThat(receipt.path()).hasBinaryContent(TEXT);
    assertThat(receipt.checks()).containsExactly("length", "no-web-page", "no-error");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"br", "deflate", "zstd", "compress", "gzip, gzip", "gzip, br", "bzip2", "\u0001x"})
  void every_other_coding_is_refused_by_name_before_it_is_read(String coding) throws Exception {
    InputStream unread =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("this body is not to be read");
          }
        };
    for (int fetch = 1; fetch <= 3; fetch++) {
      StagingFailure failure = refused(coding, unread, -1);

      assertThat(failure.failureName()).isEqualTo("UNSUPPORTED_CODING");
      assertThat(failure.getMessage()).contains(coding.replace('\u0001', '?')).isNotBlank();
      assertThat(failure.worthRetrying()).isEqualTo(fetch < 3);
    }
    assertNothingStaged();
  }

  @Test
  void a_body_that_is_only_said_to_be_gzip_is_the_file() throws Exception {
    Receipt csv = receive("gzip", TEXT, FileKind.CSV, "a.csv");
    assertThat(csv.path()).hasBinaryContent(TEXT);
    assertThat(csv.checks()).startsWith("length", "coding-ignored");

    byte[] archive = zip(2);
    assertThat(receive("gzip", archive, FileKind.ZIP, "a.zip").path()).hasBinaryContent(archive);
    assertThat(receive("gzip", utf8("x"), FileKind.TEXT, "a").path()).hasContent("x");
    assertThat(refused("gzip", utf8("<html>Sign in</html>")).failureName()).isEqualTo("LOGIN_PAGE");
    assertThat(refused("gzip", new byte[0]).failureName()).isEqualTo("EMPTY_BODY");
  }

  @Test
  void a_page_in_gzip_is_still_a_page() {
    assertThat(refused("gzip", gzip(utf8("<!doctype html><p>Sign in"))).failureName())
        .isEqualTo("LOGIN_PAGE");
    assertThat(refused("gzip", gzip(new byte[0])).failureName()).isEqualTo("EMPTY_BODY");
  }

  @ParameterizedTest
  @CsvSource({
    "GZIP, x.bin",
    "GZIP, a.csv.gz",
    "ANY, a.csv.gz",
    "ANY, a.TGZ",
  })
  void a_gzip_file_whose_own_form_is_called_a_coding_stays_packed(FileKind kind, String name) {
    byte[] packed = gzip(TEXT);

    Receipt receipt = receive("gzip", packed, kind, name);

    assertThat(receipt.path()).hasBinaryContent(packed);
    assertThat(receipt.name()).isEqualTo(name);
    assertThat(receipt.checks()).contains("coding-ignored");
  }

  @ParameterizedTest
  @CsvSource({"GZIP, a.csv.gz", "ANY, a.csv.gz", "ANY, a.bin"})
  void a_gzip_file_that_is_packed_once_more_is_unpacked_once(FileKind kind, String name) {
    byte[] packed = gzip(TEXT);

    Receipt receipt = receive("gzip", gzip(packed), kind, name);

    assertThat(receipt.path()).hasBinaryContent(packed);
    assertThat(receipt.name()).isEqualTo(name);
    assertThat(receipt.checks()).contains("gzip-decoded");
  }

  @Test
  void what_was_asked_for_as_rows_is_unpacked_and_not_called_gz() {
    Receipt receipt = receive("gzip", gzip(TEXT), FileKind.CSV, "a.csv.gz");

    assertThat(receipt.path()).hasBinaryContent(TEXT);
    assertThat(receipt.name()).isEqualTo("a.csv");
    assertThat(receive("gzip", gzip(TEXT), FileKind.ANY, "a.csv").path()).hasBinaryContent(TEXT);
  }

  @Test
  void several_members_are_one_file_even_with_a_pause_between_them() throws Exception {
    byte[] first = gzip(Arrays.copyOf(TEXT, 10_000));
    byte[] second = gzip(Arrays.copyOfRange(TEXT, 10_000, TEXT.length));
    // A stream of two never says that more is available, as a socket in a pause does not.
    InputStream body =
        new SequenceInputStream(new ByteArrayInputStream(first), new ByteArrayInputStream(second));

    Receipt receipt =
        area()
            .slot(RUN, 0)
            .receive(
                coded("gzip", body, first.length + second.length, "a.csv"),
                new Expectation(FileKind.CSV, "x"));

    assertThat(receipt.path()).hasBinaryContent(TEXT);
    byte[] padded = Zips.joined(Zips.joined(first, second), new byte[512]);
    assertThat(receive("gzip", padded, FileKind.CSV, "a.csv").path()).hasBinaryContent(TEXT);
  }

  @Test
  void gzip_that_is_wrong_has_a_name_and_an_end() throws Exception {
    byte[] packed = gzip(TEXT);
    byte[] wrongSum = packed.clone();
    wrongSum[packed.length - 6] ^= 1;
    byte[] wrongLength = packed.clone();
    wrongLength[packed.length - 2] ^= 1;
    byte[] wrongMethod = packed.clone();
    wrongMethod[2] = 7;
    byte[] reserved = packed.clone();
    reserved[3] = (byte) 0x80;

    assertEndsAfterThree("CORRUPT", wrongSum);
    assertEndsAfterThree("CORRUPT", wrongLength);
    assertEndsAfterThree("CORRUPT", wrongMethod);
    assertEndsAfterThree("CORRUPT", reserved);
    assertEndsAfterThree("CORRUPT", Zips.joined(packed, utf8("\n<!-- made by a script -->")));
    for (int length : new int[] {2, 3, 9, 10, 50, packed.length - 8, packed.length - 1}) {
      assertEndsAfterThree("TRUNCATED", Arrays.copyOf(packed, length));
    }
    assertEndsAfterThree("TRUNCATED", Zips.joined(packed, Arrays.copyOf(packed, 40)));
  }

  @Test
  void a_header_with_everything_in_it_is_passed_over() throws Exception {
    byte[] packed = gzip(TEXT);
    ByteArrayOutputStream full = new ByteArrayOutputStream();
    full.write(packed, 0, 3);
    full.write(2 | 4 | 8 | 16);
    full.write(packed, 4, 6);
    full.writeBytes(new byte[] {3, 0, 'x', 'y', 'z'});
    full.writeBytes(utf8("name.csv\0a comment\0"));
    full.writeBytes(new byte[] {1, 2});
    full.write(packed, 10, packed.length - 10);

    Receipt receipt = receive("gzip", full.toByteArray(), FileKind.CSV, "a.csv");
    assertThat(receipt.path()).hasBinaryContent(TEXT);
    assertThat(receipt.checks()).contains("gzip-decoded");
  }

  @Test
  void lengths_are_those_of_the_coded_bytes() throws Exception {
    byte[] packed = gzip(TEXT);

    StagingFailure shorter = refused("gzip", new ByteArrayInputStream(packed), packed.length + 1L);
    assertThat(shorter.failureName()).isEqualTo("TRUNCATED");
    assertThat(shorter).hasMessageContaining("sent " + packed.length);
    StagingFailure longer = refused("gzip", new ByteArrayInputStream(packed), packed.length - 1L);
    assertThat(longer.failureName()).isEqualTo("LENGTH_MISMATCH");
    assertThat(
            area()
                .slot(RUN, 0)
                .receive(
                    coded("gzip", new ByteArrayInputStream(packed), -1, "a"),
                    new Expectation(FileKind.CSV, "x"))
                .checks())
        .startsWith("last-chunk", "gzip-decoded");
  }

  @Test
  void a_coded_transfer_is_never_resumed_and_ends_after_some_breaks() throws Exception {
    byte[] random = new byte[200_000];
    new Random(1).nextBytes(random);
    byte[] packed = gzip(random);
    InputStream cut = breakingAfter(Arrays.copyOf(packed, 150_000));

    StagingFailure failure = refused("gzip", cut, packed.length);

    assertThat(failure.failureName()).isEqualTo("TRUNCATED");
    assertThat(failure).hasMessageContaining("broke off");
    assertThat(area().slot(RUN, 0).resumePoint()).isEmpty();
    assertThat(area().slot(RUN, 0).complete(new Expectation(FileKind.CSV, "x"))).isEmpty();
    int fetches = 1;
    while (failure.worthRetrying()) {
      failure = refused("gzip", breakingAfter(Arrays.copyOf(packed, 150_000)), packed.length);
      fetches++;
    }
    assertThat(fetches).isEqualTo(10);
  }

  @Test
  void a_rest_with_a_coding_does_not_continue_what_is_there_without() throws Exception {
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
    assertThatThrownBy(() -> slot.receive(broken, new Expectation(FileKind.CSV, "x")))
        .isInstanceOf(StagingFailure.class);
    byte[] rest = gzip(Arrays.copyOfRange(TEXT, 10_000, TEXT.length));

    StagingFailure failure =
        catchThrowableOfType(
            StagingFailure.class,
            () ->
                slot.receive(
                    new Answer(
                        206,
                        rest.length,
                        "bytes 10000-" + (10_000 + rest.length - 1) + "/" + TEXT.length,
                        "\"v1\"",
                        null,
                        null,
                        null,
                        "gzip",
                        true,
                        new ByteArrayInputStream(rest)),
                    new Expectation(FileKind.CSV, "x")));

    assertThat(failure.failureName()).isEqualTo("RANGE_MISMATCH");
    assertThat(slot.resumePoint()).isEmpty();
  }

  @Test
  void a_small_body_that_unpacks_to_far_too_much_is_given_up_while_it_comes() throws Exception {
    byte[] bomb = gzip(new byte[64 << 20]);
    limits = new StagingLimits(0, 0, Verification.FULL, 1, 1L << 40, 500);
    assertThat(refused("gzip", bomb)).hasMessageContaining("staging.max-archive-ratio");
    limits = new StagingLimits(0, 0, Verification.FULL, 1, 1 << 20, 0);
    assertThat(refused("gzip", bomb)).hasMessageContaining("staging.max-inflated-bytes");
    limits = new StagingLimits(0, 1 << 20, Verification.FULL, 1, 1L << 40, 0);
    assertThat(refused("gzip", bomb)).hasMessageContaining("staging.max-bytes");
    try (var left = Files.walk(folder)) {
      assertThat(left.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void room_on_the_disk_is_asked_for_while_a_body_unpacks() {
    byte[] packed = gzip(new byte[80 << 20]);
    limits = new StagingLimits(1_000, 0, Verification.FULL, 1, 1L << 40, 0);
    space =
        path -> {
          Path part = path.resolve("0.part");
          return (60 << 20) - (Files.exists(part) ? Files.size(part) : 0);
        };

    assertThat(refused("gzip", packed).failureName()).isEqualTo("DISK_FULL");
  }

  @Test
  void a_body_that_never_gives_a_byte_ends() {
    byte[] begin = Arrays.copyOf(gzip(new byte[0]), 10);
    byte[] emptyBlock = {0, 0, 0, (byte) 0xFF, (byte) 0xFF};
    InputStream endless =
        new InputStream() {
          private long at;

          @Override
          public int read() {
            return emptyBlock[(int) (at++ % emptyBlock.length)] & 0xFF;
          }

          @Override
          public int read(byte[] into, int offset, int length) {
            for (int i = 0; i < length; i++) {
              into[offset + i] = (byte) read();
            }
            return length;
          }
        };

    StagingFailure failure =
        refused("gzip", new SequenceInputStream(new ByteArrayInputStream(begin), endless), -1);

    assertThat(failure.failureName()).isEqualTo("CORRUPT");
  }

  @Test
  void a_crash_before_the_name_of_an_unpacked_file_finishes_without_the_network() throws Exception {
    receive("gzip", gzip(TEXT), FileKind.CSV, "a.csv.gz");
    Path run = folder.resolve(FileNames.folder(RUN));
    Files.move(run.resolve("0-a.csv"), run.resolve("0.part"));
    PartInfo info = new PartInfo(run.resolve("0.part.properties"), space, "test");
    info.write(
        coded("gzip", InputStream.nullInputStream(), 77, "a.csv.gz"),
        IncomingBody.Coding.DECODED,
        "x");
    assertThat(area().slot(RUN, 0).complete(new Expectation(FileKind.CSV, "x"))).isEmpty();
    info.writeReceived(TEXT.length);

    Receipt receipt =
        area().slot(RUN, 0).complete(new Expectation(FileKind.CSV, "x")).orElseThrow();

    assertThat(receipt.path()).hasBinaryContent(TEXT);
    assertThat(receipt.name()).isEqualTo("a.csv");
    assertThat(receipt.checks()).contains("gzip-decoded");
  }
}
