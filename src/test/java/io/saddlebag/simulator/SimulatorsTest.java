package io.saddlebag.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddlebag.TestClock;
import io.saddlebag.simulator.altcraft.AltcraftSimulator;
import io.saddlebag.simulator.storage.StorageSimulator;
import io.saddlebag.simulator.storage.StorageSimulator.Style;
import io.saddlebag.simulator.storage.StoredObject;
import io.saddlebag.simulator.surveysolutions.SurveySolutionsSimulator;
import io.saddlebag.simulator.webadmit.WebAdmitSimulator;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The simulators are what the vendors' sheets say; otherwise every other test proves little. */
class SimulatorsTest {
  private static final Duration PHASE = Duration.ofSeconds(10);

  private final TestClock clock = new TestClock(Instant.parse("2026-11-24T10:00:00Z"));
  private final HttpClient http = HttpClient.newHttpClient();
  private StorageSimulator storage;
  private SurveySolutionsSimulator surveys;
  private WebAdmitSimulator admissions;
  private AltcraftSimulator forms;

  @BeforeEach
  void start() {
    storage = new StorageSimulator(clock, 0);
    surveys = new SurveySolutionsSimulator(clock, storage, 0).pace(PHASE);
    admissions = new WebAdmitSimulator(clock, storage, 0).pace(PHASE);
    forms = new AltcraftSimulator(clock, 0).pace(PHASE);
    storage.start();
    surveys.start();
    admissions.start();
    forms.start();
  }

  @AfterEach
  void stop() {
    forms.close();
    admissions.close();
    surveys.close();
    storage.close();
  }

  private HttpResponse<String> send(String method, String address, String body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(address))
            .method(method, HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static JsonNode json(HttpResponse<String> response) throws Exception {
    return new ObjectMapper().readTree(response.body());
  }

  private String link(Style style, Duration lifetime) {
    return storage
        .sign(
            new StoredObject(
                "/bucket/a.txt",
                Body.of("0123456789".getBytes(StandardCharsets.US_ASCII)),
                "text/plain",
                "attachment; filename=a.csv",
                "text/csv"),
            style,
            lifetime)
        .toString();
  }

  @Test
  void storage_shows_an_object_with_its_overrides_and_a_strong_etag() throws Exception {
    for (Style style : Style.values()) {
      HttpResponse<String> response = send("GET", link(style, PHASE), "");
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.body()).isEqualTo("0123456789");
      assertThat(response.headers().firstValue("content-disposition"))
          .contains("attachment; filename=a.csv");
      assertThat(response.headers().firstValue("content-type")).contains("text/csv");
      assertThat(response.headers().firstValue("etag").orElseThrow()).startsWith("\"");
    }
  }

  @Test
  void storage_refuses_credentials_head_expired_and_altered_links() throws Exception {
    String link = link(Style.V2, PHASE);
    assertThat(send("GET", link, "", "Authorization", "Basic x").body())
        .contains("InvalidArgument");
    assertThat(send("HEAD", link, "").statusCode()).isEqualTo(403);
    assertThat(send("GET", link.replace("%2B", "+"), "").body()).contains("SignatureDoesNotMatch");
    assertThat(send("GET", link, "").statusCode()).isEqualTo(200);
    clock.advance(PHASE);
    HttpResponse<String> expired = send("GET", link, "");
    assertThat(expired.statusCode()).isEqualTo(403);
    assertThat(expired.body()).contains("Request has expired", "<Expires>", "<ServerTime>");
  }

  @Test
  void storage_honours_ranges_while_the_object_is_the_same() throws Exception {
    String link = link(Style.V4, PHASE);
    String etag = send("GET", link, "").headers().firstValue("etag").orElseThrow();

    HttpResponse<String> rest = send("GET", link, "", "Range", "bytes=4-", "If-Range", etag);
    assertThat(rest.statusCode()).isEqualTo(206);
    assertThat(rest.body()).isEqualTo("456789");
    assertThat(rest.headers().firstValue("content-range")).contains("bytes 4-9/10");
    assertThat(send("GET", link, "", "Range", "bytes=4-", "If-Range", "\"other\"").statusCode())
        .isEqualTo(200);
    assertThat(send("GET", link, "", "Range", "bytes=10-").statusCode()).isEqualTo(416);
    storage.refuseFirstUse(true);
    String fresh = link(Style.V4, PHASE);
    assertThat(send("GET", fresh, "").statusCode()).isEqualTo(403);
    assertThat(send("GET", fresh, "").statusCode()).isEqualTo(200);
  }

