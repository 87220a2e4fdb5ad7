package io.saddlebag.vendor;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import io.saddlebag.simulator.Fault;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the routes of a vendor that makes its file in a job must do besides. */
abstract class JobContractTest extends VendorContractTest {
  /** Method and path pattern of the create call. */
  abstract String[] create();

  /** Method and path pattern of the status call. */
  abstract String[] status();

  abstract void endsWith(String word);

  abstract String failedWord();

  /** Jobs take so long. */
  abstract void jobsTake(Duration time);

  /** Where access tokens can be renewed, a second attempt is made with a fresh one. */
  long attemptsWithDeadCredentials() {
    return 1;
  }

  /** How many jobs a lost answer to a create may cost at this vendor. */
  abstract int createsAfterALostReply();

  @Override
  String polling() {
    return "pollMin: 20ms\npollMax: 60ms\n";
  }

  @Test
  void create_is_sent_once_when_it_is_answered_503() throws Exception {
    api().faults().next(1, create()[0], create()[1], Fault.retryAfter(503, "0"));

    Run run = run();

    assertDeliveredOnce(run);
    assertThat(failures(run)).containsExactly("VENDOR_UNAVAILABLE");
    assertThat(api().count(request -> request.is(create()[0], create()[1]))).isEqualTo(2);
  }

