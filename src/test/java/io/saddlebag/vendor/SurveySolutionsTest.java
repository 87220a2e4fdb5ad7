package io.saddlebag.vendor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.saddlebag.TestRuntime;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import io.saddlebag.simulator.Fault;
import io.saddlebag.simulator.Simulator;
import io.saddlebag.simulator.storage.StorageSimulator;
import io.saddlebag.simulator.surveysolutions.SurveySolutionsSimulator;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Survey Solutions v2; the numbers are those of section 8 of its sheet. */
class SurveySolutionsTest extends JobContractTest {
  private StorageSimulator storage;
  private SurveySolutionsSimulator vendor;

  @Override
  void startVendor() {
    storage = new StorageSimulator(Clock.systemUTC(), 0);
    storage.start();
    vendor =
        new SurveySolutionsSimulator(Clock.systemUTC(), storage, 0)
            .pace(Duration.ofMillis(60))
            .afterFailure(Duration.ofMillis(20));
    vendor.start();
  }

  @Override
  void stopVendor() {
    vendor.close();
    storage.close();
  }

  @Override
  void connect(TestRuntime target) {
    target
        .with("hq.server", vendor.uri().toString())
        .with("hq.user", "exporter")
        .with("hq.password", SurveySolutionsSimulator.DEMO_PASSWORD)
        .with("hq.storage-hosts", "localhost");
  }

  @Override
  Simulator api() {
    return vendor;
  }

  @Override
  Simulator files() {
    return vendor;
  }

  @Override
  String kamelet() {
    return "survey-solutions-export-source";
  }

  @Override
  String parameters() {
    return "connection: hq\nquestionnaire: 74e2d30854914e24af6beae9be64130c$1\n";
  }

  @Override
  String[] create() {
    return new String[] {"POST", "/primary/api/v2/export"};
  }

  @Override
  String[] status() {
    return new String[] {"GET", "/primary/api/v2/export/\\d+"};
  }

  @Override
  String[] file() {
    return new String[] {"GET", "/primary/api/v2/export/\\d+/file"};
  }

  @Override
  int creates() {
    return vendor.creates();
  }

  @Override
  void endsWith(String word) {
    if (word.equals("Fail")) {
      vendor.failNext(4);
    } else {
      vendor.word(word);
    }
  }

  @Override
  String failedWord() {
    return "Fail";
  }

  @Override
  boolean endsEmpty() {
    // The only success without a file: the server pushes the archive to a cloud.
    vendor.withoutFile(true);
    return true;
  }

  @Test
  void an_increment_asks_from_the_end_of_the_last_delivered_window() throws Exception {
    Run first = run("incremental: true", "from: 2026-01-01T00:00:00Z", "windowMargin: 1s");
    await().until(() -> Instant.now().getEpochSecond() > first.at().getEpochSecond());
    Run second = runtime.run(EXPORT);

    assertThat(first.state()).as("%s", failures(first)).isEqualTo(RunState.DELIVERED);
    assertThat(second.state()).as("%s", failures(second)).isEqualTo(RunState.DELIVERED);
    assertThat(first.window().from()).isEqualTo("2026-01-01T00:00:00Z");
    assertThat(second.window().from()).isEqualTo(first.window().to());
    assertThat(vendor.requests())
        .filteredOn(request -> request.method().equals("POST"))
        .last()
        .satisfies(
            request ->
                assertThat(request.bodyText())
                    .contains("\"From\":\"" + first.window().to() + "\"")
                    .contains("\"To\":\"" + second.window().to() + "\""));
  }

  @Test
  void a_list_that_fails_after_a_lost_reply_never_orders_the_job_twice() throws Exception {
    jobsTake(Duration.ofSeconds(1));
    api().faults().next(1, create()[0], create()[1], Fault.loseReply());
    api().faults().next(2, "GET", "/primary/api/v2/export", Fault.retryAfter(503, "0"));

    Run run = run();

    assertDeliveredOnce(run);
    assertThat(failures(run)).contains("VENDOR_UNAVAILABLE");
  }

