package io.saddlebag.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a slot takes, what it refuses, and what stays of it. */
class StagingSlotTest extends SlotTest {
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
}
