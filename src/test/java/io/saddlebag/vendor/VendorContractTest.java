package io.saddlebag.vendor;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.TestRuntime;
import io.saddlebag.run.FailureRecord;
import io.saddlebag.run.Lane;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import io.saddlebag.simulator.Fault;
import io.saddlebag.simulator.RecordedRequest;
import io.saddlebag.simulator.Simulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every vendor's routes must do, whatever the vendor does. */
abstract class VendorContractTest {
  static final String EXPORT = "wanted";

  @TempDir Path folder;
  TestRuntime runtime;

  /** The vendor's API. */
  abstract Simulator api();

  /** The host of the file: the API itself, or the storage. */
  abstract Simulator files();

  abstract void startVendor();

  abstract void stopVendor();

  abstract void connect(TestRuntime target);

  abstract String kamelet();

  abstract String parameters();

  /** Whether the vendor makes its file in a job; otherwise it answers one request with it. */
  boolean hasJob() {
    return true;
  }

  private void assumeJob() {
    Assumptions.assumeTrue(hasJob(), "this flow orders nothing and polls nothing");
  }

  /** Method and path pattern of the create call. */
  abstract String[] create();

  /** Method and path pattern of the status call. */
  abstract String[] status();

  /** Method and path pattern of the file itself. */
  abstract String[] file();

  /** Whether this request is one that the file is answered to; a challenge may come before it. */
  boolean asksForFile(RecordedRequest request) {
    return request.is(file()[0], file()[1]);
  }

  private void nextFile(int times, Fault fault) {
    files().faults().next(times, this::asksForFile, fault);
  }

  private void everyFile(Fault fault) {
    nextFile(Integer.MAX_VALUE, fault);
  }

  abstract int creates();

  abstract void endsWith(String word);

  abstract String failedWord();

  /** Whether the vendor can say that there is nothing to deliver. */
  boolean canBeEmpty() {
    return true;
  }

  /** The vendor says that there is nothing to deliver. */
  void endsEmpty() {
    throw new UnsupportedOperationException();
  }

  /** Jobs take so long. */
  abstract void jobsTake(Duration time);

  /** The file's answer without a byte in it, otherwise as the vendor gives it. */
  Fault emptyFile() {
    return Fault.status(200);
  }

  /** How many files a run of this flow brings. */
  int filesOfARun() {
    return 1;
  }

  /** Where access tokens can be renewed, a second attempt is made with a fresh one. */
  long attemptsWithDeadCredentials() {
    return 1;
  }

  /** How many jobs a lost answer to a create may cost at this vendor. */
  abstract int createsAfterALostReply();

  @BeforeEach
  void prepare() throws IOException {
    startVendor();
    runtime = new TestRuntime(folder);
    connect(runtime);
  }

  @AfterEach
  void stop() throws Exception {
    runtime.close();
    stopVendor();
  }

  String yaml(String... more) {
    StringBuilder all = new StringBuilder(parameters());
    for (String parameter : more) {
      all.append(parameter).append('\n');
    }
    if (hasJob() && !all.toString().contains("pollMin:")) {
      all.append("pollMin: 20ms\npollMax: 60ms\n");
    }
    return "- route:\n    id: "
        + EXPORT
        + "\n    from:\n      uri: kamelet:"
        + kamelet()
        + "\n      parameters:\n"
        + all.toString().indent(8)
        + "      steps:\n        - to: direct:to-folder\n";
  }

  void startRuntime(String... more) throws Exception {
    runtime.export(EXPORT, yaml(more)).start();
  }

  Run run(String... more) throws Exception {
    startRuntime(more);
    return runtime.run(EXPORT);
  }

  List<String> failures(Run run) {
    return runtime.saddlebag().ledger().history().failures(run.id()).stream()
        .map(FailureRecord::name)
        .toList();
  }

  void assertDeliveredOnce(Run run) throws IOException {
    assertThat(run.state()).as("%s, failures %s", run, failures(run)).isEqualTo(RunState.DELIVERED);
    assertThat(runtime.delivered()).hasSize(filesOfARun());
    assertThat(creates()).isEqualTo(1);
  }

  void assertFailed(Run run, String name) throws IOException {
    assertThat(run.state()).as("%s, failures %s", run, failures(run)).isEqualTo(RunState.FAILED);
    assertThat(run.failure()).as("%s", run.failureMessage()).isEqualTo(name);
    assertThat(run.failureMessage()).isNotBlank();
    assertThat(runtime.delivered()).isEmpty();
  }

