package io.saddlebag.simulator.altcraft;

import static io.saddlebag.simulator.altcraft.AltcraftCaller.APRIL;
import static io.saddlebag.simulator.altcraft.AltcraftCaller.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddlebag.OwnCertificate;
import io.saddlebag.TestClock;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens, addresses and methods: items 1, 2 and 13 to 15 of the sheet's section 8. */
class AltcraftAccessTest {
  private final TestClock clock = new TestClock(Instant.parse("2026-05-01T00:00:00Z"));
  private AltcraftSimulator vendor;
  private AltcraftCaller caller;

  @BeforeEach
  void start() {
    vendor = new AltcraftSimulator(clock, 0).pace(Duration.ofMinutes(1));
    vendor.start();
    caller = AltcraftCaller.of(vendor);
  }

  @AfterEach
  void stop() {
    vendor.close();
  }

  private String finished(AltcraftCaller by) throws Exception {
    String task = by.create();
    clock.advance(Duration.ofMinutes(3));
    return "/api/download/forms/" + by.status(task).at("/data/result/url").asText();
  }

  @ParameterizedTest
  @ValueSource(strings = {"forms/fills", "tasks/status", "profiles/get_all"})
  void item_1_a_bad_token_is_error_401_with_http_200(String method) throws Exception {
    JsonNode answer = caller.with("wrong").post(method, APRIL);

    assertThat(answer.path("error").asInt()).isEqualTo(401);
    assertThat(answer.path("error_text").asText()).isEqualTo("API token required");
    assertThat(answer.has("data")).isFalse();
    assertThat(vendor.creates()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 402, 403, 777})
  void item_1_any_error_comes_with_http_200_while_it_is_switched_on(int code) throws Exception {
    String task = caller.create();

    vendor.error(code);
    JsonNode create = caller.post("forms/fills", APRIL);
    JsonNode status = caller.status(task);
    vendor.error(null);

    assertThat(create.path("error").asInt()).isEqualTo(code);
    assertThat(status.path("error").asInt()).isEqualTo(code);
    assertThat(status.path("error_text").asText()).isNotBlank();
    assertThat(caller.status(task).path("error").asInt(-1)).isZero();
    assertThat(vendor.creates()).isEqualTo(1);
  }

  @Test
  void item_2_the_api_takes_the_token_in_the_body() throws Exception {
    String body = APRIL.replace("{", "{\"token\": \"" + AltcraftSimulator.DEMO_TOKEN + "\", ");

    JsonNode answer = caller.with("").post("forms/fills", body);

    assertThat(answer.path("error").asInt(-1)).isZero();
  }

  @Test
  void item_2_the_download_takes_only_the_bearer_token() throws Exception {
    String path = finished(caller);

    HttpResponse<byte[]> without =
        caller
            .with("")
            .send(
                "GET",
                path + "?token=" + AltcraftSimulator.DEMO_TOKEN,
                "{\"token\": \"" + AltcraftSimulator.DEMO_TOKEN + "\"}",
                "application/json");

    assertThat(without.statusCode()).isEqualTo(401);
    assertThat(json(without).path("error").asInt()).isEqualTo(401);
    assertThat(caller.get(path).body()).startsWith('P', 'K');
  }

  @ParameterizedTest
  @ValueSource(ints = {403, 200})
  void item_2_a_refused_download_may_have_another_http_status(int http) throws Exception {
    String path = finished(caller);
    vendor.downloadRefusal(http);

    HttpResponse<byte[]> answer = caller.with("wrong").get(path);

    assertThat(answer.statusCode()).isEqualTo(http);
    assertThat(json(answer).path("error").asInt()).isEqualTo(401);
  }

  @Test
  void item_2_a_dead_file_is_a_json_error_with_http_200() throws Exception {
    String path = finished(caller);
    vendor.deadFiles(true);

    HttpResponse<byte[]> answer = caller.get(path);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type").orElse("")).contains("json");
    assertThat(json(answer).path("error").asInt()).isNotZero();
  }

  @Test
  void item_13_a_double_slash_leads_nowhere() throws Exception {
    AltcraftCaller careless = caller.at(caller.base() + "/");

    assertThat(careless.get("/api/v1.1/tasks/status").statusCode()).isEqualTo(404);
    assertThat(careless.get("/api/download/forms/a/b.zip").statusCode()).isEqualTo(404);
  }

  @Test
  void item_13_everything_is_behind_the_path_prefix() throws Exception {
    vendor.pathPrefix("/platform/one");

    String path = finished(caller.at(caller.base() + "/platform/one"));

    assertThat(caller.at(caller.base() + "/platform/one").get(path).body()).startsWith('P', 'K');
    assertThat(caller.get(path).statusCode()).isEqualTo(404);
  }

  @Test
  void item_13_a_certificate_of_its_own_is_trusted_only_by_those_who_know_it(@TempDir Path folder)
      throws Exception {
    OwnCertificate certificate = OwnCertificate.make(folder);
    try (AltcraftSimulator secure = new AltcraftSimulator(clock, 0, certificate.server())) {
      secure.start();
      AltcraftCaller stranger = AltcraftCaller.of(secure);
      AltcraftCaller friend =
          new AltcraftCaller(
              HttpClient.newBuilder().sslContext(certificate.client()).build(),
              stranger.base(),
              stranger.token());

      assertThat(secure.uri().getScheme()).isEqualTo("https");
      assertThat(friend.create()).isNotBlank();
      assertThatThrownBy(stranger::create).isInstanceOf(SSLHandshakeException.class);
    }
  }

  @Test
  void item_14_a_token_may_be_revoked_between_status_and_download() throws Exception {
    String path = finished(caller);
    vendor.allow("fresh");

    vendor.revoke(AltcraftSimulator.DEMO_TOKEN);

    assertThat(caller.get(path).statusCode()).isEqualTo(401);
    assertThat(caller.status("any").path("error").asInt()).isEqualTo(401);
    assertThat(caller.with("fresh").get(path).body()).startsWith('P', 'K');
  }

  @ParameterizedTest
  @ValueSource(strings = {"forms/fills", "tasks/status", "profiles/get_all"})
  void item_15_get_on_an_api_method_is_refused(String method) throws Exception {
    HttpResponse<byte[]> answer = caller.get("/api/v1.1/" + method);

    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.headers().firstValue("Allow")).contains("POST");
  }

  @Test
  void item_15_post_on_the_download_is_refused() throws Exception {
    HttpResponse<byte[]> answer = caller.send("POST", finished(caller), "{}", "application/json");

    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.headers().firstValue("Allow")).contains("GET");
  }
}