  @Test
  void a_lost_reply_to_create_costs_no_more_than_the_vendor_makes_unavoidable() throws Exception {
    jobsTake(Duration.ofSeconds(1));
    api().faults().next(1, create()[0], create()[1], Fault.loseReply());

    Run run = run();

    assertThat(run.state()).as("%s", failures(run)).isEqualTo(RunState.DELIVERED);
    assertThat(runtime.delivered()).hasSize(filesOfARun());
    assertThat(creates()).isEqualTo(createsAfterALostReply());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "0.3", "date", ""})
  void retry_after_is_honoured_in_every_form(String form) throws Exception {
    String value =
        form.equals("date")
            ? DateTimeFormatter.RFC_1123_DATE_TIME
                .withZone(ZoneOffset.UTC)
                .format(Instant.now().plusSeconds(1))
            : form;
    Fault fault = value.isEmpty() ? Fault.status(429) : Fault.retryAfter(429, value);
    api().faults().next(2, status()[0], status()[1], fault);

    Run run = run();

    assertDeliveredOnce(run);
    assertThat(failures(run)).contains("RATE_LIMITED");
  }

  @Test
  void a_long_retry_after_parks_the_run_and_sends_nothing_meanwhile() throws Exception {
    api().faults().next(1, status()[0], status()[1], Fault.retryAfter(429, "3600"));

    startRuntime();
    Run run = runtime.reaches(runtime.request(EXPORT).id(), parked -> parked.attempts() == 1);

    assertThat(run.dueAt()).isAfter(Instant.now().plusSeconds(3000));
    assertThat(run.waitingFor()).contains("RATE_LIMITED");
  }

  @Test
  void a_burst_of_server_errors_is_survived() throws Exception {
    api().faults().next(4, status()[0], status()[1], Fault.status(502));

    assertDeliveredOnce(run());
  }

  @Test
  void a_connection_dropped_in_a_poll_is_survived() throws Exception {
    api().faults().next(2, status()[0], status()[1], Fault.dropConnection());

    assertDeliveredOnce(run());
  }

  @Test
  void wrong_credentials_are_tried_once() throws Exception {
    api().faults().always(create()[0], create()[1], Fault.status(401));

    Run run = run();

    assertFailed(run, "UNAUTHORIZED");
    assertThat(api().count(request -> request.is(create()[0], create()[1]))).isEqualTo(1);
  }

  @Test
  void a_missing_right_ends_the_run() throws Exception {
    api().faults().always(create()[0], create()[1], Fault.status(403));

    assertFailed(run(), "FORBIDDEN");
  }

  @Test
  void credentials_that_die_during_polling_end_the_run_at_once() throws Exception {
    api().faults().always(status()[0], status()[1], Fault.status(401));

    Run run = run();

    assertFailed(run, "UNAUTHORIZED");
    assertThat(api().count(request -> request.is(status()[0], status()[1])))
        .isEqualTo(attemptsWithDeadCredentials());
  }

  @Test
  void a_login_page_instead_of_a_status_is_named() throws Exception {
    api().faults().always(status()[0], status()[1], Fault.loginPage());

    assertFailed(run(), "LOGIN_PAGE");
  }

  @Test
  void a_redirect_of_an_api_call_is_not_followed() throws Exception {
    api()
        .faults()
        .always(
            status()[0], status()[1], Fault.redirect(302, "https://evil.example/login?token=abc"));

    Run run = run();

    assertFailed(run, "REDIRECT_REFUSED");
    assertThat(run.failureMessage()).doesNotContain("abc");
  }

  @Test
  void an_answer_that_is_no_json_is_asked_for_again() throws Exception {
    api()
        .faults()
        .next(1, status()[0], status()[1], Fault.answer(200, "application/json", "{\"data\": "));

    Run run = run();

    assertDeliveredOnce(run);
    assertThat(failures(run)).containsExactly("BAD_ANSWER");
  }

  @Test
  void an_endless_answer_is_refused() throws Exception {
    api()
        .faults()
        .always(
            status()[0],
            status()[1],
            call ->
                call.bytes(
                    200,
                    "application/json",
                    io.saddlebag.simulator.Body.repeating(" ", 64L << 20)));

    assertFailed(run(), "ANSWER_TOO_LARGE");
  }

  @Test
  void an_unknown_status_is_asked_again_until_the_deadline_and_is_never_success() throws Exception {
    endsWith("Gloriously Done");

    Run run = run("deadline: 1s");

    assertFailed(run, "DEADLINE");
    assertThat(run.failureMessage()).contains("Gloriously Done");
    assertThat(creates()).isEqualTo(1);
    assertThat(api().count(request -> request.is(status()[0], status()[1]))).isLessThan(60);
  }

  @Test
  void a_job_that_failed_at_the_vendor_ends_the_run() throws Exception {
    endsWith(failedWord());

    assertFailed(run(), "JOB_FAILED");
    assertThat(creates()).isEqualTo(1);
  }

  @Test
  void a_server_that_cannot_be_reached_leaves_the_run_requested() throws Exception {
    stopVendor();
    startRuntime();

    Run run =
        runtime.reaches(
            runtime.request(EXPORT).id(),
            waiting -> waiting.attempts() >= 2 && waiting.state() == RunState.REQUESTED);

    assertThat(failures(run)).containsOnly("UNREACHABLE");
  }

  @Test
  void cancel_ends_the_run() throws Exception {
    jobsTake(Duration.ofMinutes(5));
    startRuntime();
    String id = runtime.reaches(runtime.request(EXPORT).id(), RunState.PENDING).id();

    runtime.saddlebag().ledger().runs().requestCancel(id, Instant.now());
    runtime
        .saddlebag()
        .engine()
        .wakeups()
        .now(runtime.saddlebag().ledger().runs().get(id), Instant.now());

    assertThat(runtime.ended(id).state()).isEqualTo(RunState.CANCELLED);
  }

  @Test
  void cookies_are_not_kept() throws Exception {
    api()
        .faults()
        .next(
            1,
            status()[0],
            status()[1],
            call -> {
              call.header("Set-Cookie", "session=of-somebody-else; Path=/");
              return false;
            });

    assertDeliveredOnce(run());
    assertThat(api().requests()).allMatch(request -> request.header("Cookie") == null);
  }

  @ParameterizedTest
  @EnumSource(
      value = RunState.class,
      names = {"REQUESTED", "PENDING"})
  void an_order_is_continued_after_a_restart(RunState state) throws Exception {
    if (state == RunState.REQUESTED) {
      api().faults().always(create()[0], create()[1], Fault.status(503));
    } else {
      jobsTake(Duration.ofSeconds(2));
    }

    Run run =
        restarted(
            seen -> seen.state() == state && (state == RunState.PENDING || seen.attempts() > 0));

    assertDeliveredOnce(run);
  }
}