  @Test
  void the_file_is_delivered_with_its_receipt() throws Exception {
    Run run = run();

    assertDeliveredOnce(run);
    Path delivered = runtime.delivered().get(0);
    assertThat(delivered.resolveSibling(delivered.getFileName() + ".receipt.json"))
        .content()
        .contains(run.id())
        .contains(runtime.saddlebag().ledger().receipts().of(run.id()).get(0).sha256());
  }

  @Test
  void create_is_sent_once_when_it_is_answered_503() throws Exception {
    assumeJob();
    api().faults().next(1, create()[0], create()[1], Fault.retryAfter(503, "0"));

    Run run = run();

    assertDeliveredOnce(run);
    assertThat(failures(run)).containsExactly("VENDOR_UNAVAILABLE");
    assertThat(api().count(request -> request.is(create()[0], create()[1]))).isEqualTo(2);
  }

  @Test
  void a_lost_reply_to_create_costs_no_more_than_the_vendor_makes_unavoidable() throws Exception {
    assumeJob();
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
    assumeJob();
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
    assumeJob();
    api().faults().next(1, status()[0], status()[1], Fault.retryAfter(429, "3600"));

    startRuntime();
    Run run = runtime.reaches(runtime.request(EXPORT).id(), parked -> parked.attempts() == 1);

    assertThat(run.dueAt()).isAfter(Instant.now().plusSeconds(3000));
    assertThat(run.waitingFor()).contains("RATE_LIMITED");
  }

  @Test
  void a_burst_of_server_errors_is_survived() throws Exception {
    assumeJob();
    api().faults().next(4, status()[0], status()[1], Fault.status(502));

    assertDeliveredOnce(run());
  }

  @Test
  void a_connection_dropped_in_a_poll_is_survived() throws Exception {
    assumeJob();
    api().faults().next(2, status()[0], status()[1], Fault.dropConnection());

    assertDeliveredOnce(run());
  }

  @Test
  void wrong_credentials_are_tried_once() throws Exception {
    assumeJob();
    api().faults().always(create()[0], create()[1], Fault.status(401));

    Run run = run();

    assertFailed(run, "UNAUTHORIZED");
    assertThat(api().count(request -> request.is(create()[0], create()[1]))).isEqualTo(1);
  }

  @Test
  void a_missing_right_ends_the_run() throws Exception {
    assumeJob();
    api().faults().always(create()[0], create()[1], Fault.status(403));

    assertFailed(run(), "FORBIDDEN");
  }

  @Test
  void credentials_that_die_during_polling_end_the_run_at_once() throws Exception {
    assumeJob();
    api().faults().always(status()[0], status()[1], Fault.status(401));

    Run run = run();

    assertFailed(run, "UNAUTHORIZED");
    assertThat(api().count(request -> request.is(status()[0], status()[1])))
        .isEqualTo(attemptsWithDeadCredentials());
  }

  @Test
  void a_login_page_instead_of_a_status_is_named() throws Exception {
    assumeJob();
    api().faults().always(status()[0], status()[1], Fault.loginPage());

    assertFailed(run(), "LOGIN_PAGE");
  }

  @Test
  void a_login_page_instead_of_the_file_is_never_delivered() throws Exception {
    everyFile(Fault.loginPage());

    assertFailed(run(), "LOGIN_PAGE");
  }

  @Test
  void a_redirect_of_an_api_call_is_not_followed() throws Exception {
    assumeJob();
    api()
        .faults()
        .always(
            status()[0], status()[1], Fault.redirect(302, "https://evil.example/login?token=abc"));

    Run run = run();

    assertFailed(run, "REDIRECT_REFUSED");
    assertThat(run.failureMessage()).doesNotContain("abc");
  }

  @Test
  void a_file_link_to_a_foreign_host_is_refused() throws Exception {
    everyFile(Fault.redirect(302, "https://evil.example/file.zip"));

    assertFailed(run(), "REDIRECT_REFUSED");
  }

  @Test
  void a_redirect_loop_ends() throws Exception {
    everyFile(call -> call.header("Location", call.request().target()).empty(302));

    assertFailed(run(), "REDIRECT_REFUSED");
  }

  @Test
  void an_answer_that_is_no_json_is_asked_for_again() throws Exception {
    assumeJob();
    api()
        .faults()
        .next(1, status()[0], status()[1], Fault.answer(200, "application/json", "{\"data\": "));

    Run run = run();

    assertDeliveredOnce(run);
    assertThat(failures(run)).containsExactly("BAD_ANSWER");
  }

