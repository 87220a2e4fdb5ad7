package io.saddlebag.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.export.ExportDefinition.OnDeadline;
import io.saddlebag.export.ExportDefinition.OnLostCreate;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each step commits, what comes next, and that late steps commit nothing. */
class JournalTest extends LifeTest {

  @Test
  void a_late_answer_is_not_taken_for_that_of_the_second_create() {
    Exchange first = sent();
    Exchange other = begun(run(first), Lane.STEPS);
    ledger.moves().notCreated(run(first), 0, NOW, "creating again");
    Exchange second = begun(run(other), Lane.STEPS);
    journal.creating(second);

    first.setVariable(RunVariables.JOB_ID, "job-of-the-first");
    assertThatThrownBy(() -> journal.created(first)).isInstanceOf(StaleRunException.class);
    assertThat(run(first).state()).isEqualTo(RunState.CREATING);
    assertThat(run(first).jobId()).isNull();

    second.setVariable(RunVariables.JOB_ID, "job-of-the-second");
    journal.created(second);
    assertThat(run(first).jobId()).isEqualTo("job-of-the-second");
    assertThat(ledger.history().failures(run(first).id()))
        .singleElement()
        .satisfies(late -> assertThat(late.name()).isEqualTo("LATE_ANSWER"))
        .satisfies(late -> assertThat(late.message()).contains("job-of-the-first"))
        .satisfies(late -> assertThat(late.last()).isFalse());
  }

