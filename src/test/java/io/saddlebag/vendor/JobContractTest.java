package io.saddlebag.vendor;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import io.saddlebag.simulator.Fault;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
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

  /** Whether a job whose id was lost can be looked for at this vendor. */
  boolean findsLostJobs() {
    return true;
  }

  /** How a run ends after one answer to its create request, and how often that was sent. */
  private record Ending(String name, int requests) {}

  /** What each answer to a create request proves, whether the vendor made the job or not. */
  private Map<String, Map.Entry<Fault, Ending>> createAnswers() {
    Ending once = new Ending(findsLostJobs() ? "DELIVERED" : "LOST_CREATE", 1);
    Ending again =
        new Ending(findsLostJobs() ? "DELIVERED" : "LOST_CREATE", findsLostJobs() ? 2 : 1);
    Ending proven = new Ending("DELIVERED", 2);
    Map<String, Map.Entry<Fault, Ending>> answers = new LinkedHashMap<>();
    for (int status : new int[] {408, 500, 502, 503, 504}) {
      Fault answer = Fault.retryAfter(status, "0");
      answers.put(status + " before the job was made", Map.entry(answer, again));
      answers.put(
          status + " after the job was made", Map.entry(Fault.answeredInstead(answer), once));
    }
    answers.put(
        "the connection broke before the job was made", Map.entry(Fault.dropConnection(), again));
    answers.put("the reply was lost", Map.entry(Fault.loseReply(), once));
    answers.put("the reply was cut", Map.entry(Fault.truncate(cutReply()), once));
    Fault garbled = Fault.answer(200, "application/json", "{\"data\": ");
    answers.put("the reply was garbled", Map.entry(Fault.answeredInstead(garbled), once));
    for (int status : new int[] {425, 429}) {
      answers.put(String.valueOf(status), Map.entry(Fault.retryAfter(status, "0"), proven));
    }
    for (int status : new int[] {400, 409, 422}) {
      answers.put(
          String.valueOf(status),
          Map.entry(Fault.status(status), new Ending("REQUEST_REFUSED", 1)));
    }
    answers.put("403", Map.entry(Fault.status(403), new Ending("FORBIDDEN", 1)));
    answers.put(
        "a web page",
        Map.entry(Fault.answeredInstead(Fault.loginPage()), new Ending("LOGIN_PAGE", 1)));
    answers.put(
        "a redirect",
        Map.entry(
            Fault.answeredInstead(Fault.redirect(302, "https://evil.example/")),
            new Ending("REDIRECT_REFUSED", 1)));
    return answers;
  }

  /** After how many bytes a cut reply to a create ends. */
  int cutReply() {
    return 10;
  }

  @Test
  void no_answer_to_a_create_makes_the_vendor_work_twice() throws Exception {
    startRuntime();
    SoftAssertions table = new SoftAssertions();
    for (var answer : createAnswers().entrySet()) {
      long sent = api().count(request -> request.is(create()[0], create()[1]));
      int made = creates();
      api().faults().next(1, create()[0], create()[1], answer.getValue().getKey());

      Run run = runtime.run(EXPORT);

      Ending expected = answer.getValue().getValue();
      table
          .assertThat(run.failure() == null ? run.state().name() : run.failure())
          .as("%s, failures %s", answer.getKey(), failures(run))
          .isEqualTo(expected.name());
      table
          .assertThat(api().count(request -> request.is(create()[0], create()[1])) - sent)
          .as("create requests after %s", answer.getKey())
          .isEqualTo(expected.requests());
      table
          .assertThat(creates() - made)
          .as("jobs after %s", answer.getKey())
          .isLessThanOrEqualTo(1);
    }
    table.assertAll();
  }

  @Override
  String polling() {
    return "pollMin: 20ms\npollMax: 60ms\n";
  }

  @Test
  void a_lost_reply_to_create_costs_no_second_job() throws Exception {
    jobsTake(Duration.ofSeconds(1));
    api().faults().next(1, create()[0], create()[1], Fault.loseReply());

    Run run = run();

    if (findsLostJobs()) {
      assertDeliveredOnce(run);
    } else {
      assertFailed(run, "LOST_CREATE");
      assertThat(run.failureMessage()).contains("INTERRUPTED").contains("onLostCreate: recreate");
    }
    assertThat(creates()).isEqualTo(1);
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
      api().faults().always(create()[0], create()[1], Fault.status(429));
    } else {
      jobsTake(Duration.ofSeconds(2));
    }

    Run run =
        restarted(
            seen -> seen.state() == state && (state == RunState.PENDING || seen.attempts() > 0));

    assertDeliveredOnce(run);
  }
}