  @Test
  void an_endless_answer_is_refused() throws Exception {
    assumeJob();
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
    assumeJob();
    endsWith("Gloriously Done");

    Run run = run("deadline: 1s");

    assertFailed(run, "DEADLINE");
    assertThat(run.failureMessage()).contains("Gloriously Done");
    assertThat(creates()).isEqualTo(1);
    assertThat(api().count(request -> request.is(status()[0], status()[1]))).isLessThan(60);
  }

  @Test
  void a_job_that_failed_at_the_vendor_ends_the_run() throws Exception {
    assumeJob();
    endsWith(failedWord());

    assertFailed(run(), "JOB_FAILED");
    assertThat(creates()).isEqualTo(1);
  }

  @Test
  void nothing_to_deliver_is_a_success_of_its_own() throws Exception {
    Assumptions.assumeTrue(canBeEmpty(), "this flow has no word for an empty export");
    endsEmpty();

    Run run = run();

    assertThat(run.state()).as("%s", failures(run)).isEqualTo(RunState.EMPTY);
    assertThat(runtime.delivered()).isEmpty();
  }

  @Test
  void a_file_cut_off_in_the_middle_is_fetched_again() throws Exception {
    nextFile(2, Fault.truncate(20));

    Run run = run();

    assertDeliveredOnce(run);
    assertThat(failures(run)).contains("TRUNCATED");
  }

  @Test
  void an_empty_file_is_never_delivered() throws Exception {
    everyFile(emptyFile());

    assertFailed(run(), "EMPTY_BODY");
  }

  @Test
  void a_body_that_drips_is_taken() throws Exception {
    nextFile(1, Fault.drip(40, Duration.ofMillis(5)));

    assertDeliveredOnce(run());
  }

  @Test
  void a_body_that_stalls_is_given_up_and_fetched_again() throws Exception {
    runtime.with("http.idle-timeout", "300ms");
    nextFile(1, Fault.stall(20, Duration.ofSeconds(3)));

    Run run = run();

    assertDeliveredOnce(run);
    assertThat(failures(run)).containsExactly("TRUNCATED");
  }

  @Test
  void a_server_that_cannot_be_reached_leaves_the_run_requested() throws Exception {
    assumeJob();
    stopVendor();
    startRuntime();

    Run run = runtime.reaches(runtime.request(EXPORT).id(), waiting -> waiting.attempts() >= 2);

    assertThat(run.state()).isEqualTo(RunState.REQUESTED);
    assertThat(failures(run)).containsOnly("UNREACHABLE");
  }

  @Test
  void cancel_ends_the_run() throws Exception {
    assumeJob();
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

  @ParameterizedTest
  @EnumSource(
      value = RunState.class,
      names = {"REQUESTED", "PENDING", "READY", "STAGED"})
  void a_run_is_continued_after_a_restart_in_any_state(RunState state) throws Exception {
    Assumptions.assumeTrue(
        hasJob() || state.lane() == Lane.TRANSFERS, "this flow has no such state");
    switch (state) {
      case REQUESTED -> api().faults().always(create()[0], create()[1], Fault.status(503));
      case PENDING -> jobsTake(Duration.ofSeconds(2));
      case READY -> everyFile(Fault.status(503));
      default -> Files.writeString(runtime.out(), "in the way of the folder");
    }
    startRuntime();
    String id =
        runtime
            .reaches(
                runtime.request(EXPORT).id(),
                run -> run.state() == state && (state == RunState.PENDING || run.attempts() > 0))
            .id();

    runtime.close();
    api().faults().clear();
    files().faults().clear();
    if (state == RunState.STAGED) {
      Files.delete(runtime.out());
    }
    runtime.start();

    assertDeliveredOnce(runtime.ended(id));
    if (state == RunState.STAGED) {
      assertThat(files().count(this::asksForFile)).isEqualTo(filesOfARun());
    }
  }

  @Test
  void secrets_never_reach_the_file_host_of_another_origin() throws Exception {
    assertDeliveredOnce(run());

    if (files() != api()) {
      assertThat(files().requests())
          .allMatch(request -> request.header("Authorization") == null)
          .allMatch(request -> request.header("x-api-key") == null)
          .allMatch(request -> request.header("Cookie") == null);
    }
  }

  @Test
  void cookies_are_not_kept() throws Exception {
    assumeJob();
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

  @Test
  void our_own_header_never_leaves() throws Exception {
    assertDeliveredOnce(run());

    assertThat(api().requests())
        .allMatch(request -> request.header("SaddlebagExactTarget") == null);
  }
}
