package io.saddlebag.vendor;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.TestRuntime;
import io.saddlebag.run.FailureRecord;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import io.saddlebag.simulator.Body;
import io.saddlebag.simulator.Fault;
import io.saddlebag.simulator.RecordedRequest;
import io.saddlebag.simulator.commcare.CommCareSimulator;
import io.saddlebag.simulator.commcare.Form;
import io.saddlebag.simulator.commcare.NoData;
import io.saddlebag.simulator.commcare.Refusal;
import io.saddlebag.simulator.commcare.SavedExport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CommCare's four exports; the numbers are those of section 8 of its sheet. */
class CommCareTest {
  private static final String EXPORT = "wanted";
  private static final String FORM = "commcare-form-export-source";
  private static final String CUSTOM = "commcare-custom-export-source";
  private static final String CASES = "commcare-case-export-source";
  private static final String SAVED = "commcare-saved-export-source";
  private static final String TAG = "exportTag: " + CommCareSimulator.DEMO_FORM;
  private static final String CUSTOM_ID = "exportId: " + CommCareSimulator.DEMO_CUSTOM;
  private static final String SAVED_ID = "exportId: " + CommCareSimulator.DEMO_SAVED;
  private static final Form LATER =
      new Form("f9", Instant.now().plusSeconds(3600), false, Map.of("form|name", "Later"));

  @TempDir Path folder;
  private TestRuntime runtime;
  private CommCareSimulator vendor;

  @BeforeEach
  void start() throws IOException {
    vendor = new CommCareSimulator(Clock.systemUTC(), 0);
    vendor.start();
    runtime =
        new TestRuntime(folder)
            .with("health.server", vendor.uri().toString())
            .with("health.domain", CommCareSimulator.DEMO_DOMAIN)
            .with("health.user", CommCareSimulator.DEMO_USER)
            .with("health.password", CommCareSimulator.DEMO_PASSWORD)
            .with("health.api-key", CommCareSimulator.DEMO_API_KEY);
  }

  @AfterEach
  void stop() throws Exception {
    runtime.close();
    vendor.close();
  }

  private Run run(String kamelet, String... parameters) throws Exception {
    write(kamelet, parameters);
    if (runtime.saddlebag() == null) {
      runtime.start();
    } else {
      runtime.saddlebag().refresh();
    }
    return runtime.run(EXPORT);
  }

  private void write(String kamelet, String... parameters) throws IOException {
    String lines = ("connection: health\n" + String.join("\n", parameters) + "\n").indent(8);
    runtime.export(
        EXPORT,
        "- route:\n    id: "
            + EXPORT
            + "\n    from:\n      uri: kamelet:"
            + kamelet
            + "\n      parameters:\n"
            + lines
            + "      steps:\n        - to: direct:to-folder\n");
  }

  private List<String> failures(Run run) {
    return runtime.saddlebag().ledger().history().failures(run.id()).stream()
        .map(FailureRecord::name)
        .toList();
  }

  private void assertDelivered(Run run) {
    assertThat(run.state())
        .as("%s %s: %s", run, failures(run), run.failureMessage())
        .isEqualTo(RunState.DELIVERED);
  }

  private void assertEmpty(Run run) throws IOException {
    assertThat(run.state())
        .as("%s %s: %s", run, failures(run), run.failureMessage())
        .isEqualTo(RunState.EMPTY);
  }

  private void assertFailed(Run run, String name) {
    assertThat(run.state()).as("%s", run).isEqualTo(RunState.FAILED);
    assertThat(run.failure()).as("%s", run.failureMessage()).isEqualTo(name);
  }

  private RecordedRequest last() {
    List<RecordedRequest> all = vendor.requests();
    return all.get(all.size() - 1);
  }

  private String token() {
    return runtime.saddlebag().ledger().checkpoints().all(EXPORT).stream()
        .findFirst()
        .map(checkpoint -> checkpoint.token())
        .orElse(null);
  }

  @Test
  void item_1_the_xmlns_goes_out_in_escaped_quotes_that_digest_accepts() throws Exception {
    Run run = run(FORM, TAG);

    assertDelivered(run);
    assertThat(last().rawQuery())
        .startsWith(
            "export_tag=%22http%3A%2F%2Fopenrosa.org%2Fformdesigner%2Fhousehold%22&format=xlsx");
    assertThat(vendor.requests()).hasSize(2);
    assertThat(vendor.requests().get(0).header("Authorization")).isNull();
    assertThat(last().header("Authorization")).startsWith("Digest ");
    assertThat(last().header("SaddlebagDigestCredentials")).isNull();
  }

