package io.saddlebag.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Transfers that broke, and whether they are resumed. */
class ResumedSlotTest extends SlotTest {
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

  /** The part is shorter than announced, so that only the proof decides. */
  @ParameterizedTest
  @CsvSource({
    "W/\"v1\", true",
    "W/\"v1\", false",
    "\"v1\", false",
    ", true",
    "v1, true",
    "\"v1, true",
    "v1\", true",
    "\"\"\", false",
    "'\"', true"
  })
  void without_proof_a_broken_transfer_starts_again(String etag, boolean ranges) {
    StagingSlot slot = area().slot(RUN, 0);
    Answer broken =
        new Answer(
            200,
            TEXT.length,
            null,
            etag,
            null,
            null,
            null,
            ranges,
            breakingAfter(Arrays.copyOf(TEXT, 10_000)));

    assertThatThrownBy(() -> slot.receive(broken, new Expectation(FileKind.TEXT, "x")))
        .isInstanceOf(StagingFailure.class);

    assertThat(area().partBytes(RUN)).isEqualTo(10_000);
    assertThat(slot.resumePoint()).isEmpty();
    byte[] rest = Arrays.copyOfRange(TEXT, 10_000, TEXT.length);
    Answer unasked =
        new Answer(
            206,
            rest.length,
            "bytes 10000-" + (TEXT.length - 1) + "/" + TEXT.length,
            etag,
            null,
            null,
            null,
            ranges,
            new ByteArrayInputStream(rest));
    assertThatThrownBy(() -> slot.receive(unasked, new Expectation(FileKind.TEXT, "x")))
        .isInstanceOfSatisfying(
            StagingFailure.class,
            failure -> assertThat(failure.failureName()).isEqualTo("RANGE_MISMATCH"));
  }

  @ParameterizedTest
  @CsvSource({
    "bytes 9999-39999/40000, \"v1\"",
    "bytes 10000-39999/40000, \"v2\"",
    "bytes 10000-39999/40000, W/\"v1\"",
    "bytes 10000-39999/40000, v1",
    "bytes 10000-39999/40000, ",
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
}
