package io.saddlebag.simulator.surveysolutions;

import static io.saddlebag.simulator.surveysolutions.Headquarters.PHASE;
import static io.saddlebag.simulator.surveysolutions.Headquarters.json;
import static io.saddlebag.simulator.surveysolutions.Headquarters.unzip;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The first version of the API in its modes: items 23 and 24 and section 2.2 of the sheet. */
class V1ExportsTest {
  private static final String IDENTITY = "74e2d308-5491-4e24-af6b-eae9be64130c%241";
  private static final String TABULAR = "/api/v1/export/tabular/" + IDENTITY;
  private static final String STATA = "/api/v1/export/STATA/" + IDENTITY;

  private final Headquarters hq = new Headquarters();

  @BeforeEach
  void eachStatusTakesAPhase() {
    hq.server.pace(PHASE);
  }

  @AfterEach
  void close() {
    hq.close();
  }

  @Test
  void item_23_mode_a_goes_from_queued_to_finished_and_starts_without_a_word() {
    hq.server.v1(V1Mode.A);
    HttpResponse<String> start = post(TABULAR + "/start");

    assertThat(start.statusCode()).isEqualTo(200);
    assertThat(start.body()).isEmpty();
    assertThat(statuses(TABULAR, 5))
        .containsExactly("Queued", "Queued", "Running", "Running", "Finished");
  }

  @Test
  void item_23_mode_a_shows_dates_and_progress_as_recorded() {
    hq.server.v1(V1Mode.A);
    assertThat(hq.get(TABULAR + "/details").body())
        .isEqualTo(
            "{\"HasExportedFile\":false,\"LastUpdateDate\":null,\"ExportStatus\":\"NotStarted\","
                + "\"RunningProcess\":null}");
    post(TABULAR + "/start");
    hq.pass(3);
    assertThat(hq.get(TABULAR + "/details").body())
        .isEqualTo(
            "{\"HasExportedFile\":false,\"LastUpdateDate\":null,\"ExportStatus\":\"Running\","
                + "\"RunningProcess\":{\"StartDate\":\"2026-09-01T08:00:00.13627Z\","
                + "\"ProgressInPercents\":50}}");
    hq.pass(1);
    assertThat(details(TABULAR).path("LastUpdateDate").asText())
        .isEqualTo("2026-09-01T04:00:40.13627-04:00");
  }