  private HttpResponse<String> admissions(String method, String path) throws Exception {
    return send(method, admissions.uri() + path, "", "x-api-key", WebAdmitSimulator.DEMO_KEY);
  }

  @Test
  void webadmit_goes_through_its_words_and_joins_a_running_file() throws Exception {
    String create = "/api/v1/user_identities/42/exports/86446/export_files";
    HttpResponse<String> first = admissions("POST", create);
    assertThat(first.statusCode()).isEqualTo(201);
    assertThat(json(first).at("/export_files/status").asText()).isEqualTo("Initializing");
    int id = json(first).at("/export_files/id").asInt();
    String status = "/api/v1/exports/86446/export_files/" + id;
    clock.advance(PHASE);
    assertThat(json(admissions("GET", status)).at("/export_files/status").asText())
        .isEqualTo("Queued");
    assertThat(json(admissions("POST", create)).at("/export_files/id").asInt()).isEqualTo(id);
    clock.advance(PHASE);
    assertThat(json(admissions("GET", status)).at("/export_files/status").asText())
        .isEqualTo("In Progress");
    assertThat(json(admissions("GET", status)).at("/export_files/download_url").isMissingNode())
        .isTrue();
    clock.advance(PHASE);
    JsonNode ready = json(admissions("GET", status)).get("export_files");
    assertThat(ready.get("status").asText()).isEqualTo("Available");
    assertThat(ready.get("download_url").asText())
        .isNotEqualTo(json(admissions("GET", status)).at("/export_files/download_url").asText());
    assertThat(json(admissions("POST", create)).at("/export_files/id").asInt()).isNotEqualTo(id);
    assertThat(
            json(admissions("GET", "/api/v1/user_identities/42/export_files"))
                .get("export_files")
                .isArray())
        .isTrue();
    assertThat(admissions.creates()).isEqualTo(2);
  }

  @Test
  void webadmit_refuses_without_a_body_and_counts_calls() throws Exception {
    HttpResponse<String> refused =
        send("GET", admissions.uri() + "/api/v1/user_identities", "", "x-api-key", "wrong");
    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(refused.body()).isEmpty();
    admissions.hourlyLimit(1);
    assertThat(
            admissions("GET", "/api/v1/user_identities")
                .headers()
                .firstValue("x-ratelimit-remaining"))
        .contains("0");
    assertThat(admissions("GET", "/api/v1/user_identities").statusCode()).isEqualTo(429);
    clock.advance(Duration.ofHours(1));
    assertThat(admissions("GET", "/api/v1/user_identities").statusCode()).isEqualTo(200);
  }

  private HttpResponse<String> surveys(String method, String path, String body) throws Exception {
    String basic =
        Base64.getEncoder()
            .encodeToString(
                ("exporter:" + SurveySolutionsSimulator.DEMO_PASSWORD)
                    .getBytes(StandardCharsets.UTF_8));
    return send(
        method,
        surveys.uri() + path,
        body,
        "Authorization",
        "Basic " + basic,
        "Content-Type",
        "application/json");
  }

  private static String ask(String window) {
    return "{\"ExportType\":\"Tabular\",\"QuestionnaireId\":\"74e2d308-5491-4e24-af6b-eae9be64130c$1\",\"InterviewStatus\":\"All\""
        + window
        + "}";
  }

