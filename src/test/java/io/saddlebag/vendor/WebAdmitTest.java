package io.saddlebag.vendor;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.TestRuntime;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import io.saddlebag.simulator.Body;
import io.saddlebag.simulator.Fault;
import io.saddlebag.simulator.Simulator;
import io.saddlebag.simulator.storage.StorageSimulator;
import io.saddlebag.simulator.webadmit.WebAdmitExport;
import io.saddlebag.simulator.webadmit.WebAdmitSimulator;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** WebAdMIT export files; the numbers are those of section 8 of its sheet. */
class WebAdmitTest extends JobContractTest {
  private StorageSimulator storage;
  private WebAdmitSimulator vendor;

  @Override
  void startVendor() {
    storage = new StorageSimulator(Clock.systemUTC(), 0);
    storage.start();
    vendor = new WebAdmitSimulator(Clock.systemUTC(), storage, 0).pace(Duration.ofMillis(20));
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
        .with("admissions.server", vendor.uri().toString())
        .with("admissions.api-key", WebAdmitSimulator.DEMO_KEY)
        .with("admissions.storage-hosts", "localhost");
  }

  @Override
  Simulator api() {
    return vendor;
  }

  @Override
  Simulator files() {
    return storage;
  }

  @Override
  String kamelet() {
    return "webadmit-export-source";
  }

  @Override
  String parameters() {
    return "connection: admissions\nidentity: 42\nexport: Nightly applicants\n";
  }

  @Override
  String[] create() {
    return new String[] {"POST", "/api/v1/user_identities/42/exports/86446/export_files"};
  }

  @Override
  String[] status() {
    return new String[] {"GET", "/api/v1/exports/86446/export_files/\\d+"};
  }

  @Override
  String[] file() {
    return new String[] {"GET", "/webadmit-production/.*"};
  }

  @Override
  int creates() {
    return vendor.creates();
  }

  @Override
  void endsWith(String word) {
    vendor.endsWith(word);
  }

  @Override
  String failedWord() {
    return "Failed";
  }

  @Override
  boolean endsEmpty() {
    vendor.endsWith("Empty List");
    return true;
  }

  @Override
  void jobsTake(Duration time) {
    vendor.pace(time.dividedBy(3));
  }

  @Test
  void item_1_the_snake_case_of_the_documented_profile_is_understood() throws Exception {
    vendor.snakeCase(true);

    assertDeliveredOnce(run());
  }

  @Test
  void item_2_a_second_run_after_the_end_is_a_new_file() throws Exception {
    Run first = run();
    Run second = runtime.run(EXPORT);

    assertThat(second.jobId()).isNotEqualTo(first.jobId());
    assertThat(vendor.creates()).isEqualTo(2);
  }

  @Test
  void item_3_and_14_ids_are_taken_from_the_answer_and_not_from_its_href() throws Exception {
    Run run = run();

    assertThat(run.jobId()).isEqualTo("86446/74780");
  }

  @Test
  void item_4_an_expired_link_is_replaced_by_a_fresh_one() throws Exception {
    String expired =
        "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>";
    storage.faults().next(2, "GET", "/.*", Fault.answer(403, "application/xml", expired));

    Run run = run();

    assertDeliveredOnce(run);
    assertThat(failures(run)).containsExactly("LINK_EXPIRED", "LINK_EXPIRED");
    assertThat(storage.requests().stream().map(request -> request.target()).distinct()).hasSize(3);
  }

  @Test
  void item_4_links_that_always_expire_end_the_run_after_three_fresh_ones() throws Exception {
    vendor.linkLifetime(Duration.ZERO);

    Run run = run();

    assertFailed(run, "LINK_EXPIRED");
    assertThat(storage.requests()).hasSize(3);
    assertThat(storage.requests().stream().map(request -> request.target()).distinct()).hasSize(3);
  }

  @Test
  void item_4_a_null_url_before_the_end_is_no_url() throws Exception {
    vendor.nullUrlBefore(true);

    assertDeliveredOnce(run());
  }

  @Test
  void item_4_a_link_that_never_comes_is_named() throws Exception {
    vendor.withoutUrl(true);

    assertFailed(run(), "NO_LINK");
  }

