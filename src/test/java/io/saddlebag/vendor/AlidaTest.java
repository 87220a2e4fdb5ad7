package io.saddlebag.vendor;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.TestRuntime;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import io.saddlebag.simulator.Body;
import io.saddlebag.simulator.Fault;
import io.saddlebag.simulator.Simulator;
import io.saddlebag.simulator.alida.AlidaDocument;
import io.saddlebag.simulator.alida.AlidaSimulator;
import io.saddlebag.simulator.alida.FilesAnswer;
import io.saddlebag.simulator.storage.StorageSimulator;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Alida's activity export; the numbers are those of section 8 of its sheet. */
class AlidaTest extends JobContractTest {
  private AlidaAccount account;
  private StorageSimulator storage;
  private AlidaSimulator vendor;

  @Override
  void startVendor() {
    account = new AlidaAccount();
    vendor = account.vendor();
    storage = account.storage();
  }

  @Override
  void stopVendor() {
    account.close();
  }

  @Override
  void connect(TestRuntime target) {
    account.connect(target);
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
    return AlidaAccount.KAMELET;
  }

  @Override
  String parameters() {
    return AlidaAccount.PARAMETERS;
  }

  @Override
  String[] create() {
    return new String[] {"POST", "/v2/applications/demo/data/activities/[^/]+/responses/batch"};
  }

  @Override
  String[] status() {
    return new String[] {"GET", "/v2/applications/demo/data/activities/responses/batch/.*"};
  }

  @Override
  String[] file() {
    return new String[] {"GET", "/vci-pfs-na1/.*"};
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
    return "failed";
  }

  @Override
  boolean endsEmpty() {
    vendor.withoutRecords();
    return true;
  }

  @Override
  void jobsTake(Duration time) {
    vendor.pace(time.dividedBy(2));
  }

  @Override
  boolean findsLostJobs() {
    return false;
  }

  @Override
  long attemptsWithDeadCredentials() {
    return 2;
  }

  @Test
  void item_1_a_token_that_ends_in_the_middle_of_a_poll_is_renewed_before() throws Exception {
    vendor.tokenLifetime(Duration.ofSeconds(1));
    jobsTake(Duration.ofSeconds(3));

    Run run = run();

    assertDeliveredOnce(run);
    assertThat(vendor.tokensIssued()).isBetween(2, 6);
    assertThat(failures(run)).isEmpty();
  }

  @Test
  void item_1_a_token_revoked_early_is_replaced_once() throws Exception {
    jobsTake(Duration.ofSeconds(2));
    startRuntime();
    String id = runtime.reaches(runtime.request(EXPORT).id(), RunState.PENDING).id();

    vendor.revokeTokens();

    Run run = runtime.ended(id);
    assertDeliveredOnce(run);
    assertThat(failures(run)).containsExactly("TOKEN_EXPIRED");
    assertThat(vendor.tokensIssued()).isEqualTo(2);
  }

  @Test
  void item_1_a_wrong_secret_is_tried_once_and_nothing_is_ordered() throws Exception {
    runtime.with("community.client-secret", "wrong-secret-value");

    Run run = run();

    assertFailed(run, "UNAUTHORIZED");
    assertThat(api().count(request -> request.path().equals("/oauth2/token"))).isEqualTo(1);
    assertThat(creates()).isZero();
  }

  @Test
  void item_1_a_token_endpoint_that_wants_an_api_key_gets_it_and_nobody_else_does()
      throws Exception {
    vendor.requireApiKey(true);
    runtime.with("community.api-key", AlidaSimulator.DEMO_API_KEY);

    assertDeliveredOnce(run());
    assertThat(api().requests())
        .filteredOn(request -> !request.path().equals("/oauth2/token"))
        .isNotEmpty()
        .allMatch(request -> request.header("x-api-key") == null);
  }

  @Test
  void a_token_endpoint_that_fails_has_ordered_nothing_and_is_asked_again() throws Exception {
    api().faults().next(2, "POST", "/oauth2/token", Fault.status(500));
    api().faults().next(1, "POST", "/oauth2/token", Fault.dropConnection());

    Run run = run("onLostCreate: fail");

    assertDeliveredOnce(run);
    assertThat(run.note()).isNull();
  }

