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
import io.saddlebag.simulator.webadmit.WebAdmitSimulator;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The simulators are what the vendors' sheets say; otherwise every other test proves little. */
class SimulatorsTest {
  private static final Duration PHASE = Duration.ofSeconds(10);

  private final TestClock clock = new TestClock(Instant.parse("2026-11-24T10:00:00Z"));
  private final HttpClient http = HttpClient.newHttpClient();
  private StorageSimulator storage;
  private WebAdmitSimulator admissions;
  private AltcraftSimulator forms;

  @BeforeEach
  void start() {
    storage = new StorageSimulator(clock, 0);
    admissions = new WebAdmitSimulator(clock, storage, 0).pace(PHASE);
    forms = new AltcraftSimulator(clock, 0).pace(PHASE);
    storage.start();
    admissions.start();
    forms.start();
  }

  @AfterEach
  void stop() {
    forms.close();
    admissions.close();
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