  @Test
  void item_4_a_transfer_broken_off_is_resumed_through_a_fresh_link() throws Exception {
    byte[] large = "0123456789abcdef".repeat(100_000).getBytes(StandardCharsets.US_ASCII);
    vendor.export(
        new WebAdmitExport(
            86446, "Nightly applicants", "x", "text/csv", "large.csv", Body.of(large)));
    storage.faults().next(1, "GET", "/.*", Fault.truncate(1_000_000));

    Run run = run();

    assertDeliveredOnce(run);
    assertThat(Files.readAllBytes(runtime.delivered().get(0))).isEqualTo(large);
    assertThat(storage.requests()).hasSize(2);
    assertThat(storage.requests().get(1).header("Range")).isNotNull();
    assertThat(storage.requests().get(1).header("If-Range")).startsWith("\"");
    assertThat(storage.requests().get(1).target()).isNotEqualTo(storage.requests().get(0).target());
  }

  @Test
  void a_file_rebuilt_between_two_attempts_is_fetched_from_its_start() throws Exception {
    byte[] large = "0123456789abcdef".repeat(100_000).getBytes(StandardCharsets.US_ASCII);
    byte[] rebuilt = "fedcba9876543210".repeat(100_000).getBytes(StandardCharsets.US_ASCII);
    vendor.export(
        new WebAdmitExport(
            86446, "Nightly applicants", "x", "text/csv", "large.csv", Body.of(large)));
    storage
        .faults()
        .next(
            1,
            "GET",
            "/.*",
            call -> {
              Fault.truncate(1_000_000).apply(call);
              storage.put(
                  new io.saddlebag.simulator.storage.StoredObject(
                      call.request().path(), Body.of(large), "text/csv", null, null));
              return false;
            });
    storage
        .faults()
        .next(
            1,
            "GET",
            "/.*",
            call -> {
              storage.put(
                  new io.saddlebag.simulator.storage.StoredObject(
                      call.request().path(), Body.of(rebuilt), "text/csv", null, null));
              return false;
            });

    Run run = run();

    assertDeliveredOnce(run);
    assertThat(Files.readAllBytes(runtime.delivered().get(0))).isEqualTo(rebuilt);
  }

  @Test
  void item_5_and_6_the_signed_query_goes_out_byte_for_byte() throws Exception {
    assertDeliveredOnce(run());

    assertThat(storage.requests().get(0).rawQuery())
        .contains("%2BfaE%2Fx%3D")
        .contains("%20filename%3D");
  }