  @Test
  void survey_solutions_makes_jobs_and_confuses_windows_of_one_month() throws Exception {
    HttpResponse<String> first =
        surveys("POST", "/primary/api/v2/export", ask(",\"From\":\"2026-04-01T00:00:00Z\""));
    assertThat(first.statusCode()).isEqualTo(201);
    JsonNode job = json(first);
    assertThat(job.get("ExportStatus").asText()).isEqualTo("Created");
    assertThat(job.get("QuestionnaireId").asText()).isEqualTo("74e2d30854914e24af6beae9be64130c$1");
    assertThat(job.get("CreateDate").asText()).doesNotContain("Z");
    assertThat(first.headers().firstValue("location").orElseThrow())
        .endsWith("/primary/api/v2/export/" + job.get("JobId").asLong());
    JsonNode other =
        json(surveys("POST", "/primary/api/v2/export", ask(",\"From\":\"2025-04-20T00:00:00Z\"")));
    assertThat(other.get("JobId")).isEqualTo(job.get("JobId"));
    assertThat(other.get("From").asText()).isEqualTo("2026-04-01T00:00:00Z");
    JsonNode may =
        json(surveys("POST", "/primary/api/v2/export", ask(",\"From\":\"2026-05-01T00:00:00Z\"")));
    assertThat(may.get("JobId")).isNotEqualTo(job.get("JobId"));
  }

  @Test
  void survey_solutions_serves_one_job_after_the_other_and_ends_at_30_per_cent() throws Exception {
    long first = json(surveys("POST", "/primary/api/v2/export", ask(""))).get("JobId").asLong();
    long second = json(surveys("POST", "/second/api/v2/export", ask(""))).get("JobId").asLong();
    assertThat(
            json(surveys("GET", "/primary/api/v2/export/" + first, ""))
                .get("ExportStatus")
                .asText())
        .isEqualTo("Created");
    clock.advance(Duration.ofSeconds(1));
    assertThat(
            json(surveys("GET", "/primary/api/v2/export/" + first, ""))
                .get("ExportStatus")
                .asText())
        .isEqualTo("Running");
    assertThat(
            json(surveys("GET", "/second/api/v2/export/" + second, ""))
                .get("ExportStatus")
                .asText())
        .isEqualTo("Created");
    assertThat(surveys("GET", "/primary/api/v2/export/" + second, "").statusCode()).isEqualTo(404);
    clock.advance(PHASE);
    JsonNode done = json(surveys("GET", "/primary/api/v2/export/" + first, ""));
    assertThat(done.get("ExportStatus").asText()).isEqualTo("Completed");
    assertThat(done.get("Progress").asInt()).isEqualTo(30);
    HttpResponse<String> file = surveys("GET", "/primary/api/v2/export/" + first + "/file", "");
    assertThat(file.headers().firstValue("content-length")).isEmpty();
    assertThat(surveys("HEAD", "/primary/api/v2/export/" + first + "/file", "").statusCode())
        .isEqualTo(405);
  }

  @Test
  void survey_solutions_shows_the_older_archive_under_a_new_job_in_s3() throws Exception {
    surveys.s3Storage(true);
    json(surveys("POST", "/primary/api/v2/export", ask("")));
    clock.advance(Duration.ofSeconds(1));
    surveys("GET", "/primary/api/v2/export", "");
    clock.advance(PHASE);
    surveys("GET", "/primary/api/v2/export", "");
    JsonNode second = json(surveys("POST", "/primary/api/v2/export", ask("")));
    assertThat(second.get("ExportStatus").asText()).isNotEqualTo("Completed");
    assertThat(second.get("HasExportFile").asBoolean()).isTrue();
    HttpResponse<String> file =
        surveys("GET", "/primary/api/v2/export/" + second.get("JobId").asLong() + "/file", "");
    assertThat(file.statusCode()).isEqualTo(302);
    assertThat(file.headers().firstValue("location").orElseThrow())
        .contains("X-Amz-Expires=36000", "filename%20%3D%22");
  }

  @Test
  void survey_solutions_locks_an_account_after_fifteen_wrong_passwords() throws Exception {
    String wrong =
        Base64.getEncoder().encodeToString("exporter:wrong".getBytes(StandardCharsets.UTF_8));
    for (int i = 0; i < 15; i++) {
      assertThat(
              send(
                      "GET",
                      surveys.uri() + "/primary/api/v2/export",
                      "",
                      "Authorization",
                      "Basic " + wrong)
                  .headers()
                  .firstValue("www-authenticate"))
          .isPresent();
    }
    assertThat(surveys("GET", "/primary/api/v2/export", "").body()).contains("User is locked");
    clock.advance(Duration.ofMinutes(15));
    assertThat(surveys("GET", "/primary/api/v2/export", "").statusCode()).isEqualTo(200);
    assertThat(surveys("GET", "/nowhere/api/v2/export", "").statusCode()).isEqualTo(302);
    assertThat(send("GET", surveys.uri() + "/api/v1/export/tabular/x", "").statusCode())
        .isEqualTo(404);
  }

