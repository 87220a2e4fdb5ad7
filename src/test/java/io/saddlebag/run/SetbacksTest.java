package io.saddlebag.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.export.ExportDefinition.OnDeadline;
import io.saddlebag.export.ExportDefinition.OnLostCreate;
import java.io.IOException;
import java.net.ConnectException;
import java.sql.SQLException;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a run after each kind of failure. */
class SetbacksTest extends LifeTest {
  private static StepFailure.RetryLater later(int attempts) {
    return new StepFailure.RetryLater("BROKEN", "the planted file is broken", null, attempts, null);
  }

  @Test
  void a_failure_that_may_pass_parks_the_run_with_a_wait() {
    Exchange exchange = begun(walk.to(RunState.PENDING), Lane.STEPS);

    Run run =
        fails(
            exchange,
            new StepFailure.RetryLater("VENDOR_ERROR", "planted 500", Duration.ofSeconds(90)));

    assertThat(next(exchange)).isEqualTo("PARKED");
    assertThat(run.state()).isEqualTo(RunState.PENDING);
    assertThat(run.attempts()).isEqualTo(1);
    assertThat(run.waitingFor()).isEqualTo("VENDOR_ERROR, attempt 1");
    assertThat(run.dueAt()).isAfterOrEqualTo(NOW.plusSeconds(90));
    assertThat(ledger.history().failures(run.id()).get(0).message()).isEqualTo("*** 500");
  }

  @Test
  void a_wait_ends_at_the_deadline() {
    Exchange exchange = begun(walk.to(RunState.PENDING), Lane.STEPS);

    Run run = fails(exchange, new StepFailure.RetryLater("BUSY", "wait", Duration.ofDays(3)));

    assertThat(run.dueAt()).isEqualTo(run.deadlineAt());
  }

  @Test
  void a_failure_that_repeats_ends_the_run_in_words_that_are_true_at_the_end() {
    Run run = walk.to(RunState.READY);
    for (int attempt = 1; attempt <= 3; attempt++) {
      assertThat(run.state()).isEqualTo(RunState.READY);
      run = fails(begun(run, Lane.TRANSFERS), later(3));
      clock.advance(Duration.ofMinutes(6));
    }

    assertThat(run.state()).isEqualTo(RunState.FAILED);
    assertThat(run.failure()).isEqualTo("BROKEN");
    assertThat(run.failureMessage()).isEqualTo("the *** file is broken; given up after 3 attempts");
    assertThat(ledger.history().failures(run.id()))
        .extracting(FailureRecord::last)
        .containsExactly(false, false, true);
  }

  @Test
  void a_refusal_ends_the_run_at_once() {
    Run run =
        fails(
            begun(walk.to(RunState.PENDING), Lane.STEPS),
            new StepFailure.Rejected("UNAUTHORIZED", "no"));

    assertThat(run.failureMessage()).isEqualTo("no");
    assertThat(run.finishedAt()).isEqualTo(NOW);
  }

  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true", "false, false"})
  void a_create_that_was_provably_not_sent_is_sent_again(boolean sent, boolean findable)
      throws Exception {
    if (findable) {
      findable();
    }
    Exchange exchange = sent();
    exchange.setVariable(RunVariables.REQUEST_SENT, sent);
    Exception failure =
        sent
            ? new StepFailure.NotSent("RATE_LIMITED", "429", Duration.ZERO)
            : new StepFailure.RetryLater("VENDOR_ERROR", "of the ids", null);

    Run run = fails(exchange, failure);

    assertThat(run.state()).isEqualTo(RunState.REQUESTED);
    assertThat(run.attempts()).isEqualTo(1);
    assertThat(run.creatingAt()).isNull();
  }

  @ParameterizedTest
  @CsvSource({"false, , REQUESTED", "true, , CREATING", "false, 200, CREATING"})
  void a_create_that_the_ledger_kept_from_being_sent_is_sent_when_it_is_back(
      boolean sent, Integer status, RunState state) {
    Exchange exchange = sent();
    exchange.setVariable(RunVariables.REQUEST_SENT, sent);
    exchange.setVariable(RunVariables.HTTP_STATUS, status);

    Run run = fails(exchange, new SQLException("the connection is gone", "08006"));

    assertThat(run.state()).isEqualTo(state);
    assertThat(run.attempts()).isZero();
    assertThat(ledger.history().failures(run.id())).isEmpty();
  }

  @Test
  void a_server_that_cannot_be_reached_got_no_create() {
    Exchange exchange = sent();
    exchange.setProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, new ConnectException("refused"));

    setbacks.unreachable(exchange);