  @Test
  void item_2_the_activity_is_in_the_address_of_the_create_only() throws Exception {
    assertDeliveredOnce(run());

    assertThat(api().requests())
        .filteredOn(request -> request.path().contains(AlidaSimulator.DEMO_ACTIVITY))
        .hasSize(1);
  }

  @Test
  void item_2_and_16_a_wrong_version_is_named_with_what_the_vendor_says() throws Exception {
    runtime.with("community.api-version", "v1");

    Run run = run();

    assertFailed(run, "NOT_FOUND");
    assertThat(run.failureMessage()).contains("errorId");
  }

  @ParameterizedTest
  @CsvSource({"Succeeded, id, 200", "succeeded, batchId, 201", "SUCCEEDED, id, 202"})
  void item_3_every_spelling_of_success_is_understood(String word, String id, int status)
      throws Exception {
    vendor.endsWith(word).batchIdField(id).createStatus(status);

    assertDeliveredOnce(run());
  }

  @Test
  void item_3_a_file_link_that_comes_a_little_later_is_waited_for() throws Exception {
    vendor.dataAfterPolls(2);

    Run run = run();

    assertDeliveredOnce(run);
    assertThat(failures(run)).containsExactly("NO_LINK", "NO_LINK");
  }

  @Test
  void item_3_a_file_link_that_never_comes_is_named() throws Exception {
    vendor.dataAfterPolls(1000);

    assertFailed(run(), "NO_LINK");
  }

  @ParameterizedTest
  @ValueSource(strings = {"message", "errorMessage", "errormessage"})
  void item_4_a_failure_says_why_in_any_spelling(String field) throws Exception {
    vendor.failure("Dataset is locked").messageField(field);

    Run run = run();

    assertFailed(run, "JOB_FAILED");
    assertThat(run.failureMessage()).contains("Dataset is locked");
  }