  @Test
  void survey_solutions_tries_a_failing_job_four_times() throws Exception {
    surveys.failNext(4);
    long id = json(surveys("POST", "/primary/api/v2/export", ask(""))).get("JobId").asLong();
    String status = "";
    int created = 0;
    for (int i = 0; i < 20 && !status.equals("Fail"); i++) {
      clock.advance(PHASE);
      status =
          json(surveys("GET", "/primary/api/v2/export/" + id, "")).get("ExportStatus").asText();
      created += status.equals("Created") ? 1 : 0;
    }
    assertThat(status).isEqualTo("Fail");
    assertThat(created).isEqualTo(3);
    assertThat(json(surveys("GET", "/primary/api/v2/export/" + id, "")).get("Error").asText())
        .startsWith("An unexpected error");
    assertThat(json(surveys("GET", "/primary/api/v2/export", "")).get(0).get("Error").asText())
        .contains("System.IO.IOException");
  }

  @Test
  void survey_solutions_lists_by_filter_and_refuses_nonsense() throws Exception {
    long id = json(surveys("POST", "/primary/api/v2/export", ask(""))).get("JobId").asLong();
    assertThat(
            json(surveys("GET", "/primary/api/v2/export?limit=1&hasFile=false", ""))
                .get(0)
                .get("JobId")
                .asLong())
        .isEqualTo(id);
    assertThat(json(surveys("GET", "/primary/api/v2/export?offset=1", ""))).isEmpty();
    assertThat(surveys("GET", "/primary/api/v2/export?exportType=Parquet", "").statusCode())
        .isEqualTo(400);
    assertThat(surveys("GET", "/primary/api/v2/export?questionnaireIdentity=x", "").statusCode())
        .isEqualTo(500);
    assertThat(surveys("GET", "/primary/api/v2/export/x", "").body())
        .isEqualTo("\"Invalid parameter or property: id\"");
    assertThat(
            surveys(
                    "POST",
                    "/primary/api/v2/export",
                    "{\"ExportType\":\"Tabular\",\"QuestionnaireId\":\"x\"}")
                .body())
        .contains("Invalid questionnaire identity");
  }

  @Test
  void survey_solutions_cancel_answers_running_first_and_a_completed_job_may_be_cancelled()
      throws Exception {
    String job =
        "/primary/api/v2/export/"
            + json(surveys("POST", "/primary/api/v2/export", ask(""))).get("JobId").asLong();
    clock.advance(Duration.ofSeconds(1));
    assertThat(json(surveys("DELETE", job, "")).get("ExportStatus").asText()).isEqualTo("Running");
    assertThat(json(surveys("GET", job, "")).get("ExportStatus").asText()).isEqualTo("Canceled");
    String other =
        "/primary/api/v2/export/"
            + json(surveys("POST", "/primary/api/v2/export", ask(""))).get("JobId").asLong();
    clock.advance(PHASE.multipliedBy(2));
    String first = json(surveys("DELETE", other, "")).get("CompleteDate").asText();
    clock.advance(PHASE);
    JsonNode again = json(surveys("GET", other, ""));
    assertThat(again.get("ExportStatus").asText()).isEqualTo("Canceled");
    assertThat(again.get("HasExportFile").asBoolean()).isTrue();
    assertThat(again.get("CompleteDate").asText()).isGreaterThan(first);
  }

  private static final String V1 = "/api/v1/export/tabular/74e2d30854914e24af6beae9be64130c%241";

