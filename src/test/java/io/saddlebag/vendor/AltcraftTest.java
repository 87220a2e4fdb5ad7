package io.saddlebag.vendor;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import io.saddlebag.simulator.Fault;
import io.saddlebag.simulator.altcraft.AltcraftSimulator;
import java.nio.file.Files;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Altcraft form fills; the numbers are those of section 8 of its sheet. */
class AltcraftTest extends AltcraftContract {
  @Override
  String kamelet() {
    return "altcraft-form-fills-source";
  }

  @Override
  String parameters() {
    return "connection: marketing\nformId: 1\ndateFrom: 2026-04-01\ndateTo: 2026-04-30\n";
  }

  @Override
  String[] create() {
    return new String[] {"POST", ".*/forms/fills"};
  }

  @Override
  String[] file() {
    return new String[] {"GET", ".*/api/download/forms/.*"};
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_lost_create_is_sent_again_where_the_export_says_so(boolean made) throws Exception {
    Fault unavailable = Fault.retryAfter(503, "0");
    vendor
        .faults()
        .next(1, "POST", ".*/forms/fills", made ? Fault.answeredInstead(unavailable) : unavailable);

    Run run = run("onLostCreate: recreate");

    assertThat(run.state()).isEqualTo(RunState.DELIVERED);
    assertThat(run.note()).contains("created again");
    assertThat(failures(run)).containsExactly("VENDOR_UNAVAILABLE");
    assertThat(vendor.creates()).isEqualTo(made ? 2 : 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"data\": ", "<html></html>", "[]", "null", "{}"})
  void a_create_that_was_answered_is_not_sent_again_whatever_the_export_says(String answer)
      throws Exception {
    Fault unreadable = Fault.answer(200, "application/json", answer);
    vendor.faults().always("POST", ".*/forms/fills", Fault.answeredInstead(unreadable));

    Run run = run("onLostCreate: recreate");

    assertThat(run.state()).isEqualTo(RunState.FAILED);
    assertThat(vendor.creates()).isEqualTo(1);
  }

  @Test
  void a_create_of_which_a_crash_left_nothing_is_left_to_the_operator() throws Exception {
    startRuntime();
    String id = runtime.reaches(runtime.request(EXPORT).id(), run -> run.state().finished()).id();
    runtime.close();
    try (java.sql.Connection ledger =
            java.sql.DriverManager.getConnection(
                "jdbc:sqlite:" + folder.resolve("data/ledger.db"));
        java.sql.Statement statement = ledger.createStatement()) {
      statement.execute(
          "update run set state = 'CREATING', job_id = null, finished_at = null where id = '"
              + id
              + "'");
    }
    int creates = vendor.creates();

    runtime.start();
    Run run = runtime.ended(id);

    assertThat(run.failure()).isEqualTo("LOST_CREATE");
    assertThat(run.failureMessage()).contains("when the process ended");
    assertThat(vendor.creates()).isEqualTo(creates);
  }

  @ParameterizedTest
  @CsvSource({
    "400, REQUEST_REFUSED",
    "401, UNAUTHORIZED",
    "402, TARIFF_LIMIT",
    "403, FORBIDDEN",
    "999, JOB_FAILED"
  })
  void item_1_an_error_inside_http_200_is_named(int code, String name) throws Exception {
    vendor.error(code);

    Run run = run();

    assertFailed(run, name);
    assertThat(vendor.requests()).hasSize(1);
    assertThat(run.failureMessage()).contains("Error " + code);
  }

  @Test
  void item_2_the_token_goes_into_the_body_where_it_is_wanted_there() throws Exception {
    runtime.with("marketing.authorization", "body");

    assertDeliveredOnce(run());
    assertThat(vendor.requests().get(0).header("Authorization")).isNull();
    assertThat(vendor.requests().get(0).bodyText()).contains("\"token\":\"altcraft-demo-token\"");
  }

  @Test
  void item_2_and_10_a_json_error_is_never_saved_as_a_zip() throws Exception {
    vendor.deadFiles(true);

    Run run = run();

    assertFailed(run, "FILE_GONE");
    assertThat(run.failureMessage()).contains("File not found");
    assertThat(vendor.requests()).filteredOn(request -> request.is("GET", ".*")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"missing", "null", "empty"})
  void item_3_a_result_that_is_not_there_yet_is_waited_for(String kind) throws Exception {
    vendor.resultBefore(kind);

    assertDeliveredOnce(run());
  }

  @Test
  void item_4_the_older_word_success_is_understood() throws Exception {
    vendor.endsWith("success");

    assertDeliveredOnce(run());
  }

  @Test
  void item_5_progress_of_100_is_not_done_and_may_jump_back() throws Exception {
    vendor.fullBeforeDone(true).jumpsBack(true);

    assertDeliveredOnce(run());
  }

  @Test
  void item_6_a_failed_status_inside_a_good_envelope_ends_the_run() throws Exception {
    vendor.endsWith("error");

    assertFailed(run(), "JOB_FAILED");
  }

  @Test
  void item_7_task_ids_with_a_prefix_are_taken_as_they_are() throws Exception {
    vendor.prefixedIds(true);

    Run run = run();

    assertDeliveredOnce(run);
    assertThat(run.jobId()).startsWith("task_");
  }

  @Test
  void item_8_and_9_a_done_task_with_fills_but_no_url_is_named() throws Exception {
    vendor.withoutUrl(true);

    assertFailed(run(), "NO_LINK");
  }

  @Test
  void item_9_a_file_of_headers_only_is_delivered_where_it_is_wanted() throws Exception {
    vendor.total(0);

    assertDeliveredOnce(run("whenEmpty: deliver"));
  }

  @Test
  void item_9_no_fills_and_no_url_is_empty() throws Exception {
    vendor.total(0).withoutUrl(true);

    assertThat(run("whenEmpty: deliver").state()).isEqualTo(RunState.EMPTY);
  }

  @Test
  void item_10_the_archive_comes_as_it_is_with_its_names() throws Exception {
    assertDeliveredOnce(run());

    try (ZipFile zip = new ZipFile(runtime.delivered().get(0).toFile())) {
      assertThat(zip.stream().map(entry -> entry.getName()))
          .containsExactly("заполнения.csv", "about.txt");
    }
  }

  @Test
  void item_10_a_name_that_leads_out_of_the_archive_writes_nothing_elsewhere() throws Exception {
    vendor.zipSlip(true);

    assertDeliveredOnce(run());
    assertThat(Files.exists(runtime.out().resolve("../../evil.csv"))).isFalse();
  }

  @Test
  void item_10_an_archive_without_its_end_is_never_delivered() throws Exception {
    vendor.truncated(true);

    Run run = run("deadline: 2s");

    assertThat(run.state()).isEqualTo(RunState.FAILED);
    assertThat(failures(run)).contains("TRUNCATED");
    assertThat(runtime.delivered()).isEmpty();
  }

  @Test
  void a_flipped_byte_in_the_archive_is_noticed_and_fetched_again() throws Exception {
    vendor.faults().next(1, "GET", ".*/api/download/.*", Fault.corrupt(120));

    Run run = run();

    assertDeliveredOnce(run);
    assertThat(failures(run)).hasSize(1);
    assertThat(failures(run).get(0)).isIn("CORRUPT", "NOT_AN_ARCHIVE");
  }

  @Test
  void item_11_a_form_that_is_not_there_is_refused_by_the_vendor() throws Exception {
    runtime.export(EXPORT, yaml().replace("formId: 1", "formId: 2")).start();

    assertFailed(runtime.run(EXPORT), "REQUEST_REFUSED");
  }

  @Test
  void item_12_xml_is_spoken_where_it_is_wanted() throws Exception {
    assertDeliveredOnce(run("dataFormat: xml"));

    assertThat(vendor.requests().get(0).bodyText())
        .isEqualTo(
            "<xml><id>1</id><date_from>2026-04-01</date_from><date_to>2026-04-30</date_to></xml>");
    assertThat(vendor.requests().get(0).header("Content-Type")).isEqualTo("application/xml");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "/on/premises", "/on/premises/"})
  void item_13_a_path_prefix_and_a_slash_at_its_end_make_no_difference(String suffix)
      throws Exception {
    vendor.pathPrefix(suffix.replaceAll("/$", ""));
    runtime.with("marketing.server", vendor.uri() + suffix);

    assertDeliveredOnce(run());
    assertThat(vendor.requests()).noneMatch(request -> request.path().contains("//"));
  }