  @Test
  void item_23_a_second_start_while_one_is_queued_does_nothing() {
    hq.server.v1(V1Mode.A);
    post(TABULAR + "/start");
    hq.pass(1);

    assertThat(post(TABULAR + "/start").statusCode()).isEqualTo(200);
    assertThat(hq.server.v1Starts()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(V1Mode.class)
  void items_23_and_24_the_stale_file_is_served_until_the_new_one_is_there(V1Mode mode) {
    hq.server.v1(mode);
    byte[] first = exported(TABULAR);
    post(TABULAR + "/start");
    hq.pass(3);

    assertThat(details(TABULAR).path("HasExportedFile").asBoolean()).isTrue();
    assertThat(download(TABULAR).body()).isEqualTo(first);
    hq.pass(1);
    assertThat(download(TABULAR).body()).isNotEqualTo(first);
  }

  @Test
  void item_23_a_restart_makes_mode_a_forget_but_keeps_the_file() {
    hq.server.v1(V1Mode.A);
    exported(TABULAR);
    post(TABULAR + "/start");
    hq.server.restart(Duration.ofSeconds(30));
    HttpResponse<String> away = hq.get(TABULAR + "/details");
    hq.pass(10);

    assertThat(away.statusCode()).isEqualTo(503);
    assertThat(away.headers().firstValue("Retry-After")).contains("30");
    assertThat(details(TABULAR).path("ExportStatus").asText()).isEqualTo("NotStarted");
    assertThat(details(TABULAR).path("HasExportedFile").asBoolean()).isTrue();
    assertThat(details(TABULAR).path("RunningProcess").isNull()).isTrue();
  }

  @Test
  void item_23_a_failure_is_spelt_as_the_code_or_as_the_page_has_it() {
    hq.server.v1(V1Mode.A);
    hq.server.failNextV1();
    post(TABULAR + "/start");
    hq.pass(4);
    String code = details(TABULAR).path("ExportStatus").asText();
    hq.server.v1FinishedWithErrors(true);
    hq.server.failNextV1();
    post(TABULAR + "/start");
    hq.pass(4);

    assertThat(code).isEqualTo("FinishedWithError");
    assertThat(details(TABULAR).path("ExportStatus").asText()).isEqualTo("FinishedWithErrors");
    assertThat(details(TABULAR).path("HasExportedFile").asBoolean()).isFalse();
  }

  @Test
  void item_23_a_download_has_a_name_and_may_be_continued() {
    hq.server.v1(V1Mode.A);
    assertThat(download(TABULAR).statusCode()).isEqualTo(404);
    byte[] whole = exported(TABULAR);
    HttpResponse<byte[]> rest = range("bytes=10-");

    assertThat(unzip(whole)).containsKey("household.tab");
    assertThat(download(TABULAR).headers().firstValue("Content-Disposition"))
        .contains("attachment; filename*=UTF-8''household_1_Tabular_All.zip");
    assertThat(rest.statusCode()).isEqualTo(206);
    assertThat(rest.headers().firstValue("Accept-Ranges")).contains("bytes");
    assertThat(rest.headers().firstValue("Content-Range"))
        .contains("bytes 10-" + (whole.length - 1) + "/" + whole.length);
    assertThat(rest.body()).hasSize(whole.length - 10);
    assertThat(range("bytes=" + whole.length + "-").statusCode()).isEqualTo(416);
  }

  @Test
  void item_23_paradata_is_one_file_and_leaks_its_status_while_it_is_queued() {
    hq.server.v1(V1Mode.A);
    assertThat(post("/api/v1/export/paradata/start").statusCode()).isEqualTo(200);

    assertThat(details("/api/v1/export/Paradata/" + IDENTITY).path("ExportStatus").asText())
        .isEqualTo("Queued");
    assertThat(statuses(STATA, 3)).containsExactly("Queued", "Queued", "NotStarted");
    hq.pass(1);
    assertThat(download("/api/v1/export/paradata/" + IDENTITY).statusCode()).isEqualTo(200);
  }

  @Test
  void item_24_mode_b_starts_with_a_job_id_and_never_says_finished() {
    hq.server.v1(V1Mode.B);
    JsonNode none = details(TABULAR);
    HttpResponse<String> start = post(TABULAR + "/start");
    HttpResponse<String> again = post(TABULAR + "/start");

    assertThat(none.path("LastUpdateDate").asText()).isEqualTo("0001-01-01T00:00:00");
    assertThat(start.body()).isEqualTo("{\"JobId\":123}");
    assertThat(again.body()).isEqualTo(start.body());
    assertThat(details(TABULAR).path("RunningProcess").path("Status").asText()).isEqualTo("Queued");
    assertThat(statuses(TABULAR, 5))
        .containsExactly("Queued", "Preparing", "Running", "Compressing", "NotStarted");
    assertThat(details(TABULAR).path("HasExportedFile").asBoolean()).isTrue();
  }

  @Test
  void item_24_a_failure_in_mode_b_shows_in_the_date_only() {
    hq.server.v1(V1Mode.B);
    exported(TABULAR);
    JsonNode before = details(TABULAR);
    hq.server.failNextV1();
    post(TABULAR + "/start");
    hq.pass(4);

    assertThat(details(TABULAR)).isEqualTo(before);
    exported(TABULAR);
    assertThat(details(TABULAR).path("LastUpdateDate")).isNotEqualTo(before.path("LastUpdateDate"));
  }

  @Test
  void item_24_a_restart_puts_the_running_export_of_mode_b_back_into_the_queue() {
    hq.server.v1(V1Mode.B);
    post(TABULAR + "/start");
    hq.pass(2.5);
    hq.server.restart(PHASE);
    hq.pass(1);

    assertThat(statuses(TABULAR, 5))
        .containsExactly("Queued", "Preparing", "Running", "Compressing", "NotStarted");
    assertThat(details(TABULAR).path("HasExportedFile").asBoolean()).isTrue();
  }

  @Test
  void section_2_2_a_cancel_forgets_the_export_and_needs_none() {
    hq.server.v1(V1Mode.A);
    assertThat(post(TABULAR + "/cancel").statusCode()).isEqualTo(200);
    post(TABULAR + "/start");
    assertThat(post(TABULAR + "/cancel").body()).isEmpty();
    hq.pass(5);

    assertThat(details(TABULAR).path("ExportStatus").asText()).isEqualTo("NotStarted");
    assertThat(details(TABULAR).path("HasExportedFile").asBoolean()).isFalse();
  }

  @Test
  void section_2_2_mode_b_cancels_by_format() {
    hq.server.v1(V1Mode.B);
    post(TABULAR + "/start");
    post(STATA + "/start");
    post(TABULAR.replace("74e2d308", "00000000") + "/cancel");

    assertThat(details(TABULAR).path("RunningProcess").isNull()).isTrue();
    assertThat(details(STATA).path("RunningProcess").isNull()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(V1Mode.class)
  void section_2_2_ddi_is_downloaded_without_a_start(V1Mode mode) {
    hq.server.v1(mode);
    String ddi = "/api/v1/export/DDI/" + IDENTITY;
    HttpResponse<String> start = post(ddi + "/start");

    assertThat(start.statusCode()).isEqualTo(400);
    assertThat(start.body()).isEqualTo("{\"Message\":\"Not supported export type\"}");
    assertThat(unzip(download(ddi).body())).containsKey("household_ddi.xml");
  }

  @Test
  void section_2_2_each_mode_refuses_in_its_own_way() {
    String bad = "/api/v1/export/tabular/nonsense";
    String unknown = TABULAR.replace("74e2d308", "ffffffff");
    hq.server.v1(V1Mode.A);
    assertThat(refusal(bad + "/start")).isEqualTo("404 \"Invalid questionnaire identity\"");
    assertThat(refusal(unknown + "/start")).isEqualTo("404 \"Questionnaire not found\"");
    assertThat(refusal("/api/v1/export/Parquet/" + IDENTITY + "/start"))
        .isEqualTo("404 \"Unknown export type\"");
    hq.server.v1(V1Mode.B);
    assertThat(refusal(bad + "/start")).isEqualTo("400 \"Invalid questionnaire identity\"");
    assertThat(refusal(unknown + "/start")).startsWith("404");
    hq.server.v1(V1Mode.B_2020);
    assertThat(refusal(unknown + "/start")).startsWith("400");
    assertThat(refusal(unknown + "/cancel")).startsWith("400");
    assertThat(hq.get(unknown + "/details").statusCode()).isEqualTo(404);
  }

  @Test
  void section_2_2_details_of_mode_b_look_at_the_file_of_all_interviews() {
    hq.server.v1(V1Mode.B);
    String completed = "?status=Completed&from=2026-04-01T00%3A00%3A00Z";
    exported(TABULAR, completed);
    JsonNode details = json(hq.get(TABULAR + "/details" + completed));

    assertThat(details.path("HasExportedFile").asBoolean()).isFalse();
    assertThat(download(TABULAR).statusCode()).isEqualTo(404);
    assertThat(download(TABULAR + completed).statusCode()).isEqualTo(200);
    assertThat(hq.get(TABULAR + "?status=Nonsense").statusCode()).isEqualTo(400);
  }

  @Test
  void section_2_2_the_build_of_2020_ignores_ranges() {
    hq.server.v1(V1Mode.B);
    exported(TABULAR);
    assertThat(range("bytes=10-").statusCode()).isEqualTo(206);
    hq.server.v1(V1Mode.B_2020);
    exported(TABULAR);

    assertThat(range("bytes=10-").statusCode()).isEqualTo(200);
  }

  @Test
  void section_2_2_mode_b_may_lead_to_s3() {
    hq.server.v1(V1Mode.B).s3Storage(true);
    post(TABULAR + "/start");
    hq.pass(4);
    HttpResponse<byte[]> redirect = download(TABULAR);

    assertThat(redirect.statusCode()).isEqualTo(302);
    assertThat(unzip(hq.follow(redirect).body())).containsKey("household.tab");
  }

  @Test
  void section_3_the_servers_clock_may_be_ahead() {
    hq.server.v1(V1Mode.B).v1ClockAhead(Duration.ofHours(1));
    post(TABULAR + "/start");

    assertThat(details(TABULAR).path("RunningProcess").path("StartDate").asText())
        .isEqualTo("2026-09-01T09:00:00.13627Z");
    hq.pass(4);
    assertThat(details(TABULAR).path("LastUpdateDate").asText())
        .isEqualTo("2026-09-01T05:00:40.13627-04:00");
  }

  @Test
  void section_4_v1_asks_for_basic_credentials_too() {
    hq.server.v1(V1Mode.A);
    HttpResponse<String> wrong =
        hq.text(
            hq.to(TABULAR + "/details")
                .setHeader("Authorization", Headquarters.basic(Headquarters.USER, "guess"))
                .GET());

    assertThat(wrong.statusCode()).isEqualTo(401);
    assertThat(hq.get(TABULAR + "/start").statusCode()).isEqualTo(405);
  }

  private HttpResponse<String> post(String target) {
    return hq.text(hq.to(target).POST(BodyPublishers.noBody()));
  }

  private String refusal(String target) {
    HttpResponse<String> refused = post(target);
    return refused.statusCode() + " " + refused.body();
  }

  private JsonNode details(String export) {
    return json(hq.get(export + "/details"));
  }

  private HttpResponse<byte[]> download(String target) {
    return hq.bytes(hq.to(target).GET());
  }

  private HttpResponse<byte[]> range(String range) {
    return hq.bytes(hq.to(TABULAR).header("Range", range).GET());
  }

  private byte[] exported(String export) {
    return exported(export, "");
  }

  private byte[] exported(String export, String query) {
    post(export + "/start" + query);
    hq.pass(4);
    return download(export + query).body();
  }

  /** What details say now and after each phase. */
  private List<String> statuses(String export, int count) {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      words.add(details(export).path("ExportStatus").asText());
      hq.pass(1);
    }
    return words;
  }
}