  @Test
  void survey_solutions_v1_of_2016_says_finished_and_keeps_the_older_file_meanwhile()
      throws Exception {
    surveys.v1Only(true);
    assertThat(surveys("GET", V1, "").statusCode()).isEqualTo(404);
    assertThat(surveys("POST", V1 + "/start", "").body()).isEmpty();
    assertThat(json(surveys("GET", V1 + "/details", "")).get("ExportStatus").asText())
        .isEqualTo("Queued");
    clock.advance(PHASE.multipliedBy(4));
    JsonNode done = json(surveys("GET", V1 + "/details", ""));
    assertThat(done.get("ExportStatus").asText()).isEqualTo("Finished");
    assertThat(done.get("LastUpdateDate").asText()).endsWith("-04:00");
    assertThat(surveys("GET", V1, "").body()).startsWith("PK");
    surveys("POST", V1 + "/start", "");
    assertThat(json(surveys("GET", V1 + "/details", "")).get("HasExportedFile").asBoolean())
        .isTrue();
    surveys.failNextV1();
    surveys.restart(Duration.ZERO);
    assertThat(json(surveys("GET", V1 + "/details", "")).get("ExportStatus").asText())
        .isEqualTo("NotStarted");
    surveys("POST", V1 + "/start", "");
    clock.advance(PHASE.multipliedBy(4));
    assertThat(json(surveys("GET", V1 + "/details", "")).get("ExportStatus").asText())
        .isEqualTo("FinishedWithError");
  }

  @Test
  void survey_solutions_v1_of_19_never_says_finished_and_its_failure_looks_alike()
      throws Exception {
    surveys.v1Only(false);
    assertThat(json(surveys("POST", V1 + "/start", "")).get("JobId").asInt()).isPositive();
    for (String word :
        new String[] {"Queued", "Preparing", "Running", "Compressing", "NotStarted"}) {
      assertThat(json(surveys("GET", V1 + "/details", "")).get("ExportStatus").asText())
          .isEqualTo(word);
      clock.advance(PHASE);
    }
    String updated = json(surveys("GET", V1 + "/details", "")).get("LastUpdateDate").asText();
    surveys.failNextV1();
    surveys("POST", V1 + "/start", "");
    clock.advance(PHASE.multipliedBy(4));
    JsonNode failed = json(surveys("GET", V1 + "/details", ""));
    assertThat(failed.get("ExportStatus").asText()).isEqualTo("NotStarted");
    assertThat(failed.get("HasExportedFile").asBoolean()).isTrue();
    assertThat(failed.get("LastUpdateDate").asText()).isEqualTo(updated);
  }

  @Test
  void webadmit_pdf_batches_hand_out_several_zips_behind_the_key() throws Exception {
    String batches = "/api/v1/user_identities/42/pdf_manager_batches";
    HttpResponse<String> refused =
        send(
            "POST",
            admissions.uri() + batches,
            "{\"pdf_manager_batch\":{\"pdf_manager_template_id\":2,\"callback\":\"http://x\"}}",
            "x-api-key",
            WebAdmitSimulator.DEMO_KEY);
    assertThat(refused.statusCode()).isEqualTo(422);
    JsonNode made = json(admissions("POST", batches)).get("pdf_manager_batch");
    assertThat(made.get("state").asText()).isEqualTo("queued");
    assertThat(made.get("download_hrefs")).isEmpty();
    assertThat(json(admissions("POST", batches)).at("/pdf_manager_batch/id"))
        .isEqualTo(made.get("id"));
    clock.advance(PHASE.multipliedBy(2));
    JsonNode ready =
        json(admissions("GET", batches + "/" + made.get("id").asInt())).get("pdf_manager_batch");
    assertThat(ready.get("state").asText()).isEqualTo("available");
    assertThat(ready.get("download_hrefs")).hasSize(2);
    HttpResponse<String> zip = admissions("GET", ready.get("download_hrefs").get(0).asText());
    assertThat(zip.statusCode()).isEqualTo(302);
    assertThat(send("GET", zip.headers().firstValue("location").orElseThrow(), "").body())
        .startsWith("PK");
    assertThat(json(admissions("GET", batches)).at("/pdf_manager_batches/0").has("download_hrefs"))
        .isFalse();
  }

  @Test
  void webadmit_callbacks_are_form_encoded_and_may_be_lost_doubled_or_early() throws Exception {
    String create =
        "/api/v1/user_identities/42/exports/86446/export_files?callback="
            + java.net.URLEncoder.encode(forms.uri() + "/hook", StandardCharsets.UTF_8);
    admissions.earlyCallbacks(true).callbackTimes(2);
    admissions("POST", create);
    org.awaitility.Awaitility.await()
        .until(() -> forms.count(request -> request.path().equals("/hook")) == 2);
    assertThat(forms.requests().get(0).bodyText())
        .contains("export_file%5Bid%5D=74780")
        .contains("export_file%5Bstatus%5D=Available");
    admissions.earlyCallbacks(false).callbackTimes(0);
    clock.advance(PHASE.multipliedBy(3));
    int file = json(admissions("POST", create)).at("/export_files/id").asInt();
    clock.advance(PHASE.multipliedBy(3));
    assertThat(
            json(admissions("GET", "/api/v1/exports/86446/export_files/" + file))
                .at("/export_files/status")
                .asText())
        .isEqualTo("Available");
    assertThat(forms.count(request -> request.path().equals("/hook"))).isEqualTo(2);
  }