  @ParameterizedTest
  @CsvSource({"csv, .zip", "xlsx, .xlsx", "xls, .xls", "html, .html", "json, .json", "raw, .zip"})
  void item_12_every_format_is_checked_as_what_it_is_whatever_its_type_says(
      String format, String ending) throws Exception {
    Run run = run(FORM, TAG, "format: " + format);

    assertDelivered(run);
    assertThat(runtime.delivered()).hasSize(1);
    assertThat(runtime.delivered().get(0).toString())
        .endsWith(ending)
        .doesNotContain("http:")
        .startsWith(runtime.out().resolve(EXPORT).toString());
  }

  @Test
  void item_2_no_data_is_the_redirect_to_the_list_of_exports_and_keeps_the_token()
      throws Exception {
    Run first = run(FORM, TAG, "incremental: true");
    String token = token();
    Run second = runtime.run(EXPORT);

    assertDelivered(first);
    assertThat(token).matches("[0-9a-f]{32}").isEqualTo(first.nextCheckpoint());
    assertEmpty(second);
    assertThat(last().rawQuery()).contains("previous_export=" + token);
    assertThat(token()).isEqualTo(token);
    assertThat(runtime.delivered()).hasSize(1);
  }

  @Test
  void item_2_later_servers_answer_404_for_no_data_when_the_export_says_so() throws Exception {
    vendor.noData(NoData.NOT_FOUND);
    run(FORM, TAG, "incremental: true", "noData: 404");

    assertEmpty(runtime.run(EXPORT));
  }

  @Test
  void item_2_a_404_is_no_empty_export_unless_the_export_says_so() throws Exception {
    vendor.noData(NoData.NOT_FOUND);
    run(FORM, TAG, "incremental: true");
    Run run = runtime.run(EXPORT);

    assertFailed(run, "NOT_FOUND");
    assertThat(run.failureMessage()).contains("noData").contains("commcare-saved-export-source");
  }

  @Test
  void the_legacy_addresses_of_a_server_of_today_are_an_error_that_names_the_kamelet()
      throws Exception {
    vendor.legacyGone(true);

    Run run = run(FORM, TAG);

    assertFailed(run, "NOT_FOUND");
    assertThat(run.failureMessage()).contains("commcare-saved-export-source");
  }

  @ParameterizedTest
  @CsvSource({
    "/a/demo/login/?next=/a/demo/reports/export/, UNAUTHORIZED",
    "/accounts/login/?next=/, UNAUTHORIZED",
    "/domain/select/, PROJECT_INACTIVE",
    "/a/other/data/excel_export_data/, REDIRECT_REFUSED",
    "/a/demo/data/excel_export_data/more, REDIRECT_REFUSED",
    "https://evil.example/, REDIRECT_REFUSED"
  })
  void item_3_no_other_redirect_passes_for_no_data(String location, String name) throws Exception {
    vendor.faults().always("GET", "/a/demo/reports/export/", Fault.redirect(302, location));

    Run run = run(FORM, TAG);

    assertFailed(run, name);
    assertThat(vendor.requests()).hasSizeLessThanOrEqualTo(2);
  }

  @Test
  void item_3_an_inactive_project_is_named() throws Exception {
    vendor.inactiveDomain(true);

    assertFailed(run(FORM, TAG), "PROJECT_INACTIVE");
  }