  @Test
  void item_4_a_failure_without_a_message_is_a_failure() throws Exception {
    vendor.failure(null);

    assertFailed(run(), "JOB_FAILED");
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void item_5_any_redirect_to_the_storage_is_taken_without_the_token(int status) throws Exception {
    vendor.redirectStatus(status);

    assertDeliveredOnce(run());
    assertThat(storage.requests()).allMatch(request -> request.header("Authorization") == null);
  }

  @Test
  void item_5_an_url_in_json_is_taken_like_a_redirect() throws Exception {
    vendor.filesAnswer(FilesAnswer.JSON_URL);

    assertDeliveredOnce(run());
    assertThat(Files.readString(runtime.delivered().get(0))).contains("\"records\"");
  }

  @Test
  void item_5_a_document_from_the_link_itself_is_told_from_an_url() throws Exception {
    vendor.filesAnswer(FilesAnswer.DIRECT);

    assertDeliveredOnce(run());
    assertThat(Files.readString(runtime.delivered().get(0))).contains("\"records\"");
  }

  @Test
  void item_5_an_url_in_json_that_points_elsewhere_is_refused() throws Exception {
    api()
        .faults()
        .always(
            "GET",
            ".*/responses/files/.*",
            Fault.answer(200, "application/json", "{\"url\": \"https://evil.example/x\"}"));

    assertFailed(run(), "REDIRECT_REFUSED");
  }

  @Test
  void item_6_an_expired_link_is_replaced_by_a_fresh_one() throws Exception {
    storage.refuseFirstUse(true);
    vendor.linkLifetime(Duration.ofSeconds(30));
    storage
        .faults()
        .next(
            1,
            "GET",
            "/.*",
            call -> {
              storage.refuseFirstUse(false);
              return Fault.answer(
                      403,
                      "application/xml",
                      "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>")
                  .apply(call);
            });

    Run run = run();

    assertDeliveredOnce(run);
    assertThat(failures(run)).containsExactly("LINK_EXPIRED");
  }

  @ParameterizedTest
  @CsvSource({"403, FORBIDDEN", "404, NOT_FOUND"})
  void item_7_another_community_is_named(int status, String name) throws Exception {
    vendor.foreignStatus(status);
    runtime.with("community.community", "somebody-elses");

    assertFailed(run(), name);
  }

  @Test
  void items_8_to_12_the_document_is_delivered_byte_for_byte() throws Exception {
    assertDeliveredOnce(run());

    assertThat(Files.readString(runtime.delivered().get(0)))
        .contains("\"values\": null")
        .contains("\"values\": []")
        .contains("c-9")
        .contains("f-99")
        .contains("1e21")
        .contains("=cmd");
  }

  @Test
  void item_13_a_document_without_records_is_delivered_when_it_is_wanted() throws Exception {
    vendor.withoutRecords();

    assertDeliveredOnce(run("whenEmpty: deliver"));
  }

  private static Body json(String text) {
    return Body.of(text.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "{\"error\":403,\"message\":\"Access denied\"} ~ NOT_THE_FILE",
        "{\"errors\":[{\"status\":\"503\"}]} ~ NOT_THE_FILE",
        "{\"status\":404,\"message\":\"File not found\"} ~ NOT_THE_FILE",
        "{\"message\":\"Internal server error\"} ~ NOT_THE_FILE",
        "{} ~ NOT_THE_FILE",
        "[] ~ NOT_THE_FILE",
        "null ~ NOT_THE_FILE",
        "{\"records\":[]} ~ NOT_THE_FILE",
        "{\"definition\":{},\"records\":null} ~ NOT_THE_FILE",
        "{\"definition\":{},\"records\":[]} and more ~ BROKEN_JSON",
        "{\"definition\":{},\"records\":[ ~ BROKEN_JSON",
        "Service Unavailable ~ BROKEN_JSON",
        "<Error><Code>AccessDenied</Code></Error> ~ BROKEN_JSON",
        "{\"id\":\"another\",\"datasetId\":\"another\",\"definition\":{},\"records\":[]} ~ NOT_THE_FILE",
        "{\"id\":\"another\",\"definition\":{},\"records\":[]} ~ NOT_THE_FILE",
        "{\"datasetId\":\"another\",\"definition\":{},\"records\":[{}]} ~ NOT_THE_FILE"
      })
  void an_error_or_another_document_in_place_of_the_data_is_neither_empty_nor_delivered(
      String document, String name) throws Exception {
    vendor.document(json(document));

    Run run = run("incremental: true");

    assertFailed(run, name);
    assertThat(runtime.saddlebag().ledger().checkpoints().all(EXPORT)).isEmpty();
    assertThat(run.failureMessage()).doesNotContain("null");
    assertThat(runtime.saddlebag().ledger().receipts().of(run.id())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"records\":[],\"definition\":{\"fields\":[]},\"id\":\"5B3C1A52-0000-4000-8000-000000000001\"}",
        "{\"datasetId\":\"d-1\",\"definition\":{},\"records\":[]}",
        "{\"id\":\"b-1\",\"datasetId\":\"d-1\",\"definition\":{},\"records\":[]}"
      })
  void a_document_that_proves_that_it_is_empty_is_empty(String document) throws Exception {
    vendor.document(json(document));

    Run run = run("incremental: true");

    assertThat(run.state()).as("%s", failures(run)).isEqualTo(RunState.EMPTY);
    assertThat(runtime.saddlebag().ledger().checkpoints().all(EXPORT)).hasSize(1);
  }

  @Test
  void a_document_without_records_that_does_not_say_whose_it_is_is_delivered_with_a_note()
      throws Exception {
    vendor.document(json("{\"definition\":{},\"records\":[]}"));

    Run run = run();

    assertDeliveredOnce(run);
    assertThat(run.note()).contains("does not say which batch");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "{\"error\":401,\"message\":\"token\"} ~ UNAUTHORIZED",
        "{\"status\":403,\"message\":\"no\"} ~ FORBIDDEN",
        "{\"status\":404,\"message\":\"File not found\"} ~ FILE_GONE"
      })
  void an_error_of_the_api_itself_in_place_of_the_data_ends_the_run_at_once(
      String answer, String name) throws Exception {
    vendor
        .faults()
        .always("GET", ".*/responses/files/.*", Fault.answer(200, "application/json", answer));

    Run run = run();

    assertFailed(run, name);
    assertThat(vendor.requests())
        .filteredOn(request -> request.path().contains("/responses/files/"))
        .hasSizeLessThanOrEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "null ~ it is empty, no object",
        "[] ~ it is an array, no object",
        "[null] ~ it is an array, no object",
        "17 ~ it is a number, no object",
        "\"pending\" ~ it is a text, no object",
        "{} ~ it has no status",
        "{\"status\":null} ~ it has no status",
        "{\"status\":{\"a\":1}} ~ its status is an object, no text",
        "{\"status\":7} ~ its status is a number, no text"
      })
  void an_answer_that_cannot_be_read_is_named_with_its_call(String answer, String why)
      throws Exception {
    api().faults().next(1, status()[0], status()[1], Fault.answer(200, "application/json", answer));

    Run run = run();

    assertDeliveredOnce(run);
    assertThat(runtime.saddlebag().ledger().history().failures(run.id()))
        .singleElement()
        .satisfies(
            failure -> {
              assertThat(failure.name()).isEqualTo("BAD_ANSWER");
              assertThat(failure.message())
                  .contains(why)
                  .contains("GET /v2/applications/demo/data/activities/responses/batch/")
                  .doesNotContain("java");
            });
  }

  @Test
  void a_batch_that_vanished_is_named_as_that_and_not_as_a_wrong_id_of_the_export()
      throws Exception {
    api()
        .faults()
        .always(
            status()[0],
            status()[1],
            Fault.answer(404, "application/json", "{\"message\":\"Batch not found\"}"));

    Run run = run();

    assertFailed(run, "NOT_FOUND");
    assertThat(run.failureMessage())
        .contains("no longer knows the job 5b3c1a52")
        .contains("run the export again")
        .doesNotContain("parameters");
  }

  @Test
  void item_15_a_document_in_pieces_is_taken_whole() throws Exception {
    vendor.filesAnswer(FilesAnswer.DIRECT).chunked(true).document(AlidaDocument.large(3 << 20));

    Run run = run();

    assertDeliveredOnce(run);
    assertThat(Files.size(runtime.delivered().get(0)))
        .isEqualTo(AlidaDocument.large(3 << 20).length());
  }

  @Test
  void item_15_a_document_that_ends_too_early_is_never_delivered() throws Exception {
    vendor.document(
        Body.of(
            "{\"definition\": {}, \"records\": [{\"ownerId\"".getBytes(StandardCharsets.UTF_8)));

    Run run = run();

    assertThat(run.state()).isEqualTo(RunState.FAILED);
    assertThat(runtime.delivered()).isEmpty();
  }

  @Test
  void item_15_the_order_of_keys_does_not_matter() throws Exception {
    vendor.recordsFirst(true);

    assertDeliveredOnce(run());
  }

  @Test
  void runs_at_once_fetch_one_token_and_renew_it_once() throws Exception {
    List<String> exports = IntStream.range(0, 20).mapToObj(i -> EXPORT + i).toList();
    for (String export : exports) {
      runtime.export(export, yaml().replaceFirst("id: " + EXPORT, "id: " + export));
    }
    account.vendor().faults().always("POST", "/oauth2/token", Fault.delay(Duration.ofMillis(300)));
    runtime.start();

    assertAllDelivered(exports);
    assertThat(account.vendor().tokensIssued()).isEqualTo(1);

    // What was handed out is no longer accepted: one run finds out and renews it for all.
    account.vendor().revokeTokens();
    assertAllDelivered(exports);
    assertThat(account.vendor().tokensIssued()).isEqualTo(2);
  }

  private void assertAllDelivered(List<String> exports) {
    List<Run> runs = exports.stream().map(runtime::request).toList();
    runs.forEach(run -> assertThat(runtime.ended(run.id()).state()).isEqualTo(RunState.DELIVERED));
  }
}
