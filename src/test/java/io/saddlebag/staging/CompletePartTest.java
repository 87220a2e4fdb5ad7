package io.saddlebag.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A crash between the last byte and the rename; also one in the middle of the part's notes. */
class CompletePartTest {
  private static final byte[] TEXT = "a,b\n1,2\n".repeat(5_000).getBytes(StandardCharsets.UTF_8);
  private static final Expectation CSV = new Expectation(FileKind.TEXT, "x");

  @TempDir Path folder;

  private StagingSlot slot() {
    StagingLimits limits = new StagingLimits(0, 0, Verification.FULL, 100, 1 << 20, 0);
    return new StagingArea(folder, limits, Clock.systemUTC()).slot("run", 0);
  }

  private Path part() {
    return folder.resolve(FileNames.folder("run")).resolve("0.part");
  }

  private Path notes() {
    return folder.resolve(FileNames.folder("run")).resolve("0.part.properties");
  }

  /** Leaves what a process leaves that dies after these bytes: no clean-up, no name. */
  private void crashAfter(byte[] bytes, long announced) throws IOException {
    InputStream dying =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("killed");
          }

          @Override
          public int read(byte[] into, int offset, int length) throws IOException {
            throw new IOException("killed");
          }
        };
    InputStream body = new SequenceInputStream(new ByteArrayInputStream(bytes), dying);
    assertThatThrownBy(
            () ->
                slot()
                    .receive(
                        new Answer(
                            200,
                            announced,
                            null,
                            "\"v1\"",
                            "Tue, 24 Nov 2026 02:00:00 GMT",
                            "text/csv",
                            "attachment; filename=a.csv",
                            true,
                            body),
                        CSV))
        .isInstanceOf(StagingFailure.class);
    assertThat(part()).hasBinaryContent(bytes);
  }

  @Test
  void a_part_with_every_announced_byte_is_finished_without_the_network() throws Exception {
    crashAfter(TEXT, TEXT.length);

    assertThat(slot().resumePoint()).isEmpty();
    Receipt receipt = slot().complete(CSV).orElseThrow();

    assertThat(receipt.sha256()).isEqualTo(Digests.sha256(receipt.path()));
    assertThat(receipt.path()).hasBinaryContent(TEXT);
    assertThat(receipt.name()).isEqualTo("a.csv");
    assertThat(receipt.contentType()).isEqualTo("text/csv");
    assertThat(receipt.lastModified()).isEqualTo("Tue, 24 Nov 2026 02:00:00 GMT");
    assertThat(receipt.checks()).containsExactly("length", "no-web-page", "no-error");
    assertThat(part()).doesNotExist();
    assertThat(notes()).doesNotExist();
  }

  @Test
  void a_part_that_lacks_bytes_is_resumed_and_not_finished() throws Exception {
    crashAfter(Arrays.copyOf(TEXT, 10_000), TEXT.length);

    assertThat(slot().complete(CSV)).isEmpty();
    assertThat(slot().resumePoint()).contains(new ResumePoint(10_000, "\"v1\""));
  }

  @Test
  void nothing_and_a_part_longer_than_announced_are_neither_finished_nor_resumed()
      throws Exception {
    assertThat(slot().complete(CSV)).isEmpty();
    crashAfter(TEXT, TEXT.length - 1);

    assertThat(slot().complete(CSV)).isEmpty();
    assertThat(slot().resumePoint()).isEmpty();
  }

  @Test
  void a_part_that_is_there_but_wrong_is_refused_and_forgotten() throws Exception {
    crashAfter(TEXT, TEXT.length);

    StagingFailure failure =
        catchThrowableOfType(
            StagingFailure.class, () -> slot().complete(new Expectation(FileKind.ZIP, "x")));

    assertThat(failure.failureName()).isEqualTo("NOT_AN_ARCHIVE");
    assertThat(part()).doesNotExist();
    assertThat(slot().complete(CSV)).isEmpty();
  }

  @Test
  void a_body_of_unknown_length_is_finished_once_its_end_was_noted() throws Exception {
    crashAfter(TEXT, -1);
    assertThat(slot().complete(CSV)).isEmpty();
    new PartInfo(notes(), path -> Long.MAX_VALUE, "test").writeReceived(TEXT.length);

    assertThat(slot().resumePoint()).isEmpty();
    assertThat(slot().complete(CSV).orElseThrow().checks())
        .containsExactly("last-chunk", "no-web-page", "no-error");
  }

  @Test
  void a_note_of_the_end_that_was_cut_by_the_crash_is_no_proof() throws Exception {
    crashAfter(TEXT, -1);
    new PartInfo(notes(), path -> Long.MAX_VALUE, "test").writeReceived(TEXT.length);
    byte[] whole = Files.readAllBytes(notes());
    for (int cut = 2; cut < 16; cut++) {
      Files.write(notes(), Arrays.copyOf(whole, whole.length - cut));

      assertThat(slot().complete(CSV)).as("cut by %d", cut).isEmpty();
    }
  }

  @Test
  void a_416_that_says_the_whole_length_finishes_a_part_of_unknown_length() throws Exception {
    crashAfter(TEXT, -1);
    assertThat(slot().resumePoint()).contains(new ResumePoint(TEXT.length, "\"v1\""));

    Receipt receipt = slot().completeAt("bytes */" + TEXT.length, CSV);

    assertThat(receipt.path()).hasBinaryContent(TEXT);
    assertThat(receipt.name()).isEqualTo("a.csv");
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "bytes */39999",
        "bytes */40001",
        "bytes */*",
        "bytes 0-39999/40000",
        "bytes */99999999999999999999999"
      })
  void a_416_that_does_not_prove_it_finishes_nothing(String contentRange) throws Exception {
    crashAfter(TEXT, -1);

    assertThatThrownBy(() -> slot().completeAt(contentRange, CSV))
        .isInstanceOfSatisfying(
            StagingFailure.class,
            failure -> assertThat(failure.failureName()).isEqualTo("RANGE_MISMATCH"));
    assertThat(part()).doesNotExist();
    assertThat(slot().resumePoint()).isEmpty();
  }

  @Test
  void a_range_of_more_digits_than_a_number_has_is_a_mismatch() throws Exception {
    crashAfter(Arrays.copyOf(TEXT, 10_000), TEXT.length);
    Answer answer =
        new Answer(
            206,
            1,
            "bytes 99999999999999999999-99999999999999999999/99999999999999999999",
            "\"v1\"",
            null,
            null,
            null,
            true,
            new ByteArrayInputStream(new byte[1]));

    assertThatThrownBy(() -> slot().receive(answer, CSV))
        .isInstanceOfSatisfying(
            StagingFailure.class,
            failure -> assertThat(failure.failureName()).isEqualTo("RANGE_MISMATCH"));
  }
}