  @Override
  @Test
  void nothing_to_deliver_is_a_success_of_its_own() throws Exception {
    endsEmpty();

    Run run = run("storageType: Dropbox");

    assertThat(run.state()).as("%s", failures(run)).isEqualTo(RunState.EMPTY);
    assertThat(run.note()).contains("cloud");
  }

  @Override
  void jobsTake(Duration time) {
    vendor.pace(time);
  }

  @Test
  void item_1_every_parameter_reaches_the_server_and_its_echo_is_believed() throws Exception {
    Run run =
        run(
            "exportType: Paradata",
            "interviewStatus: Completed",
            "from: \"2026-04-01T00:00:00Z\"",
            "to: \"2026-05-01T00:00:00Z\"",
            "paradataReduced: true",
            "includeMeta: false");

    assertDeliveredOnce(run);
    assertThat(vendor.requests().get(0).bodyText())
        .isEqualTo(
            "{\"ExportType\":\"Paradata\",\"QuestionnaireId\":\"74e2d30854914e24af6beae9be64130c$1\","
                + "\"InterviewStatus\":\"Completed\",\"From\":\"2026-04-01T00:00:00Z\","
                + "\"To\":\"2026-05-01T00:00:00Z\",\"IncludeMeta\":false,\"ParadataReduced\":true}");
  }

