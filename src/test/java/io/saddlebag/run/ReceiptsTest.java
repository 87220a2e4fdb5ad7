package io.saddlebag.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an attempt keeps of its files, and how staged files are removed. */
class ReceiptsTest extends LedgerTest {
  private static final Instant LATER = NOW.plusSeconds(60);

  @Test
  void an_attempt_that_was_given_up_keeps_no_receipt() {
    Run run = walk.to(RunState.READY);
    int given = run.attempt();
    ledger.moves().begin(run);
    ledger.receipts().save(walk.file(run, folder.resolve("second")), given + 1);

    assertThatThrownBy(() -> ledger.receipts().save(walk.file(run, folder.resolve("first")), given))
        .isInstanceOf(StaleRunException.class);

    assertThat(ledger.receipts().of(run.id()))
        .singleElement()
        .extracting(StagedFile::path)
        .isEqualTo(folder.resolve("second").resolve("fills.zip"));
  }

  @Test
  void an_attempt_that_was_given_up_delivers_nothing() {
    Run run = walk.to(RunState.STAGED);
    ledger.moves().begin(run);

    assertThatThrownBy(() -> ledger.receipts().delivered(run.id(), 0, run.attempt(), NOW))
        .isInstanceOf(StaleRunException.class);

    assertThat(ledger.receipts().of(run.id()).get(0).deliveredAt()).isNull();
  }

  @Test
  void a_receipt_of_another_state_is_not_kept() {
    Run run = walk.to(RunState.STAGED);

    assertThatThrownBy(() -> ledger.receipts().save(walk.file(run, folder), run.attempt()))
        .isInstanceOf(StaleRunException.class);
  }

  @Test
  void staged_files_are_removed_once_their_time_is_over() {
    Run run = walk.to(RunState.DELIVERED);
    List<String> removed = new ArrayList<>();

    assertThat(ledger.receipts().keptSince(NOW, "here")).isEmpty();
    assertThat(ledger.receipts().remove(run.id(), "here", NOW, LATER, () -> removed.add("early")))
        .isFalse();
    assertThat(ledger.receipts().keptSince(LATER, "here")).containsExactly(run.id());
    assertThat(ledger.receipts().remove(run.id(), "here", LATER, LATER, () -> removed.add("due")))
        .isTrue();

    assertThat(removed).containsExactly("due");
    assertThat(ledger.receipts().keptSince(LATER, "here")).isEmpty();
  }

  @Test
  void staged_files_of_a_run_that_is_delivered_again_are_not_removed() {
    Run run = walk.to(RunState.DELIVERED);
    assertThat(ledger.receipts().keptSince(LATER, "here")).containsExactly(run.id());
    ledger.moves().reopenStaged(run.id(), run.state(), LATER, LATER);

    assertThat(
            ledger
                .receipts()
                .remove(
                    run.id(),
                    "here",
                    LATER,
                    LATER,
                    () -> {
                      throw new AssertionError("the files are needed");
                    }))
        .isFalse();
  }

  @Test
  void files_that_cannot_be_removed_count_as_kept() {
    Run run = walk.to(RunState.DELIVERED);

    assertThatThrownBy(
            () ->
                ledger
                    .receipts()
                    .remove(
                        run.id(),
                        "here",
                        LATER,
                        LATER,
                        () -> {
                          throw new IllegalStateException("in use");
                        }))
        .hasMessageContaining("in use");

    assertThat(ledger.receipts().keptSince(LATER, "here")).containsExactly(run.id());
    assertThat(ledger.moves().reopenStaged(run.id(), run.state(), LATER, LATER)).isTrue();
  }
}
