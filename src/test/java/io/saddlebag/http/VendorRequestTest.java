package io.saddlebag.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.run.RunVariables;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.component.http.HttpConstants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The message that goes to a vendor's API, from what a route says. */
class VendorRequestTest {
  @TempDir Path folder;
  private CarriedRun run;

  @AfterEach
  void end() {
    run.close();
  }

  private Exchange surveys() {
    run =
        new CarriedRun(
            folder,
            Map.of(
                "server",
                "https://hq.example.org/app",
                "workspace",
                "primary",
                "user",
                "u",
                "password",
                "p"));
    return run.exchange("survey-solutions-export-source");
  }

  private Exchange forms() {
    run =
        new CarriedRun(
            folder,
            Map.of(
                "server",
                "https://forms.example.org",
                "token",
                "planted-token",
                "authorization",
                "body"));
    return run.exchange("altcraft-form-fills-source");
  }

  private void prepare(Exchange exchange) {
    new VendorRequest(run.connections, run.tokens, run.calls).prepare(exchange);
  }

  private static String body(Exchange exchange) {
    return new String(exchange.getMessage().getBody(byte[].class), StandardCharsets.UTF_8);
  }

  @Test
  void a_get_has_a_target_and_credentials_and_no_body() {
    Exchange exchange = surveys();
    exchange.getMessage().setHeader("left", "over");
    exchange.getMessage().setBody("left over");
    exchange.setVariable(RunVariables.HTTP_STATUS, 200);
    exchange.setVariable("request", "GET /{connection.workspace}/api/v2/export/{jobId}");
    exchange.setVariable("jobId", "a b");

    prepare(exchange);

    Map<String, Object> headers = exchange.getMessage().getHeaders();
    assertThat(headers)
        .containsEntry(HttpConstants.HTTP_METHOD, "GET")
        .containsEntry(HttpConstants.HTTP_URI, "https://hq.example.org")
        .containsEntry(VendorHttpClient.EXACT_TARGET, "/app/primary/api/v2/export/a%20b")
        .containsEntry("Accept", "application/json")
        .containsKey("Authorization")
        .doesNotContainKeys("left", Exchange.CONTENT_TYPE, FreshConnections.WANTED);
    assertThat(exchange.getMessage().getBody()).isNull();
    assertThat(exchange.getProperty(Exchange.SKIP_GZIP_ENCODING, Boolean.class)).isTrue();
    assertThat(exchange.getVariable("request")).isNull();
    assertThat(exchange.getVariable(RunVariables.HTTP_STATUS)).isNull();
    assertThat(exchange.getVariable("requestPath")).isEqualTo("/primary/api/v2/export/a%20b");
    assertThat(exchange.getVariable(VendorAnswer.CALL))
        .isEqualTo("GET /primary/api/v2/export/a%20b");
    assertThat(exchange.getVariable(RunVariables.REQUEST_SENT)).isNull();
  }

  @Test
  void a_post_carries_its_template_and_takes_it_away() {
    Exchange exchange = surveys();
    exchange.setVariable("request", "POST /api?x=1");
    exchange.setVariable("requestBody", "{\"id\": \"{jobId}\"}");
    exchange.setVariable("jobId", "7");

    prepare(exchange);

    assertThat(exchange.getMessage().getHeaders())
        .containsEntry(HttpConstants.HTTP_METHOD, "POST")
        .containsEntry(Exchange.CONTENT_TYPE, "application/json");
    assertThat(body(exchange)).isEqualTo("{\"id\":\"7\"}");
    assertThat(exchange.getVariable("requestBody")).isNull();
    assertThat(exchange.getVariable("requestPath")).isEqualTo("/api");
    assertThat(exchange.getVariable(RunVariables.REQUEST_SENT)).isEqualTo(true);
  }

  @Test
  void whatever_a_create_step_sends_goes_over_a_fresh_connection() {
    Exchange exchange = surveys();
    exchange.setVariable(RunVariables.RUN_STATE, "REQUESTED");
    exchange.setVariable("request", "GET /order-by-get");

    prepare(exchange);

    assertThat(exchange.getMessage().getHeader(FreshConnections.WANTED)).isEqualTo(true);
  }

  @Test
  void a_token_in_the_body_is_in_no_header() {
    Exchange exchange = forms();
    exchange.setVariable("request", "POST /api/v1.1/x");
    exchange.setVariable("requestBody", "{\"form_id\": 3}");

    prepare(exchange);

    assertThat(body(exchange)).contains("\"token\":\"planted-token\"").contains("\"form_id\":3");
    assertThat(exchange.getMessage().getHeaders()).doesNotContainKey("Authorization");
    assertThat(exchange.getMessage().getHeaders().values().toString())
        .doesNotContain("planted-token");
  }

  @Test
  void xml_is_sent_and_asked_for_where_the_route_says_so() {
    Exchange exchange = forms();
    exchange.setVariable("request", "POST /api/v1.1/x");
    exchange.setVariable("requestFormat", "xml");
    exchange.setVariable("requestBody", "{\"form_id\": 3}");

    prepare(exchange);

    assertThat(exchange.getMessage().getHeaders())
        .containsEntry("Accept", "application/xml")
        .containsEntry(Exchange.CONTENT_TYPE, "application/xml");
    assertThat(body(exchange))
        .isEqualTo("<xml><form_id>3</form_id><token>planted-token</token></xml>");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "GET", "/path"})
  void a_request_that_is_none_is_told_to_the_route(String request) {
    Exchange exchange = surveys();
    exchange.setVariable("request", request);

    assertThatThrownBy(() -> prepare(exchange))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("<METHOD> <target>");
  }
}