  @Test
  void a_late_answer_that_names_the_same_job_is_nothing_to_tell() {
    Exchange first = sent();
    Exchange second = begun(run(first), Lane.STEPS);
    second.setVariable(RunVariables.JOB_ID, "job-7");
    journal.found(second);

    first.setVariable(RunVariables.JOB_ID, "job-7");
    assertThatThrownBy(() -> journal.created(first)).isInstanceOf(StaleRunException.class);

    assertThat(failures(run(first))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a\nb"})
  void a_job_id_that_cannot_be_one_ends_the_step(String id) {
    Exchange exchange = sent();
    exchange.setVariable(RunVariables.JOB_ID, id);

    assertThatThrownBy(() -> journal.created(exchange))
        .isInstanceOf(StepFailure.Rejected.class)
        .hasMessageContaining("job id");

    assertThat(run(exchange).state()).isEqualTo(RunState.CREATING);
  }

  @Test
  void a_job_is_kept_although_its_export_is_gone() {
    Exchange exchange = sent();
    exports.remove("fills");
    exchange.setVariable(RunVariables.JOB_ID, "job-7");

    assertThatThrownBy(
            () -> {
              journal.created(exchange);
              journal.begin(exchange);
            })
        .isInstanceOf(ExportNotLoaded.class);

    assertThat(run(exchange).jobId()).isEqualTo("job-7");
    assertThat(run(exchange).dueAt()).isAfter(NOW);
  }

  @Test
  void nothing_is_found_where_nobody_looks() {
    Exchange exchange = sent();

    assertThat(exchange.getVariable(RunVariables.RUN_FIND, String.class)).isEqualTo("no");
    assertThatThrownBy(() -> journal.found(exchange))
        .isInstanceOfSatisfying(
            StepFailure.Rejected.class,
            lost -> assertThat(lost.failureName()).isEqualTo("LOST_CREATE"))
        .hasMessageContaining("when the process ended")
        .hasMessageContaining("onLostCreate: recreate");
  }

  @ParameterizedTest
  @CsvSource({
    "FAIL, unknown, , false",
    "FAIL, unknown, 503, false",
    "FAIL, no, , true",
    "FAIL, no, 200, true",
    "RECREATE, unknown, , true",
    "RECREATE, unknown, 503, true",
    "RECREATE, unknown, 200, false",
    "RECREATE, unknown, 302, false",
    "RECREATE, no, 200, true"
  })
  void a_lost_create_is_sent_again_only_with_a_proof_or_on_the_users_word(
      OnLostCreate wanted, String found, Integer answer, boolean again) {
    export(wanted, OnDeadline.LEAVE);
    Exchange exchange = sent();
    ledger.moves().unanswered(run(exchange), answer, 2, NOW, "why");
    Exchange later = begun(run(exchange), Lane.STEPS);
    later.setVariable(RunVariables.FOUND, found);

    if (again) {
      journal.found(later);
      assertThat(run(later).state()).isEqualTo(RunState.REQUESTED);
      assertThat(run(later).attempts()).isEqualTo(2);
      assertThat(next(later)).isEqualTo("REQUESTED");
      assertThat(run(later).note() == null).isEqualTo(found.equals("no"));
    } else {
      assertThatThrownBy(() -> journal.found(later)).isInstanceOf(StepFailure.Rejected.class);
      assertThat(run(later).state()).isEqualTo(RunState.CREATING);
    }
  }

  @Test
  void what_the_vendor_had_before_is_kept_before_the_request_and_given_to_find() {
    Exchange exchange = sent();
    assertThat(exchange.getVariable(RunVariables.CREATE_MARK)).isNull();
    exchange.setVariable(RunVariables.CREATE_MARK, "after:7");
    journal.mark(exchange);
    assertThat(run(exchange).createMark()).isEqualTo("after:7");

    Exchange later = begun(run(exchange), Lane.STEPS);
    assertThat(later.getVariable(RunVariables.CREATE_MARK)).isEqualTo("after:7");
    assertThat(next(later)).isEqualTo("CREATING");

    exchange.setVariable(RunVariables.JOB_ID, "job");
    journal.created(exchange);
    assertThat(run(exchange).state()).isEqualTo(RunState.PENDING);
  }

  @ParameterizedTest
  @CsvSource({
    "READY, READY",
    "EMPTY, EMPTY",
    "CANCELLED, CANCELLED",
    "FAILED, FAILED",
    "PENDING, PENDING",
    "Gloriously Done, PENDING"
  })
  void a_poll_moves_the_run_by_the_vendors_word(String status, RunState expected) {
    Exchange exchange = begun(walk.to(RunState.PENDING), Lane.STEPS);
    exchange.setVariable(RunVariables.STATUS, status);
    exchange.setVariable(RunVariables.VENDOR_STATUS, "its word");
    exchange.setVariable(RunVariables.REASON, "the planted reason");
    exchange.setVariable(RunVariables.NOTE, "a note");

    journal.polled(exchange);

    Run run = run(exchange);
    assertThat(run.state()).isEqualTo(expected);
    assertThat(run.vendorStatus()).isEqualTo("its word");
    assertThat(run.note()).isEqualTo("a note");
    assertThat(ledger.history().polls(run.id())).hasSize(1);
    assertThat(next(exchange)).isEqualTo(expected.finished() ? "FINISHED" : "PARKED");
    if (expected == RunState.FAILED) {
      assertThat(run.failureMessage()).contains("the *** reason");
    }
    if (expected == RunState.PENDING) {
      assertThat(run.dueAt()).isAfter(NOW);
    }
  }

  @Test
  void a_poll_of_an_attempt_that_was_given_up_leaves_nothing() {
    Exchange late = begun(walk.to(RunState.PENDING), Lane.STEPS);
    Exchange other = begun(run(late), Lane.STEPS);
    for (Exchange each : new Exchange[] {other, late}) {
      each.setVariable(RunVariables.STATUS, "PENDING");
    }
    journal.polled(other);

    late.setVariable(RunVariables.NOTE, "of the late one");
    assertThatThrownBy(() -> journal.polled(late)).isInstanceOf(StaleRunException.class);

    assertThat(ledger.history().polls(run(late).id()))
        .singleElement()
        .extracting(Poll::times)
        .isEqualTo(1);
    assertThat(run(late).note()).isNull();
  }

  @ParameterizedTest
  @EnumSource(
      value = RunState.class,
      names = {"READY", "STAGED"})
  void a_transfer_that_is_begun_again_ends_the_one_before(RunState state) {
    Exchange slept = begun(walk.to(state), Lane.TRANSFERS);
    assertThat(next(slept)).isEqualTo(state.name());
    Exchange revived = begun(run(slept), Lane.TRANSFERS);

    assertThatThrownBy(() -> end(state, slept)).isInstanceOf(StaleRunException.class);
    assertThat(run(slept).state()).isEqualTo(state);

    end(state, revived);
    assertThat(run(slept).state())
        .isEqualTo(state == RunState.READY ? RunState.STAGED : RunState.DELIVERED);
  }

  private void end(RunState state, Exchange exchange) {
    int attempt = exchange.getVariable(RunVariables.RUN_ATTEMPT, Integer.class);
    if (state == RunState.READY) {
      ledger.receipts().save(walk.file(run(exchange), folder), attempt);
      journal.staged(exchange);
    } else {
      ledger.receipts().delivered(run(exchange).id(), 0, attempt, NOW);
      journal.delivered(exchange);
    }
  }

  @Test
  void a_download_without_a_receipt_stages_nothing() {
    Exchange exchange = begun(walk.to(RunState.READY), Lane.TRANSFERS);

    assertThatThrownBy(() -> journal.staged(exchange))
        .hasMessageContaining("without staging a file");

    assertThat(run(exchange).state()).isEqualTo(RunState.READY);
  }

  @Test
  void a_download_that_says_so_ends_empty() {
    Exchange exchange = begun(walk.to(RunState.READY), Lane.TRANSFERS);
    exchange.setVariable(RunVariables.STATUS, "EMPTY");

    journal.staged(exchange);

    assertThat(run(exchange).state()).isEqualTo(RunState.EMPTY);
    assertThat(next(exchange)).isEqualTo("FINISHED");
  }

  @Test
  void a_staged_run_is_delivered_by_the_same_exchange_within_a_day() {
    Exchange exchange = begun(walk.to(RunState.READY), Lane.TRANSFERS);
    int attempt = exchange.getVariable(RunVariables.RUN_ATTEMPT, Integer.class);
    ledger.receipts().save(walk.file(run(exchange), folder), attempt);

    journal.staged(exchange);

    assertThat(next(exchange)).isEqualTo("STAGED");
    assertThat(run(exchange).deadlineAt()).isEqualTo(NOW.plus(Duration.ofHours(24)));
    journal.delivered(exchange);
    assertThat(run(exchange).state()).isEqualTo(RunState.DELIVERED);
    assertThat(next(exchange)).isEqualTo("FINISHED");
  }

  @Test
  void a_run_goes_on_only_in_its_lane_when_it_is_due_and_nothing_stops() {
    Run pending = walk.to(RunState.PENDING);
    assertThat(next(begun(pending, Lane.STEPS))).isEqualTo("PENDING");
    assertThat(next(begun(pending, Lane.TRANSFERS))).isEqualTo("PARKED");
    ledger.moves().park(pending, 0, NOW.plusMillis(1), "the vendor");
    assertThat(next(begun(pending, Lane.STEPS))).isEqualTo("PARKED");
    clock.advance(Duration.ofMillis(1));
    assertThat(next(begun(pending, Lane.STEPS))).isEqualTo("PENDING");
    stop.request();
    assertThat(next(begun(pending, Lane.STEPS))).isEqualTo("PARKED");
  }

  @ParameterizedTest
  @CsvSource({
    "PENDING, CANCEL, CANCELLING",
    "READY, CANCEL, CANCELLING",
    "PENDING, LEAVE, FINISHED",
    "STAGED, CANCEL, FINISHED",
    "REQUESTED, CANCEL, FINISHED"
  })
  void the_deadline_cancels_what_is_at_the_vendor_where_that_is_wanted(
      RunState state, OnDeadline onDeadline, String expected) {
    export(OnLostCreate.FAIL, onDeadline);
    Run run = walk.to(state);
    clock.advance(Duration.between(NOW, run.deadlineAt()));

    Exchange exchange = begun(run, state.lane());

    assertThat(next(exchange)).isEqualTo(expected);
    if (expected.equals("CANCELLING")) {
      assertThat(run(exchange).state()).isEqualTo(state);
      journal.cancelled(exchange);
    }
    assertThat(run(exchange).failure())
        .isEqualTo(state == RunState.STAGED ? "DELIVERY_DEADLINE" : "DEADLINE");
    assertThat(run(exchange).note()).isNull();
  }

  @Test
  void a_millisecond_before_its_deadline_a_run_goes_on() {
    Run run = walk.to(RunState.PENDING);
    clock.advance(Duration.between(NOW, run.deadlineAt()).minusMillis(1));

    assertThat(next(begun(run, Lane.STEPS))).isEqualTo("PENDING");
  }

  @Test
  void the_deadline_says_what_the_run_could_not_get_over() {
    Exchange exchange = begun(walk.to(RunState.PENDING), Lane.STEPS);
    fails(exchange, new StepFailure.RetryLater("VENDOR_ERROR", "status 500, saying: Oops", null));
    clock.advance(Duration.ofHours(7));

    Run run = run(begun(run(exchange), Lane.STEPS));

    assertThat(run.failureMessage())
        .contains("after 1 attempt the last failure was VENDOR_ERROR: status 500, saying: Oops")
        .contains("longer deadline");
  }

  @Test
  void a_deadline_in_a_create_says_that_the_job_is_not_known() {
    Exchange exchange = sent();
    clock.advance(Duration.ofHours(7));

    Run run = run(begun(run(exchange), Lane.STEPS));

    assertThat(run.failureMessage()).contains("whether the vendor has a job of it is not known");
  }

  @Test
  void a_cancel_wins_over_everything_that_is_not_at_the_vendor() {
    Run run = walk.to(RunState.STAGED);
    ledger.runs().requestCancel(run.id(), NOW);

    Exchange exchange = begun(run, Lane.TRANSFERS);

    assertThat(next(exchange)).isEqualTo("FINISHED");
    assertThat(run(exchange).state()).isEqualTo(RunState.CANCELLED);
  }
}