    assertThat(run(exchange).state()).isEqualTo(RunState.REQUESTED);
    assertThat(failures(run(exchange))).containsExactly("UNREACHABLE");
  }

  @ParameterizedTest
  @CsvSource({"503, FAIL", "503, RECREATE", "200, FAIL", "200, RECREATE"})
  void a_create_of_which_nothing_is_known_is_looked_for(int status, OnLostCreate wanted)
      throws Exception {
    findable();
    export(wanted, OnDeadline.LEAVE);
    Exchange exchange = sent();
    exchange.setVariable(RunVariables.HTTP_STATUS, status);

    Run run = fails(exchange, later(5));

    assertThat(run.state()).isEqualTo(RunState.CREATING);
    assertThat(run.createStatus()).isEqualTo(status);
    assertThat(run.attempts()).isEqualTo(1);
    assertThat(run.dueAt()).isAfterOrEqualTo(NOW);
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "none, FAIL, FAILED",
        "503, FAIL, FAILED",
        "200, FAIL, FAILED",
        "200, RECREATE, FAILED",
        "302, RECREATE, FAILED",
        "400, RECREATE, REQUESTED",
        "503, RECREATE, REQUESTED",
        "none, RECREATE, REQUESTED"
      },
      nullValues = "none")
  void a_create_that_nobody_can_look_for_is_decided_at_once(
      Integer status, OnLostCreate wanted, RunState expected) {
    export(wanted, OnDeadline.LEAVE);
    Exchange exchange = sent();
    exchange.setVariable(RunVariables.HTTP_STATUS, status);

    Run run =
        fails(
            exchange, new StepFailure.RetryLater("VENDOR_UNAVAILABLE", "503", Duration.ofHours(1)));

    assertThat(run.state()).isEqualTo(expected);
    if (expected == RunState.FAILED) {
      assertThat(run.failure()).isEqualTo("LOST_CREATE");
      assertThat(run.failureMessage()).contains("VENDOR_UNAVAILABLE: 503");
      assertThat(failures(run)).containsExactlyInAnyOrder("VENDOR_UNAVAILABLE", "LOST_CREATE");
      assertThat(run.failureMessage().contains("onLostCreate: recreate"))
          .isEqualTo(status == null || status >= 400);
    } else {
      assertThat(run.note()).contains("created again");
      assertThat(run.dueAt()).isAfterOrEqualTo(NOW.plus(Duration.ofHours(1)));
    }
  }

  @Test
  void a_failure_of_find_says_nothing_about_the_create() throws Exception {
    findable();
    Exchange exchange = begun(walk.to(RunState.CREATING), Lane.STEPS);
    assertThat(next(exchange)).isEqualTo("CREATING");

    Run run = fails(exchange, new StepFailure.NotSent("RATE_LIMITED", "429", Duration.ZERO));

    assertThat(run.state()).isEqualTo(RunState.CREATING);
    assertThat(run.waitingFor()).isEqualTo("RATE_LIMITED, attempt 1");
  }

  @Test
  void a_deadline_that_passes_in_a_transfer_says_nothing_of_a_cancel() {
    export(OnLostCreate.FAIL, OnDeadline.CANCEL);
    Exchange exchange = begun(walk.to(RunState.READY), Lane.TRANSFERS);
    clock.advance(Duration.ofHours(7));
    for (int attempt = 0; attempt < 3; attempt++) {
      ledger.moves().park(run(exchange), attempt, NOW, "before");
      exchange.setVariable(RunVariables.RUN_ATTEMPT, run(exchange).attempt());
      exchange.setVariable(RunVariables.RUN_STATE, "READY");
      fails(exchange, new StepFailure.RetryLater("TRUNCATED", "cut", null));
      exchange.setVariable(RunVariables.RUN_ATTEMPT, run(exchange).attempt());
    }

    assertThat(run(exchange).note()).isNull();
    assertThat(run(exchange).state()).isEqualTo(RunState.READY);
    assertThat(run(exchange).dueAt()).isEqualTo(run(exchange).deadlineAt());
    assertThat(next(begun(run(exchange), Lane.TRANSFERS))).isEqualTo("CANCELLING");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_cancel_that_fails_three_times_leaves_the_job_and_says_so(boolean byDeadline) {
    export(OnLostCreate.FAIL, OnDeadline.CANCEL);
    Run run = walk.to(RunState.PENDING);
    ledger.moves().park(run, 2, NOW, "VENDOR_ERROR, attempt 2");
    if (byDeadline) {
      clock.advance(Duration.ofHours(7));
    } else {
      ledger.runs().requestCancel(run.id(), NOW);
    }
    for (int attempt = 1; attempt <= 3; attempt++) {
      assertThat(again(run).state()).isEqualTo(RunState.PENDING);
      clock.advance(Duration.ofMinutes(6));
      Exchange exchange = begun(run, Lane.STEPS);
      assertThat(next(exchange)).isEqualTo("CANCELLING");
      fails(exchange, new StepFailure.RetryLater("VENDOR_ERROR", "status 500", null));
    }

    assertThat(again(run).state()).isEqualTo(byDeadline ? RunState.FAILED : RunState.CANCELLED);
    assertThat(again(run).note())
        .isEqualTo(
            "the vendor's job could not be cancelled, and is left to the vendor: status 500");
    assertThat(again(run).failureMessage()).doesNotContain("500");
  }

  @Test
  void a_cancel_that_is_refused_is_not_tried_again() {
    Run run = walk.to(RunState.PENDING);
    ledger.runs().requestCancel(run.id(), NOW);

    fails(begun(run, Lane.STEPS), new StepFailure.Rejected("FORBIDDEN", "403"));

    assertThat(again(run).state()).isEqualTo(RunState.CANCELLED);
    assertThat(again(run).note()).contains("could not be cancelled").endsWith("403");
  }

  @Test
  void a_failure_of_an_attempt_that_was_given_up_is_nobodys() {
    Exchange late = begun(walk.to(RunState.READY), Lane.TRANSFERS);
    Run now = run(begun(run(late), Lane.TRANSFERS));

    Run run = fails(late, later(1));

    assertThat(run).isEqualTo(now);
    assertThat(failures(run)).isEmpty();
  }

  @Test
  void a_run_that_was_moved_meanwhile_has_not_failed() {
    Exchange exchange = begun(walk.to(RunState.PENDING), Lane.STEPS);
    Run before = run(exchange);

    assertThat(fails(exchange, new StaleRunException("fills", RunState.PENDING, 1)))
        .isEqualTo(before);
    assertThat(failures(before)).isEmpty();
    assertThat(next(exchange)).isEqualTo("PARKED");
  }

  @Test
  void what_breaks_off_while_the_process_stops_is_no_failure() {
    Exchange exchange = begun(walk.to(RunState.READY), Lane.TRANSFERS);
    Run before = run(exchange);
    stop.request();

    assertThat(fails(exchange, new IOException("closed"))).isEqualTo(before);
    assertThat(next(exchange)).isEqualTo("PARKED");
    assertThat(failures(before)).isEmpty();
  }

  @Test
  void what_an_answer_proves_of_a_create_is_kept_while_the_process_stops() {
    Exchange exchange = sent();
    stop.request();

    Run run = fails(exchange, new StepFailure.NotSent("RATE_LIMITED", "429", null));

    assertThat(run.state()).isEqualTo(RunState.REQUESTED);
    assertThat(next(exchange)).isEqualTo("PARKED");
    assertThat(failures(run)).isEmpty();
  }

  @Test
  void a_create_that_breaks_off_while_the_process_stops_is_looked_for_at_the_next_start() {
    Exchange exchange = sent();
    stop.request();

    Run run = fails(exchange, new IOException("closed"));

    assertThat(run.state()).isEqualTo(RunState.CREATING);
    assertThat(failures(run)).isEmpty();
  }

  @Test
  void a_run_that_has_ended_keeps_its_end() {
    Exchange exchange = begun(walk.to(RunState.PENDING), Lane.STEPS);
    ledger.moves().finish(run(exchange), RunState.CANCELLED, null, NOW);
    exchange.setVariable(RunVariables.RUN_ATTEMPT, run(exchange).attempt());

    assertThat(fails(exchange, later(1)).state()).isEqualTo(RunState.CANCELLED);
    assertThat(failures(run(exchange))).isEmpty();
  }

  @Test
  void an_export_that_is_taken_away_in_a_step_is_no_failure_of_its_run() {
    Exchange exchange = begun(walk.to(RunState.PENDING), Lane.STEPS);
    exports.remove("fills");

    Run run = fails(exchange, new ExportNotLoaded("fills"));

    assertThat(run.state()).isEqualTo(RunState.PENDING);
    assertThat(run.attempts()).isZero();
    assertThat(failures(run)).isEmpty();
  }

  @Test
  void a_failure_without_a_name_is_tried_five_times() {
    Run run = walk.to(RunState.PENDING);
    for (int attempt = 1; attempt <= 5; attempt++) {
      assertThat(run.state()).isEqualTo(RunState.PENDING);
      run = fails(begun(run, Lane.STEPS), new IllegalStateException("a defect"));
      clock.advance(Duration.ofMinutes(6));
    }

    assertThat(run.failure()).isEqualTo("UNEXPECTED");
    assertThat(run.failureMessage()).contains("illegal state: a defect");
  }

  @Test
  void a_failure_that_a_step_named_keeps_its_name_whatever_caused_it() {
    Exchange exchange = begun(walk.to(RunState.PENDING), Lane.STEPS);
    exchange.setProperty(
        ExchangePropertyKey.EXCEPTION_CAUGHT,
        new StepFailure.Rejected("LOGIN_PAGE", "a page", new IOException("cut")));

    setbacks.interrupted(exchange);

    assertThat(run(exchange).failure()).isEqualTo("LOGIN_PAGE");
  }

  @Test
  void garbled_and_interrupted_answers_have_their_names() {
    Exchange exchange = begun(walk.to(RunState.PENDING), Lane.STEPS);
    setbacks.garbled(exchange);
    Exchange second = begun(run(exchange), Lane.STEPS);
    setbacks.interrupted(second);

    assertThat(failures(run(exchange))).containsExactlyInAnyOrder("BAD_ANSWER", "INTERRUPTED");
  }
}