  @Test
  void item_7_a_key_revoked_between_polls_ends_the_run() throws Exception {
    jobsTake(Duration.ofMinutes(1));
    startRuntime();
    String id = runtime.reaches(runtime.request(EXPORT).id(), RunState.PENDING).id();

    vendor.revoke(WebAdmitSimulator.DEMO_KEY);

    assertFailed(runtime.ended(id), "UNAUTHORIZED");
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void item_8_an_unknown_thing_is_named_in_either_form_of_404(boolean plain) throws Exception {
    vendor.plainNotFound(plain);
    vendor
        .faults()
        .next(
            1,
            "POST",
            ".*",
            call ->
                call.json(
                    404,
                    new com.fasterxml.jackson.databind.ObjectMapper()
                        .createObjectNode()
                        .put("message", plain ? "Not Found" : "Export '1' not found.")));

    Run run = run();

    assertFailed(run, "NOT_FOUND");
    assertThat(run.failureMessage()).containsIgnoringCase("not found");
  }

  @Test
  void item_8_last_years_identity_is_named_with_those_there_are() throws Exception {
    vendor.forgetIdentity(42);
    vendor.identity(57, "Example University", "2027 - 2028");

    Run run = run();

    assertFailed(run, "NOT_FOUND");
    assertThat(run.failureMessage()).contains("57 (2027 - 2028)");
  }

  @Test
  void item_8_an_identity_by_name_survives_the_new_cycle() throws Exception {
    vendor.forgetIdentity(42);
    vendor.identity(57, "Example University", "2027 - 2028");
    runtime.export(EXPORT, yaml().replace("identity: 42", "identity: Example University")).start();

    assertDeliveredOnce(runtime.run(EXPORT));
  }

  @Test
  void two_identities_of_one_name_are_not_guessed_at() throws Exception {
    vendor.identity(57, "Example University", "2027 - 2028");
    runtime.export(EXPORT, yaml().replace("identity: 42", "identity: Example University")).start();

    assertFailed(runtime.run(EXPORT), "AMBIGUOUS");
  }

  @Test
  void item_9_success_with_errors_is_delivered_with_a_note() throws Exception {
    vendor.endsWith("Success With Errors");

    Run run = run();

    assertDeliveredOnce(run);
    assertThat(run.note()).contains("Success With Errors");
  }

  @Test
  void item_10_latin_1_bytes_and_the_unquoted_file_name_are_kept() throws Exception {
    Run run = run();

    assertThat(Files.readAllBytes(runtime.delivered().get(0))).contains(0xE9, 0xFC);
    var file = runtime.saddlebag().ledger().receipts().of(run.id()).get(0);
    assertThat(file.name()).isEqualTo("Nightly-applicants.csv");
    assertThat(file.contentType()).isEqualTo("text/csv;charset=iso-8859-1");
  }

  @ParameterizedTest
  @CsvSource({
    "zip, application/zip",
    "text, text/plain",
    "excel, application/vnd.ms-excel",
    "html, text/html"
  })
  void item_11_every_format_is_checked_as_what_it_is(String fileType, String mimeType)
      throws Exception {
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(zip)) {
      out.putNextEntry(new ZipEntry("a.csv"));
      out.write('a');
    }
    byte[] bytes =
        switch (fileType) {
          case "zip" -> zip.toByteArray();
          case "html" -> "<html><body>applicants</body></html>".getBytes(StandardCharsets.UTF_8);
          case "excel" ->
              java.util.Arrays.copyOf(java.util.HexFormat.of().parseHex("d0cf11e0a1b11ae1"), 2048);
          default -> "1000001   Garcia".getBytes(StandardCharsets.UTF_8);
        };
    vendor.export(
        new WebAdmitExport(
            86446, "Nightly applicants", "x", mimeType, "f." + fileType, Body.of(bytes)));

    Run run = run("fileType: " + fileType);

    assertDeliveredOnce(run);
    assertThat(Files.readAllBytes(runtime.delivered().get(0))).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"csv", "text", "excel", "zip", "html"})
  void no_error_is_delivered_as_the_file_type_that_was_declared(String fileType) throws Exception {
    runtime.export(EXPORT, yaml("fileType: " + fileType)).start();
    for (String body :
        new String[] {
          "{\"error\":403,\"message\":\"no\"}",
          "{\"message\":\"Internal server error\"}",
          "<Error><Code>InternalError</Code></Error>",
          "<!DOCTYPE html><html><head><title>Sign in</title></head></html>",
          "upstream connect error or disconnect/reset before headers",
          "[]"
        }) {
      vendor.export(
          new WebAdmitExport(
              86446,
              "Nightly applicants",
              "x",
              "text/csv",
              "f",
              Body.of(body.getBytes(StandardCharsets.UTF_8))));

      Run run = runtime.run(EXPORT);

      assertThat(run.state()).as("%s as %s", body, fileType).isEqualTo(RunState.FAILED);
      assertThat(run.failure())
          .isIn("NOT_ROWS", "NOT_A_WORKBOOK", "NOT_AN_ARCHIVE", "NOT_A_PAGE", "LOGIN_PAGE");
    }
    assertThat(runtime.delivered()).isEmpty();
  }

  @Test
  void an_excel_file_without_its_signature_is_refused_by_name() throws Exception {
    assertFailed(run("fileType: excel"), "NOT_A_WORKBOOK");
  }

  @Test
  void rows_that_speak_of_errors_are_delivered() throws Exception {
    byte[] rows = "error,[1] note\n403,Access denied\n".getBytes(StandardCharsets.UTF_8);
    vendor.export(
        new WebAdmitExport(86446, "Nightly applicants", "x", "text/csv", "f.csv", Body.of(rows)));

    assertDeliveredOnce(run());
  }

  @Test
  void item_15_a_callback_wakes_the_run_and_the_status_is_asked_all_the_same() throws Exception {
    callbacks();
    Run run = run("callback: true", "pollMin: 30s", "pollMax: 30s");

    assertDeliveredOnce(run);
    assertThat(vendor.requests().stream().map(request -> request.target()))
        .anyMatch(target -> target.contains("?callback=http%3A%2F%2F127.0.0.1%3A"));
    assertThat(run.finishedAt()).isBefore(run.requestedAt().plusSeconds(20));
  }

  @Test
  void item_15_an_early_and_a_doubled_callback_do_no_harm() throws Exception {
    callbacks();
    vendor.earlyCallbacks(true).callbackTimes(3);

    assertDeliveredOnce(run("callback: true"));
  }

  @Test
  void item_15_a_lost_callback_is_made_up_for_by_polling() throws Exception {
    callbacks();
    vendor.callbackTimes(0);

    assertDeliveredOnce(run("callback: true"));
  }

  @Test
  void item_15_a_forged_callback_wakes_nothing() throws Exception {
    int port = callbacks();
    jobsTake(Duration.ofMinutes(5));
    startRuntime("pollMin: 1h", "pollMax: 1h");
    Run run = runtime.reaches(runtime.request(EXPORT).id(), RunState.PENDING);

    int status =
        java.net.http.HttpClient.newHttpClient()
            .send(
                java.net.http.HttpRequest.newBuilder(
                        java.net.URI.create(
                            "http://127.0.0.1:" + port + "/callbacks/guessed/" + EXPORT))
                    .POST(java.net.http.HttpRequest.BodyPublishers.ofString("x"))
                    .build(),
                java.net.http.HttpResponse.BodyHandlers.discarding())
            .statusCode();

    assertThat(status).isEqualTo(404);
    assertThat(runtime.saddlebag().ledger().runs().get(run.id()).dueAt()).isEqualTo(run.dueAt());
  }

  @Test
  void a_callback_that_is_not_set_up_is_named_before_anything_is_ordered() throws Exception {
    Run run = run("callback: true");

    assertFailed(run, "CALLBACK_NOT_SET");
    assertThat(creates()).isZero();
  }

  private int callbacks() throws Exception {
    int port;
    try (java.net.ServerSocket free = new java.net.ServerSocket(0)) {
      port = free.getLocalPort();
    }
    runtime
        .with("callbacks.url", "http://127.0.0.1:" + port)
        .with("callbacks.secret", "s3cr3t-path-part")
        .with("camel.server.enabled", "true")
        .with("camel.server.host", "127.0.0.1")
        .with("camel.server.port", String.valueOf(port));
    return port;
  }

  @Test
  void item_12_a_used_up_hour_parks_the_run_until_the_next() throws Exception {
    vendor.hourlyLimit(4);
    jobsTake(Duration.ofMinutes(1));
    startRuntime();

    Run run = runtime.reaches(runtime.request(EXPORT).id(), waiting -> waiting.attempts() > 0);

    assertThat(failures(run)).containsExactly("RATE_LIMITED");
    assertThat(run.state()).isIn(RunState.PENDING, RunState.REQUESTED);
  }

  @ParameterizedTest
  @CsvSource({"200, text/csv", "200, application/json", "500, text/plain", "400, text/plain"})
  void an_order_does_without_a_list_that_cannot_be_read(int status, String type) throws Exception {
    api()
        .faults()
        .always(
            "GET", "/api/v1/user_identities/[0-9]+/export_files", Fault.answer(status, type, "id"));

    assertDeliveredOnce(run());
  }

  @Test
  void item_12_calls_over_the_budget_of_the_key_wait_and_are_not_sent() throws Exception {
    runtime.with("admissions.calls-per-hour", "200");
    startRuntime();
    Run run = runtime.run(EXPORT);
    assertThat(run.state()).isEqualTo(RunState.DELIVERED);

    while (run.state().finished()) {
      run =
          runtime.reaches(
              runtime.request(EXPORT).id(),
              one -> one.state().finished() || String.valueOf(one.waitingFor()).contains("calls"));
    }

    assertThat(run.waitingFor())
        .contains("admissions.calls-per-hour allows all nodes together 200")
        .doesNotContain(WebAdmitSimulator.DEMO_KEY);
    assertThat(run.attempts()).isZero();
    assertThat(failures(run)).isEmpty();
    // A tenth of the budget, and what has come back meanwhile.
    assertThat(vendor.count(request -> request.header("x-api-key") != null)).isBetween(16L, 22L);
  }
}
