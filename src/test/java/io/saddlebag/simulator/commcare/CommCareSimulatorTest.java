package io.saddlebag.simulator.commcare;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.TestClock;
import io.saddlebag.simulator.Fault;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the played server does by itself; the numbers are those of section 8 of its sheet. */
class CommCareSimulatorTest {
  private static final String FORMS = "/a/demo/reports/export/";
  private static final String TAG =
      "export_tag=%22http%3A%2F%2Fopenrosa.org%2Fformdesigner%2Fhousehold%22";
  private static final String SAVED =
      "/a/demo/data/export/custom/dailysaved/download/" + CommCareSimulator.DEMO_SAVED + "/";

  private final HttpClient client = HttpClient.newHttpClient();
  private final TestClock clock = new TestClock(java.time.Instant.parse("2026-03-01T00:00:00Z"));
  private CommCareSimulator vendor;

  @BeforeEach
  void start() {
    vendor = new CommCareSimulator(clock, 0);
    vendor.start();
  }

  @AfterEach
  void stop() {
    vendor.close();
  }

  private HttpResponse<String> send(String method, String target, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(vendor.uri() + target))
            .method(method, HttpRequest.BodyPublishers.noBody());
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private String challenge(String target) throws Exception {
    return send("GET", target).headers().firstValue("WWW-Authenticate").orElseThrow();
  }

  private static String answer(String challenge, String target, String password, int count)
      throws Exception {
    String nonce = field(challenge, "nonce");
    String first = md5(CommCareSimulator.DEMO_USER + ":DJANGO:" + password);
    String second = md5("GET:" + target);
    String nc = "%08x".formatted(count);
    String response = md5(first + ":" + nonce + ":" + nc + ":c0ffee:auth:" + second);
    return "Digest username=\""
        + CommCareSimulator.DEMO_USER
        + "\", realm=\"DJANGO\", nonce=\""
        + nonce
        + "\", uri=\""
        + target
        + "\", response=\""
        + response
        + "\", qop=auth, nc="
        + nc
        + ", cnonce=\"c0ffee\", algorithm=MD5, opaque=\""
        + field(challenge, "opaque")
        + "\"";
  }

  private static String field(String challenge, String name) {
    Matcher matcher = Pattern.compile(name + "=\"([^\"]*)\"").matcher(challenge);
    assertThat(matcher.find()).isTrue();
    return matcher.group(1);
  }

  private static String md5(String text) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  private HttpResponse<String> get(String target) throws Exception {
    return send(
        "GET",
        target,
        "Authorization",
        answer(challenge(target), target, CommCareSimulator.DEMO_PASSWORD, 1));
  }

  @ParameterizedTest
  @CsvSource({
    "export_tag=%22http://openrosa.org/formdesigner/household%22, 200",
    "export_tag=http://openrosa.org/formdesigner/household, 400",
    "format=csv, 302"
  })
  void item_1_the_quotes_are_part_of_the_value(String query, int status) throws Exception {
    assertThat(get(FORMS + "?" + query).statusCode()).isEqualTo(status);
  }

  @Test
  void item_2_no_data_honours_next_and_has_no_token() throws Exception {
    HttpResponse<String> nothing = get(FORMS + "?format=csv&next=/elsewhere/");

    assertThat(nothing.headers().firstValue("Location")).hasValue("/elsewhere/");
    assertThat(nothing.headers().firstValue("X-CommCareHQ-Export-Token")).isEmpty();
  }

  @Test
  void item_9_an_unknown_format_counts_only_when_there_is_data() throws Exception {
    assertThat(get(FORMS + "?" + TAG + "&format=CSV").statusCode()).isEqualTo(400);
    assertThat(get(FORMS + "?format=CSV").statusCode()).isEqualTo(302);
    assertThat(get("/a/demo/reports/download/cases/?format=CSV").statusCode()).isEqualTo(200);
  }

  @Test
  void item_10_include_closed_is_json() throws Exception {
    assertThat(get("/a/demo/reports/download/cases/?include_closed=True").statusCode())
        .isEqualTo(500);
  }

  @Test
  void item_14_a_nonce_is_first_used_within_five_minutes_and_its_count_only_rises()
      throws Exception {
    String target = FORMS + "?" + TAG;
    String challenge = challenge(target);
    assertThat(challenge).contains("stale=\"false\"").contains("algorithm=\"MD5\"");
    String password = CommCareSimulator.DEMO_PASSWORD;

    assertThat(
            send("GET", target, "Authorization", answer(challenge, target, password, 1))
                .statusCode())
        .isEqualTo(200);
    clock.advance(Duration.ofMinutes(6));
    assertThat(
            send("GET", target, "Authorization", answer(challenge, target, password, 2))
                .statusCode())
        .isEqualTo(200);
    assertThat(
            send("GET", target, "Authorization", answer(challenge, target, password, 2))
                .statusCode())
        .isEqualTo(401);

    String late = challenge(target);
    clock.advance(Duration.ofMinutes(6));
    HttpResponse<String> refused =
        send("GET", target, "Authorization", answer(late, target, password, 1));
    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(refused.headers().firstValue("WWW-Authenticate").orElseThrow())
        .contains("stale=\"false\"");
  }