  @Test
  void item_1_the_shape_of_older_servers_is_understood() throws Exception {
    vendor.olderShape(true);
    vendor.faults().next(1, "POST", ".*/export", Fault.loseReply());

    assertDeliveredOnce(run());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 100})
  void item_7_any_progress_at_the_end_is_the_end(int progress) throws Exception {
    vendor.lastProgress(progress);

    assertDeliveredOnce(run());
  }

  @Test
  void item_11_a_partial_file_served_while_the_job_runs_is_left_alone() throws Exception {
    vendor.partialWhileRunning(true).pace(Duration.ofMillis(300));

    assertDeliveredOnce(run());
    assertThat(vendor.count(request -> request.is("GET", ".*/file"))).isEqualTo(1);
  }

  @Test
  void item_14_a_cancel_that_takes_its_time_is_not_waited_for() throws Exception {
    vendor.cancelTakes(Duration.ofMinutes(1)).pace(Duration.ofMinutes(5));
    startRuntime();
    String id = runtime.reaches(runtime.request(EXPORT).id(), RunState.PENDING).id();

    runtime.saddlebag().ledger().runs().requestCancel(id, Instant.now());
    runtime
        .saddlebag()
        .engine()
        .wakeups()
        .now(runtime.saddlebag().ledger().runs().get(id), Instant.now());

    assertThat(runtime.ended(id).state()).isEqualTo(RunState.CANCELLED);
    assertThat(vendor.count(request -> request.method().equals("DELETE"))).isEqualTo(1);
  }

  @Test
  void item_2_and_3_a_long_queue_is_waited_for() throws Exception {
    vendor.queue(Duration.ofSeconds(3));

    Run run = run();

    assertDeliveredOnce(run);
    assertThat(runtime.saddlebag().ledger().history().polls(run.id()).get(0).vendorStatus())
        .isEqualTo("Created");
  }

  @Test
  void item_4_a_job_that_is_under_way_with_the_same_parameters_is_joined() throws Exception {
    vendor.pace(Duration.ofSeconds(2));
    startRuntime();
    post("\"From\":null");

    Run run = runtime.run(EXPORT);

    assertDeliveredOnce(run);
  }

  @Test
  void item_5_another_windows_job_is_not_taken_for_ours() throws Exception {
    vendor.pace(Duration.ofSeconds(10));
    startRuntime("from: \"2026-04-20T00:00:00Z\"", "to: \"2026-04-21T00:00:00Z\"");
    post("\"From\":\"2026-04-02T00:00:00Z\",\"To\":\"2026-04-03T00:00:00Z\"");

    String id = runtime.request(EXPORT).id();
    Run waiting = runtime.reaches(id, run -> run.attempts() > 0);

    assertThat(waiting.state()).isEqualTo(RunState.REQUESTED);
    assertThat(failures(waiting)).containsExactly("OTHER_JOB_RUNNING");
    assertThat(waiting.dueAt()).isAfter(Instant.now().plusSeconds(20));
  }

  @Test
  void item_6_a_run_after_completion_is_a_new_job() throws Exception {
    run();
    runtime.run(EXPORT);

    assertThat(vendor.creates()).isEqualTo(2);
  }

  @Test
  void item_7_a_progress_of_30_at_the_end_is_the_end() throws Exception {
    Run run = run();

    assertDeliveredOnce(run);
    assertThat(runtime.saddlebag().ledger().history().polls(run.id()))
        .last()
        .satisfies(poll -> assertThat(poll.progress()).isEqualTo(30));
  }

  @Test
  void item_8_the_older_archive_shown_under_a_new_job_is_not_taken() throws Exception {
    vendor.s3Storage(true);
    Run first = run();
    String old = runtime.saddlebag().ledger().receipts().of(first.id()).get(0).sha256();

    Run second = runtime.run(EXPORT);

    assertThat(second.state()).isEqualTo(RunState.DELIVERED);
    assertThat(runtime.saddlebag().ledger().receipts().of(second.id()).get(0).sha256())
        .isNotEqualTo(old);
  }

  @Test
  void item_9_s3_storage_is_reached_without_credentials_and_its_file_name_is_read()
      throws Exception {
    vendor.s3Storage(true);

    Run run = run();

    assertDeliveredOnce(run);
    assertThat(storage.requests())
        .hasSize(1)
        .allMatch(request -> request.header("Authorization") == null);
    assertThat(runtime.saddlebag().ledger().receipts().of(run.id()).get(0).name())
        .isEqualTo("household_1_Tabular_All.zip");
  }

  @Test
  void item_10_a_chunked_body_cut_in_the_middle_is_fetched_anew() throws Exception {
    vendor.faults().next(1, "GET", ".*/file", Fault.truncate(500));

    Run run = run();

    assertDeliveredOnce(run);
    assertThat(failures(run)).containsExactly("TRUNCATED");
    assertThat(vendor.count(request -> request.header("Range") != null)).isZero();
  }

  @Test
  void item_11_a_file_that_shows_while_the_job_runs_is_left_alone() throws Exception {
    vendor.fileWhileRunning(true).pace(Duration.ofMillis(300));

    Run run = run();

    assertDeliveredOnce(run);
    assertThat(vendor.count(request -> request.is("GET", ".*/file"))).isEqualTo(1);
  }

  @Test
  void item_12_a_job_that_the_server_tries_again_is_waited_for() throws Exception {
    vendor.failNext(3);

    assertDeliveredOnce(run());
  }

  @Test
  void item_12_a_full_disk_at_the_server_is_told_in_its_words() throws Exception {
    vendor.diskFull(true);

    Run run = run();

    assertFailed(run, "JOB_FAILED");
    assertThat(run.failureMessage()).contains("Not enough space");
  }

  @Test
  void item_13_a_restart_of_the_server_is_waited_for_as_long_as_it_asks() throws Exception {
    vendor.pace(Duration.ofMinutes(1));
    startRuntime();
    String id = runtime.reaches(runtime.request(EXPORT).id(), RunState.PENDING).id();

    vendor.restart(Duration.ofSeconds(2));
    Run waiting = runtime.reaches(id, run -> run.attempts() > 0);

    assertThat(failures(waiting)).containsOnly("VENDOR_UNAVAILABLE");
    assertThat(waiting.dueAt()).isAfter(Instant.now().plusSeconds(25));
  }

  @Test
  void item_14_cancel_reaches_the_server() throws Exception {
    vendor.pace(Duration.ofMinutes(5));
    startRuntime();
    String id = runtime.reaches(runtime.request(EXPORT).id(), RunState.PENDING).id();

    runtime.saddlebag().ledger().runs().requestCancel(id, Instant.now());
    runtime
        .saddlebag()
        .engine()
        .wakeups()
        .now(runtime.saddlebag().ledger().runs().get(id), Instant.now());

    assertThat(runtime.ended(id).state()).isEqualTo(RunState.CANCELLED);
    assertThat(vendor.newestStatus()).isEqualTo("Canceled");
  }

  @Test
  void item_15_a_job_cancelled_at_the_server_is_not_downloaded_though_it_shows_a_file()
      throws Exception {
    vendor.fileWhileRunning(true);
    vendor.word("Canceled");

    Run run = run();

    assertThat(run.state()).isEqualTo(RunState.CANCELLED);
    assertThat(run.failure()).isEqualTo("CANCELLED_AT_VENDOR");
    assertThat(runtime.delivered()).isEmpty();
  }

  @Test
  void item_16_our_cancel_holds_even_when_the_server_completes_the_job() throws Exception {
    vendor.completesAnyway(true).pace(Duration.ofMillis(1500));
    startRuntime();
    String id = runtime.reaches(runtime.request(EXPORT).id(), RunState.PENDING).id();

    runtime.saddlebag().ledger().runs().requestCancel(id, Instant.now());

    assertThat(runtime.ended(id).state()).isEqualTo(RunState.CANCELLED);
    assertThat(runtime.delivered()).isEmpty();
  }

  @Test
  void item_17_completed_without_a_file_is_named() throws Exception {
    vendor.withoutFile(true);

    assertFailed(run(), "FILE_GONE");
  }

  @Test
  void item_17_a_file_that_is_not_ready_for_a_moment_is_asked_for_again() throws Exception {
    vendor.notReadyAnswers(1);
    startRuntime();

    Run waiting = runtime.reaches(runtime.request(EXPORT).id(), run -> run.attempts() == 1);

    assertThat(waiting.state()).isEqualTo(RunState.READY);
    assertThat(failures(waiting)).containsExactly("FILE_GONE");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Tabular", "STATA", "SPSS", "Binary", "DDI", "Paradata", "AudioAudit"})
  void item_18_every_export_type_is_brought(String type) throws Exception {
    assertDeliveredOnce(run("exportType: " + type));
  }

  @Test
  void item_19_a_wrong_password_is_tried_once_and_locks_nobody_out() throws Exception {
    runtime.with("hq.password", "wrong-password");

    Run run = run();

    assertFailed(run, "UNAUTHORIZED");
    assertThat(vendor.badTries("exporter")).isEqualTo(1);
    assertThat(run.failureMessage()).doesNotContain("wrong-password");
  }

  @Test
  void item_19_a_bearer_token_is_sent_where_it_is_configured() throws Exception {
    vendor.token("a-long-lived-token", "exporter");
    runtime.with("hq.authorization", "bearer").with("hq.token", "a-long-lived-token");

    assertDeliveredOnce(run());
    assertThat(vendor.requests().get(0).header("Authorization"))
        .isEqualTo("Bearer a-long-lived-token");
  }

  @Test
  void item_19_a_role_without_the_right_is_named() throws Exception {
    vendor.account("interviewer", "Secret-1234", "Interviewer", Set.of("primary"));
    runtime.with("hq.user", "interviewer").with("hq.password", "Secret-1234");

    assertFailed(run(), "FORBIDDEN");
  }

  @Test
  void item_19_an_unknown_workspace_is_named_and_its_redirect_not_followed() throws Exception {
    runtime.with("hq.workspace", "nowhere");

    Run run = run();

    assertFailed(run, "REDIRECT_REFUSED");
    assertThat(run.failureMessage()).contains("workspace");
    assertThat(vendor.requests()).hasSize(1);
  }

  @Test
  void item_19_a_job_that_vanishes_is_named() throws Exception {
    vendor.pace(Duration.ofMinutes(1));
    startRuntime();
    String id = runtime.reaches(runtime.request(EXPORT).id(), RunState.PENDING).id();

    vendor.deleteQuestionnaire();

    assertFailed(runtime.ended(id), "JOB_VANISHED");
  }

  @Test
  void item_11_a_partial_file_that_a_failed_job_left_is_not_taken() throws Exception {
    vendor.leavesPartialFile(true).failNext(4);

    assertFailed(run(), "JOB_FAILED");
    assertThat(vendor.count(request -> request.path().endsWith("/file"))).isZero();
  }

  @Test
  void item_19_a_workspace_switched_off_and_a_password_to_set_are_told() throws Exception {
    vendor.mustChangePassword("exporter");
    Run run = run();
    assertFailed(run, "FORBIDDEN");
    assertThat(run.failureMessage()).contains("Set up personal password");

    vendor.disableWorkspace("primary");
    assertFailed(runtime.run(EXPORT), "FORBIDDEN");
  }

  @Test
  void item_20_an_unknown_translation_is_told_in_the_servers_words() throws Exception {
    Run run = run("translation: ffff0000-0000-0000-0000-000000000000");

    assertFailed(run, "REQUEST_REFUSED");
    assertThat(run.failureMessage()).contains("Translation not found");
  }

  @Test
  void item_22_an_archive_in_zip64_is_taken() throws Exception {
    java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
    try (java.util.zip.ZipOutputStream zip = new java.util.zip.ZipOutputStream(bytes)) {
      for (int i = 0; i < 66_000; i++) {
        zip.putNextEntry(new java.util.zip.ZipEntry("audio-" + i));
      }
    }
    vendor.payload(io.saddlebag.simulator.Body.of(bytes.toByteArray()));

    assertDeliveredOnce(run("exportType: Binary"));
  }

  @Test
  void item_20_the_servers_reason_for_a_refusal_is_told() throws Exception {
    runtime.export(EXPORT, yaml().replace("74e2d308", "ffffffff")).start();

    Run run = runtime.run(EXPORT);

    assertFailed(run, "REQUEST_REFUSED");
    assertThat(run.failureMessage()).contains("Questionnaire not found");
  }

  @Test
  void item_21_a_lost_create_is_found_in_the_list_even_when_the_job_has_completed()
      throws Exception {
    vendor.pace(Duration.ZERO);
    vendor.faults().next(1, "POST", ".*/export", Fault.loseReply());

    assertDeliveredOnce(run());
  }

  @Test
  void item_21_an_older_job_of_the_same_parameters_is_not_taken_for_a_lost_one() throws Exception {
    Run first = run();
    vendor.faults().next(1, "POST", ".*/export", Fault.dropConnection());

    Run second = runtime.run(EXPORT);

    assertThat(second.state()).isEqualTo(RunState.DELIVERED);
    assertThat(second.jobId()).isNotEqualTo(first.jobId());
    assertThat(vendor.creates()).isEqualTo(2);
  }

  @Test
  void item_22_an_encrypted_archive_is_delivered_and_said_to_be_one() throws Exception {
    vendor.encrypted(true);

    Run run = run();

    assertDeliveredOnce(run);
    assertThat(runtime.saddlebag().ledger().receipts().of(run.id()).get(0).checks())
        .contains("zip-encrypted");
  }

  @Test
  void item_25_a_server_without_the_v2_api_is_told_apart_from_a_missing_file() throws Exception {
    vendor.v1Only(false);

    Run run = run();

    assertFailed(run, "API_NOT_SERVED");
  }

  @Test
  void other_workspaces_have_other_urls() throws Exception {
    runtime.with("hq.workspace", "second");

    assertDeliveredOnce(run());
    assertThat(vendor.requests())
        .allMatch(request -> request.path().startsWith("/second/api/v2/export"));
    assertThat(Files.size(runtime.delivered().get(0))).isPositive();
  }

  private void post(String window) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(vendor.uri() + "/primary/api/v2/export"))
            .header("Content-Type", "application/json")
            .header(
                "Authorization",
                "Basic "
                    + Base64.getEncoder()
                        .encodeToString(
                            ("exporter:" + SurveySolutionsSimulator.DEMO_PASSWORD)
                                .getBytes(java.nio.charset.StandardCharsets.UTF_8)))
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"ExportType\":\"Tabular\",\"QuestionnaireId\":\"74e2d30854914e24af6beae9be64130c$1\",\"InterviewStatus\":\"All\","
                        + window
                        + "}"))
            .build();
    assertThat(
            HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .statusCode())
        .isEqualTo(201);
  }
}
