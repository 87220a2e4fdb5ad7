package io.saddlebag.simulator.alida;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddlebag.TestClock;
import io.saddlebag.simulator.storage.StorageSimulator;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the played vendor does by itself; the numbers are those of section 8 of its sheet. */
class AlidaSimulatorTest {
  private static final String BASE = "/v2/applications/demo/data/activities/";

  private final HttpClient client = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();
  private final TestClock clock = new TestClock(java.time.Instant.parse("2026-03-01T00:00:00Z"));
  private StorageSimulator storage;
  private AlidaSimulator vendor;

  @BeforeEach
  void start() {
    storage = new StorageSimulator(clock, 0);
    storage.start();
    vendor = new AlidaSimulator(clock, storage, 0).pace(Duration.ofMinutes(1));
    vendor.start();
  }

  @AfterEach
  void stop() {
    vendor.close();
    storage.close();
  }

  private HttpResponse<String> send(String method, String url, String authorization, String body)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url.startsWith("http") ? url : vendor.uri() + url))
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private String token() throws Exception {
    String pair = AlidaSimulator.DEMO_CLIENT_ID + ":" + AlidaSimulator.DEMO_CLIENT_SECRET;
    HttpResponse<String> answer =
        send(
            "POST",
            "/oauth2/token",
            "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)),
            "grant_type=client_credentials");
    return "Bearer " + json.readTree(answer.body()).get("access_token").asText();
  }

  private String create(String token, String options) throws Exception {
    String path = BASE + AlidaSimulator.DEMO_ACTIVITY + "/responses/batch";
    return json.readTree(send("POST", path, token, options).body()).get("id").asText();
  }

  private JsonNode status(String token, String batch) throws Exception {
    return json.readTree(send("GET", BASE + "responses/batch/" + batch, token, "").body());
  }

  private JsonNode document(String options) throws Exception {
    String token = token();
    String batch = create(token, options);
    clock.advance(Duration.ofMinutes(3));
    String link = status(token, batch).get("data").asText();
    String location = send("GET", link, token, "").headers().firstValue("Location").orElseThrow();
    return json.readTree(send("GET", location, "", "").body());
  }

  @Test
  void item_1_a_token_ends_and_the_refusal_has_an_error_id() throws Exception {
    vendor.tokenLifetime(Duration.ofSeconds(60));
    String token = token();
    clock.advance(Duration.ofSeconds(61));

    HttpResponse<String> refused = send("GET", BASE + "responses/batch/x", token, "");

    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(json.readTree(refused.body()).hasNonNull("errorId")).isTrue();
  }

  @Test
  void item_2_another_version_knows_no_batches() throws Exception {
    HttpResponse<String> answer =
        send("GET", BASE.replace("/v2/", "/v1/") + "responses/batch/x", token(), "");

    assertThat(answer.statusCode()).isEqualTo(404);
  }

  @Test
  void item_3_a_batch_is_pending_then_executing_then_succeeded() throws Exception {
    String token = token();
    String batch = create(token, "{}");

    assertThat(status(token, batch).get("status").asText()).isEqualTo("pending");
    assertThat(status(token, batch).has("data")).isFalse();
    clock.advance(Duration.ofSeconds(61));
    assertThat(status(token, batch).get("status").asText()).isEqualTo("executing");
    assertThat(status(token, batch).get("data").isNull()).isTrue();
    clock.advance(Duration.ofSeconds(61));
    assertThat(status(token, batch).get("status").asText()).isEqualTo("succeeded");
    assertThat(status(token, batch).hasNonNull("data")).isTrue();
  }

  @Test
  void item_5_and_6_the_storage_refuses_the_token_and_dead_links() throws Exception {
    String token = token();
    String batch = create(token, "{}");
    clock.advance(Duration.ofMinutes(3));
    String link = status(token, batch).get("data").asText();
    String location = send("GET", link, token, "").headers().firstValue("Location").orElseThrow();

    assertThat(send("GET", location, token, "").statusCode()).isEqualTo(400);
    clock.advance(Duration.ofSeconds(31));
    assertThat(send("GET", location, "", "").statusCode()).isEqualTo(403);
    String fresh = send("GET", link, token, "").headers().firstValue("Location").orElseThrow();
    assertThat(send("GET", fresh, "", "").statusCode()).isEqualTo(200);
  }

  @Test
  void items_8_to_12_the_document_has_every_kind_of_answer() throws Exception {
    JsonNode document = document("{}");
    String text = document.toString();

    assertThat(text)
        .contains("\"values\":null")
        .contains("\"values\":[]")
        .contains("\"fields\":[]")
        .contains("c-9")
        .contains("f-99")
        .contains("3.0")
        .contains("\"isSensitive\":true")
        .contains("\"visibility\":\"hidden\"")
        .contains("\"isSystem\":true");
    assertThat(document.at("/definition/fieldGroups/0/fieldIds")).hasSize(3);
    assertThat(document.at("/definition/fields/3/name").asText())
        .isEqualTo(document.at("/definition/fields/4/name").asText());
  }

  @Test
  void item_14_the_window_filters_by_the_sync_date() throws Exception {
    JsonNode document = document("{\"sinceDatetime\": \"2026-01-15T10:30:00Z\"}");

    assertThat(document.get("records")).hasSize(1);
    assertThat(document.at("/records/0/lastUpdateDate").asText()).isLessThan("2026-01-15T10:30");
  }

  @Test
  void item_15_a_document_of_any_size_is_json_from_any_offset() throws Exception {
    var body = AlidaDocument.large(100_000);
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    body.writeTo(whole, 0);
    body.writeTo(rest, 12_345);

    assertThat(whole.size()).isEqualTo(body.length());
    assertThat(json.readTree(whole.toByteArray()).get("records").size()).isGreaterThan(500);
    assertThat(whole.toString(StandardCharsets.UTF_8))
        .endsWith(rest.toString(StandardCharsets.UTF_8));
  }

  @Test
  void item_15_records_may_come_before_their_definition() throws Exception {
    vendor.recordsFirst(true);

    assertThat(document("{}").fieldNames())
        .toIterable()
        .containsSubsequence("records", "definition");
  }
}