  private HttpResponse<String> forms(String path, String body) throws Exception {
    return send(
        "POST",
        forms.uri() + path,
        body,
        "Authorization",
        "Bearer " + AltcraftSimulator.DEMO_TOKEN,
        "Content-Type",
        body.startsWith("<") ? "application/xml" : "application/json");
  }

  @Test
  void altcraft_answers_everything_with_200_and_an_error_code() throws Exception {
    HttpResponse<String> refused =
        send(
            "POST",
            forms.uri() + "/api/v1.1/forms/fills",
            "{}",
            "Content-Type",
            "application/json");
    assertThat(refused.statusCode()).isEqualTo(200);
    assertThat(json(refused).get("error").asInt()).isEqualTo(401);
    for (String wrong :
        new String[] {
          "{\"date_from\":\"2026-04-01\",\"date_to\":\"2026-04-30\"}",
          "{\"id\":1,\"date_from\":\"2026-04-30\",\"date_to\":\"2026-04-01\"}",
          "{\"id\":1,\"date_from\":\"1.4.2026\",\"date_to\":\"30.4.2026\"}"
        }) {
      assertThat(json(forms("/api/v1.1/forms/fills", wrong)).get("error").asInt()).isEqualTo(400);
    }
    assertThat(json(forms("/api/v1.1/tasks/status", "{\"task_id\":\"none\"}")).get("error").asInt())
        .isNotZero();
    assertThat(send("GET", forms.uri() + "/api/v1.1/tasks/status", "").statusCode()).isEqualTo(405);
  }

  @Test
  void altcraft_carries_a_task_to_its_file_in_json_and_xml() throws Exception {
    String task =
        json(forms(
                "/api/v1.1/forms/fills",
                "{\"id\":1,\"date_from\":\"2026-04-01\",\"date_to\":\"2026-04-30\"}"))
            .at("/data/task_id")
            .asText();
    String ask = "{\"task_id\":\"" + task + "\"}";
    assertThat(json(forms("/api/v1.1/tasks/status", ask)).at("/data/status").asText())
        .isEqualTo("processing");
    clock.advance(PHASE.multipliedBy(3));
    JsonNode done = json(forms("/api/v1.1/tasks/status", ask)).get("data");
    assertThat(done.at("/result/total").asInt()).isEqualTo(42);
    assertThat(forms("/api/v1.1/tasks/status", "<xml><task_id>" + task + "</task_id></xml>").body())
        .contains("<status>completed</status>");
    String file = forms.uri() + "/api/download/forms/" + done.at("/result/url").asText();
    assertThat(send("GET", file, "").statusCode()).isEqualTo(401);
    assertThat(
            send("GET", file, "", "Authorization", "Bearer " + AltcraftSimulator.DEMO_TOKEN).body())
        .startsWith("PK");
    assertThat(json(forms("/api/v1.1/profiles/get_all", "{}")).at("/data/task_id").asText())
        .isNotEmpty();
  }

  @Test
  void scripted_faults_are_shown_as_often_as_they_are_told() throws Exception {
    forms
        .faults()
        .next(1, "POST", ".*", Fault.retryAfter(503, "7"))
        .next(1, "POST", ".*", Fault.dropConnection());
    assertThat(forms("/api/v1.1/forms/list", "{}").headers().firstValue("retry-after"))
        .contains("7");
    assertThatThrownBy(() -> forms("/api/v1.1/forms/list", "{}")).isInstanceOf(IOException.class);
    assertThat(forms("/api/v1.1/forms/list", "{}").statusCode()).isEqualTo(200);
    assertThat(forms.requests()).hasSizeGreaterThanOrEqualTo(3);
  }
}