  @Test
  void item_14_a_token_revoked_before_the_download_ends_the_run() throws Exception {
    vendor
        .faults()
        .next(
            1,
            "GET",
            ".*/api/download/.*",
            call -> {
              vendor.revoke(AltcraftSimulator.DEMO_TOKEN);
              return false;
            });

    assertFailed(run(), "UNAUTHORIZED");
  }

  @Test
  void item_15_the_api_is_only_posted_to_and_the_file_only_fetched() throws Exception {
    assertDeliveredOnce(run());

    assertThat(vendor.requests())
        .allMatch(
            request ->
                request.method().equals(request.path().contains("/download/") ? "GET" : "POST"));
  }

  @Test
  void a_period_counts_from_the_run_in_its_time_zone() throws Exception {
    runtime
        .export(
            EXPORT,
            yaml("timeZone: Pacific/Kiritimati")
                .replace("dateFrom: 2026-04-01", "period: yesterday")
                .replaceAll(" *dateTo: .*\n", ""))
        .start();
    LocalDate before = LocalDate.now(ZoneId.of("Pacific/Kiritimati")).minusDays(1);

    Run run = runtime.run(EXPORT);

    LocalDate expected =
        LocalDate.ofInstant(run.at(), ZoneId.of("Pacific/Kiritimati")).minusDays(1);
    assertThat(expected).isAfterOrEqualTo(before);
    assertThat(vendor.requests().get(0).bodyText())
        .contains("\"date_from\":\"" + expected + "\",\"date_to\":\"" + expected + "\"");
  }
}