  @Test
  void item_3_a_custom_export_that_redirects_fails_unless_the_export_says_otherwise()
      throws Exception {
    vendor.customExportFails(true);
    Run failed = run(CUSTOM, CUSTOM_ID);
    Run empty = run(CUSTOM, CUSTOM_ID, "onRedirect: empty");

    assertFailed(failed, "EXPORT_FAILED_OR_EMPTY");
    assertEmpty(empty);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        FORM + "~ json ~ {\"error\":\"no\"}",
        CUSTOM + "~ json ~ {\"error\":403}",
        CUSTOM + "~ json ~ {}",
        CUSTOM + "~ json ~ [1]",
        CUSTOM + "~ json ~ {\"#\":{\"headers\":[]}}",
        CASES + "~ json ~ {\"message\":\"busy\"}",
        SAVED + "~ json ~ {\"error\":\"no\"}",
        CUSTOM + "~ html ~ <html><body>Back soon</body></html>",
        CASES + "~ html ~ <Error><Code>x</Code></Error>",
        CUSTOM + "~ xlsx ~ {\"error\":403}",
        CASES + "~ csv ~ {\"error\":403}"
      })
  void an_error_in_place_of_a_file_is_neither_delivered_nor_empty(
      String kamelet, String format, String body) throws Exception {
    vendor
        .faults()
        .always(
            "GET",
            ".*(export|cases|download).*",
            call ->
                call.request().header("Authorization") != null
                    && call.header("X-CommCareHQ-Export-Token", "0".repeat(32))
                        .text(200, "application/octet-stream", body));
    String id = kamelet.equals(SAVED) ? SAVED_ID : kamelet.equals(CUSTOM) ? CUSTOM_ID : TAG;

    Run run =
        kamelet.equals(CASES)
            ? run(kamelet, "format: " + format)
            : run(kamelet, id, (kamelet.equals(SAVED) ? "fileType: " : "format: ") + format);

    assertThat(run.state()).as("%s %s", failures(run), run).isEqualTo(RunState.FAILED);
    assertThat(runtime.delivered()).isEmpty();
  }

  @Test
  void a_json_file_of_22_bytes_is_not_taken_for_an_empty_archive() throws Exception {
    vendor.savedExport(
        CommCareSimulator.DEMO_SAVED,
        new SavedExport(
            "Visits",
            "json",
            "application/json",
            Body.of("[\"twenty-two bytes on\"]".getBytes(StandardCharsets.UTF_8))));

    assertDelivered(run(SAVED, SAVED_ID, "fileType: json"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://elsewhere.example/a/demo/data/excel_export_data/",
        "//elsewhere.example/a/demo/data/excel_export_data/?x=secret"
      })
  void a_redirect_to_another_host_is_never_no_data_and_is_named_with_it(String location)
      throws Exception {
    vendor.faults().always("GET", "/a/demo/reports/export/", Fault.redirect(302, location));

    Run run = run(FORM, TAG);

    assertFailed(run, "REDIRECT_REFUSED");
    assertThat(run.failureMessage())
        .contains("elsewhere.example/a/demo/data/excel_export_data/")
        .doesNotContain("secret");
  }

  @Test
  void a_404_of_something_in_front_of_the_server_is_never_no_data() throws Exception {
    vendor
        .faults()
        .always(
            "GET",
            "/a/demo/reports/export/",
            call ->
                call.request().header("Authorization") != null
                    && call.text(404, "application/json", "{\"message\":\"no Route matched\"}"));

    Run run = run(FORM, TAG, "noData: 404");

    assertFailed(run, "NOT_FOUND");
    assertThat(run.failureMessage()).contains("no Route matched");
  }

  @Test
  void item_4_only_duplicates_bring_headings_and_a_new_token() throws Exception {
    run(FORM, TAG, "incremental: true", "format: json");
    String before = token();
    vendor.submit(
        CommCareSimulator.DEMO_FORM, new Form("d", LATER.receivedAt(), true, Map.of("a", "b")));
    Run run = runtime.run(EXPORT);

    assertDelivered(run);
    assertThat(token()).isNotEqualTo(before);
  }

  @Test
  void item_4_duplicates_are_asked_for_when_they_are_wanted() throws Exception {
    run(FORM, TAG, "includeErrors: true", "format: json");

    assertThat(last().rawQuery()).contains("include_errors=true");
    assertThat(Files.readString(runtime.delivered().get(0))).contains("Cyd");
  }

  @Test
  void item_5_an_increment_begins_in_the_second_of_the_checkpoint() throws Exception {
    run(FORM, TAG, "incremental: true", "format: json");
    vendor.submit(CommCareSimulator.DEMO_FORM, LATER);
    Run run = runtime.run(EXPORT);

    assertDelivered(run);
    assertThat(Files.readString(runtime.delivered().get(1)))
        .contains("f9")
        .doesNotContain("\"f0\"");
  }

  @Test
  void items_6_and_12_bytes_are_delivered_as_they_came() throws Exception {
    run(FORM, TAG, "format: csv");

    try (var zip = new java.util.zip.ZipFile(runtime.delivered().get(0).toFile())) {
      assertThat(zip.stream().map(entry -> entry.getName()))
          .containsExactly("#.csv", "#|#export_tag|#.csv");
    }
  }

  @Test
  void item_7_an_unknown_token_is_named_and_never_passes_for_no_data() throws Exception {
    vendor.noData(NoData.NOT_FOUND);

    Run run = run(FORM, TAG, "previousExport: abc123", "noData: 404");

    assertFailed(run, "TOKEN_UNKNOWN");
  }

  @Test
  void item_7_a_token_belongs_to_its_form() throws Exception {
    vendor.submit("http://openrosa.org/other", LATER);
    run(FORM, TAG, "incremental: true");
    Run other = run(FORM, "exportTag: http://openrosa.org/other", "incremental: true");
    Run back = run(FORM, TAG, "incremental: true");

    assertDelivered(other);
    assertThat(other.checkpoint()).isNull();
    assertEmpty(back);
    assertThat(back.checkpoint()).isNotNull();
  }

  @Test
  void item_7_a_token_of_another_form_that_was_given_by_hand_is_named() throws Exception {
    Run run = run(FORM, TAG, "incremental: true");
    vendor.submit("http://openrosa.org/other", LATER);
    Run other =
        run(
            FORM,
            "exportTag: http://openrosa.org/other",
            "previousExport: " + run.nextCheckpoint());

    assertFailed(other, "REQUEST_REFUSED");
    assertThat(other.failureMessage()).contains("doc-schema mismatch");
  }

  @Test
  void item_8_an_empty_raw_archive_is_an_empty_export() throws Exception {
    assertEmpty(run(FORM, "exportTag: http://openrosa.org/nobody", "format: raw"));
  }

  @Test
  void item_9_a_format_that_the_server_does_not_know_is_refused_before_anything_is_sent()
      throws Exception {
    write(FORM, TAG, "format: CSV");
    runtime.start();

    assertThat(runtime.saddlebag().exports().problems())
        .singleElement()
        .asString()
        .contains("format")
        .contains("csv");
    assertThat(vendor.requests()).isEmpty();
  }

  @Test
  void a_token_is_not_offered_where_the_server_ignores_it() throws Exception {
    write(FORM, TAG, "format: raw", "incremental: true");
    runtime.start();

    assertThat(runtime.saddlebag().exports().problems()).asString().contains("incremental");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void item_10_cases_are_fetched_with_closed_ones_only_when_wanted(boolean closed)
      throws Exception {
    vendor.referrals(closed);

    Run run = run(CASES, "includeClosed: " + closed);

    assertDelivered(run);
    assertThat(last().rawQuery()).isEqualTo("format=csv&include_closed=" + closed);
    try (var zip = new java.util.zip.ZipFile(runtime.delivered().get(0).toFile())) {
      assertThat(zip.size()).isEqualTo(closed ? 3 : 2);
    }
  }

  @Test
  void item_10_a_redirect_of_the_cases_export_is_never_no_data() throws Exception {
    vendor
        .faults()
        .always(
            "GET",
            "/a/demo/reports/download/cases/",
            Fault.redirect(302, "/a/demo/data/excel_export_data/"));

    assertFailed(run(CASES), "NO_DATA_UNEXPECTED");
  }

  @Test
  void item_11_a_custom_export_without_days_says_that_it_is_seven() throws Exception {
    Run run = run(CUSTOM, CUSTOM_ID);

    assertDelivered(run);
    assertThat(run.note()).contains("last seven");
    assertThat(last().rawQuery()).isEqualTo("format=xlsx");
  }

  @Test
  void item_11_a_custom_export_is_asked_for_the_days_of_its_run() throws Exception {
    Run run = run(CUSTOM, CUSTOM_ID, "period: last-30-days");

    assertDelivered(run);
    assertThat(run.note()).isNull();
    assertThat(last().rawQuery())
        .isEqualTo(
            "format=xlsx&startdate=" + run.window().from() + "&enddate=" + run.window().to());
  }

  @Test
  void item_12_an_html_export_is_told_from_a_login_page_by_its_token() throws Exception {
    vendor
        .faults()
        .next(
            2,
            "GET",
            "/a/demo/reports/export/",
            call ->
                call.request().header("Authorization") != null && Fault.loginPage().apply(call));

    Run run = run(FORM, TAG, "format: html");

    assertFailed(run, "LOGIN_PAGE");
    assertThat(runtime.delivered()).isEmpty();
  }

  @Test
  void item_13_a_body_cut_after_its_token_is_fetched_again_with_the_old_token() throws Exception {
    vendor
        .faults()
        .next(
            1,
            request ->
                request.is("GET", "/a/demo/reports/export/")
                    && request.header("Authorization") != null,
            Fault.truncate(100));

    Run run = run(FORM, TAG, "incremental: true", "format: csv");

    assertDelivered(run);
    assertThat(failures(run)).containsExactly("TRUNCATED");
    assertThat(token()).isEqualTo(run.nextCheckpoint());
    assertThat(vendor.requests())
        .allMatch(request -> !String.valueOf(request.rawQuery()).contains("previous_export"));
  }

  @Test
  void item_13_a_token_is_not_kept_while_its_file_is_not_delivered() throws Exception {
    Files.writeString(runtime.out(), "in the way of the folder");
    write(FORM, TAG, "incremental: true");
    runtime.start();
    Run staged =
        runtime.reaches(
            runtime.request(EXPORT).id(),
            run -> run.state() == RunState.STAGED && run.attempts() > 0);

    assertThat(staged.nextCheckpoint()).isNotNull();
    assertThat(token()).isNull();

    Files.delete(runtime.out());
    assertDelivered(runtime.ended(staged.id()));
    assertThat(token()).isEqualTo(staged.nextCheckpoint());
  }

  @Test
  void item_13_a_proxy_that_gives_up_and_a_slow_first_byte_are_waited_for() throws Exception {
    vendor.firstByteDelay(Duration.ofMillis(300));
    vendor.faults().next(2, "GET", "/a/demo/reports/export/", Fault.status(504));

    assertDelivered(run(FORM, TAG));
  }

  @Test
  void item_14_a_wrong_password_is_tried_once_and_locks_nothing() throws Exception {
    runtime.with("health.password", "another-password");

    Run run = run(FORM, TAG);

    assertFailed(run, "UNAUTHORIZED");
    assertThat(vendor.requests()).hasSize(2);
    assertThat(vendor.lockedOut()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(Refusal.class)
  void item_15_a_refusal_in_json_is_quoted_and_not_repeated(Refusal refusal) throws Exception {
    vendor.unauthorizedJson(refusal);

    Run run = run(FORM, TAG);

    assertFailed(run, "UNAUTHORIZED");
    assertThat(vendor.requests()).hasSize(1);
    assertThat(run.failureMessage()).containsAnyOf("feature", "OTP", "too many requests");
  }

  @Test
  void item_15_a_migration_is_waited_out() throws Exception {
    vendor.faults().next(2, "GET", ".*", Fault.answer(503, "text/plain", "Unavailable"));

    assertDelivered(run(FORM, TAG));
  }

  @ParameterizedTest
  @ValueSource(strings = {"user-api-key", "digest", "basic"})
  void item_18_a_saved_export_is_fetched_with_each_kind_of_account(String authorization)
      throws Exception {
    runtime.with("health.authorization", authorization);

    Run run = run(SAVED, SAVED_ID);

    assertDelivered(run);
    assertThat(runtime.delivered().get(0).toString()).endsWith("-Visits.zip");
    assertThat(vendor.requests()).hasSize(authorization.equals("digest") ? 2 : 1);
  }

  @Test
  void item_18_the_same_bytes_again_are_noted_and_fail_after_their_time() throws Exception {
    run(SAVED, SAVED_ID);
    Run again = runtime.run(EXPORT);
    Run stale = run(SAVED, SAVED_ID, "maxAge: 1ms");

    assertDelivered(again);
    assertThat(again.note()).contains("same bytes");
    assertFailed(stale, "STALE_FILE");

    vendor.savedExport(
        CommCareSimulator.DEMO_SAVED,
        new SavedExport("Visits", "zip", "application/zip", CommCareSimulator.table("new")));
    assertDelivered(runtime.run(EXPORT));
  }

  @Test
  void item_18_a_file_rebuilt_between_two_attempts_is_never_spliced() throws Exception {
    byte[] old = "{\"rows\": [\"old\"]}".repeat(20_000).getBytes(StandardCharsets.UTF_8);
    byte[] rebuilt = ("[\"" + "new".repeat(100_000) + "\"]").getBytes(StandardCharsets.UTF_8);
    vendor.savedExport(
        CommCareSimulator.DEMO_SAVED,
        new SavedExport("Visits", "json", "application/json", Body.of(old)));
    vendor.faults().next(1, "GET", ".*dailysaved.*", Fault.truncate(100_000));
    vendor.rebuildBetweenRanges(
        new SavedExport("Visits", "json", "application/json", Body.of(rebuilt)));
    vendor
        .faults()
        .next(
            1,
            "GET",
            ".*dailysaved.*",
            call -> {
              vendor.savedExport(
                  CommCareSimulator.DEMO_SAVED,
                  new SavedExport("Visits", "json", "application/json", Body.of(rebuilt)));
              return false;
            });

    Run run = run(SAVED, SAVED_ID, "fileType: json");

    assertDelivered(run);
    assertThat(Files.readAllBytes(runtime.delivered().get(0))).isEqualTo(rebuilt);
  }

  @ParameterizedTest
  @CsvSource({"404, NOT_FOUND", "403, FORBIDDEN"})
  void item_18_a_saved_export_that_is_not_there_is_a_failure(int status, String name)
      throws Exception {
    vendor.faults().always("GET", ".*dailysaved.*", Fault.status(status));

    assertFailed(run(SAVED, SAVED_ID), name);
  }

  @ParameterizedTest
  @EnumSource(
      value = RunState.class,
      names = {"READY", "STAGED"})
  void a_run_is_continued_after_a_restart_in_any_state(RunState state) throws Exception {
    if (state == RunState.READY) {
      vendor.faults().always("GET", ".*dailysaved.*", Fault.status(503));
    } else {
      Files.writeString(runtime.out(), "in the way of the folder");
    }
    write(SAVED, SAVED_ID);
    runtime.start();
    String id =
        runtime
            .reaches(
                runtime.request(EXPORT).id(), run -> run.state() == state && run.attempts() > 0)
            .id();
    long asked = vendor.requests().size();

    runtime.close();
    vendor.faults().clear();
    Files.deleteIfExists(state == RunState.STAGED ? runtime.out() : folder.resolve("nothing"));
    runtime.start();

    assertDelivered(runtime.ended(id));
    assertThat(runtime.delivered()).hasSize(1);
    if (state == RunState.STAGED) {
      assertThat(vendor.requests()).hasSize((int) asked);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"corrupt", "stall", "drip", "empty", "cut"})
  void a_broken_body_is_fetched_again_and_never_delivered(String how) throws Exception {
    runtime.with("http.idle-timeout", "300ms");
    Fault fault =
        switch (how) {
          case "corrupt" -> Fault.corrupt(120);
          case "stall" -> Fault.stall(100, Duration.ofSeconds(2));
          case "drip" -> Fault.drip(40, Duration.ofMillis(5));
          case "empty" -> Fault.status(200);
          default -> Fault.truncate(100);
        };
    vendor.faults().next(1, "GET", ".*dailysaved.*", fault);

    Run run = run(SAVED, SAVED_ID);

    assertDelivered(run);
    assertThat(failures(run)).hasSize(how.equals("drip") ? 0 : 1);
  }

  @Test
  void cancel_ends_the_run() throws Exception {
    vendor.faults().always("GET", ".*dailysaved.*", Fault.status(503));
    write(SAVED, SAVED_ID);
    runtime.start();
    Run waiting = runtime.reaches(runtime.request(EXPORT).id(), run -> run.attempts() > 0);

    runtime.saddlebag().ledger().runs().requestCancel(waiting.id(), Instant.now());
    runtime
        .saddlebag()
        .engine()
        .wakeups()
        .now(runtime.saddlebag().ledger().runs().get(waiting.id()), Instant.now());

    assertThat(runtime.ended(waiting.id()).state()).isEqualTo(RunState.CANCELLED);
  }

  @Test
  void item_20_a_redirect_to_https_is_not_followed_with_credentials() throws Exception {
    vendor.httpsOnly(true);

    Run run = run(SAVED, SAVED_ID);

    assertFailed(run, "REDIRECT_REFUSED");
    assertThat(vendor.requests()).hasSize(1);
  }

  @Test
  void item_20_only_get_is_used() throws Exception {
    run(FORM, TAG);
    run(SAVED, SAVED_ID);

    assertThat(vendor.requests()).allMatch(request -> request.method().equals("GET"));
  }
}