  @Test
  void item_14_five_wrong_digests_lock_the_account_without_a_challenge() throws Exception {
    for (int i = 0; i < 5; i++) {
      send("GET", FORMS, "Authorization", answer(challenge(FORMS), FORMS, "wrong", 1));
    }
    HttpResponse<String> locked = send("GET", FORMS);

    assertThat(vendor.lockedOut()).isTrue();
    assertThat(locked.statusCode()).isEqualTo(401);
    assertThat(locked.body()).contains("maximum password attempts exceeded");
    assertThat(locked.headers().firstValue("WWW-Authenticate")).isEmpty();
  }

  @Test
  void item_16_and_17_the_web_pages_want_a_session_and_are_ready_before_there_is_a_file()
      throws Exception {
    HttpResponse<String> key =
        send(
            "GET",
            "/a/demo/data/export/poll_custom_export_download/?download_id=dl-1",
            "Authorization",
            "ApiKey " + CommCareSimulator.DEMO_USER + ":" + CommCareSimulator.DEMO_API_KEY);
    assertThat(key.statusCode()).isEqualTo(302);
    assertThat(key.headers().firstValue("Location").orElseThrow()).contains("/login/?next=");

    String prepare = "/a/demo/data/export/prepare_custom_export/";
    String cookie = UiExports.SESSION;
    assertThat(send("POST", prepare, "Cookie", cookie).statusCode()).isEqualTo(403);
    HttpResponse<String> error = send("POST", prepare, "Cookie", cookie, "X-CSRFToken", "token");
    assertThat(error.statusCode()).isEqualTo(200);
    assertThat(error.body()).contains("\"error\"");
    HttpResponse<String> unknown =
        send(
            "GET",
            "/a/demo/data/export/poll_custom_export_download/?download_id=dl-none",
            "Cookie",
            cookie);
    assertThat(unknown.statusCode()).isEqualTo(200);
    assertThat(unknown.body()).contains("\"is_ready\":false");
  }

  @Test
  void item_18_a_saved_export_answers_ranges_and_gives_no_validators() throws Exception {
    String key = "ApiKey " + CommCareSimulator.DEMO_USER + ":" + CommCareSimulator.DEMO_API_KEY;
    HttpResponse<String> part = send("GET", SAVED, "Authorization", key, "Range", "bytes=10-");
    HttpResponse<String> beyond =
        send("GET", SAVED, "Authorization", key, "Range", "bytes=9999999-");

    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(part.headers().firstValue("ETag")).isEmpty();
    assertThat(part.headers().firstValue("Last-Modified")).isEmpty();
    assertThat(beyond.statusCode()).isEqualTo(416);
    assertThat(beyond.headers().firstValue("Content-Range")).isEmpty();
  }

  @Test
  void item_18_a_wrong_key_and_a_wrong_password_look_different() throws Exception {
    HttpResponse<String> key = send("GET", SAVED, "Authorization", "ApiKey a:b");
    HttpResponse<String> basic =
        send(
            "GET",
            SAVED,
            "Authorization",
            "Basic " + Base64.getEncoder().encodeToString("a:b".getBytes(StandardCharsets.UTF_8)));

    assertThat(key.headers().firstValue("WWW-Authenticate")).isEmpty();
    assertThat(basic.headers().firstValue("WWW-Authenticate")).hasValue("Basic realm=\"\"");
  }

  @Test
  void item_19_a_list_can_be_told_to_answer_429_with_a_float() throws Exception {
    vendor.faults().next(1, "GET", "/a/demo/api/.*", Fault.retryAfter(429, "1.3"));

    assertThat(send("GET", "/a/demo/api/v0.5/group/").headers().firstValue("Retry-After"))
        .hasValue("1.3");
  }

  @Test
  void item_20_head_a_missing_slash_and_plain_http() throws Exception {
    String key = "ApiKey " + CommCareSimulator.DEMO_USER + ":" + CommCareSimulator.DEMO_API_KEY;

    assertThat(send("HEAD", SAVED, "Authorization", key).statusCode()).isEqualTo(405);
    assertThat(send("GET", "/a/demo/reports/export").statusCode()).isEqualTo(301);
    vendor.httpsOnly(true);
    assertThat(send("GET", SAVED).headers().firstValue("Location").orElseThrow())
        .startsWith("https://");
  }
}
