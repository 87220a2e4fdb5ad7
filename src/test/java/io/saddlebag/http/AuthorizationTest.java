package io.saddlebag.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.TestClock;
import io.saddlebag.export.Connection;
import io.saddlebag.export.Connections;
import io.saddlebag.export.Kamelets;
import io.saddlebag.run.Ledger;
import io.saddlebag.run.LedgerSettings;
import io.saddlebag.run.RunVariables;
import io.saddlebag.run.StepFailure;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorizationTest {
  @TempDir Path folder;
  private final CamelContext camel = new DefaultCamelContext(false);
  private Ledger ledger;
  private final Properties properties = new Properties();
  private final TestClock clock = new TestClock(Instant.parse("2026-11-24T10:00:00Z"));
  private final Redactor redactor = new Redactor();
  private RunConnection connections;
  private AccessTokens tokens;

  @AfterEach
  void closeLedger() {
    ledger.close();
  }

  @BeforeEach
  void connect() {
    ledger =
        Ledger.open(new LedgerSettings("jdbc:sqlite:" + folder.resolve("ledger.db"), null, null));
    properties.putAll(
        Map.of(
            "c.server", "https://api.example.org/x",
            "c.community", "demo",
            "c.client-id", "me",
            "c.client-secret", "client-secret-1"));
    camel.getPropertiesComponent().setOverrideProperties(properties);
    camel.build();
    connections =
        new RunConnection(
            new Connections(camel, new Kamelets(List.of(Path.of("routes/vendors")))), redactor);
    VendorCalls calls =
        new VendorCalls(new CredentialGuard(ledger.credentials(), clock), ledger.budgets(), clock);
    tokens = new AccessTokens(connections, calls, redactor, clock);
  }

  private static Connection connection(String authorization, String secret) {
    return new Connection(
        "c",
        Map.of(
            "authorization", authorization,
            "user", "u",
            "password", secret,
            "token", secret,
            "api-key", secret));
  }

  private Exchange exchange(String body) {
    Exchange exchange = new DefaultExchange(camel);
    exchange.setVariable(RunVariables.CONNECTION, "c");
    exchange.setVariable(RunVariables.KAMELET, "alida-activity-export-source");
    exchange.getMessage().setBody(body);
    return exchange;
  }

  private String look() {
    Exchange exchange = exchange("");
    tokens.look(exchange);
    return exchange.getVariable(AccessTokens.AGE, String.class);
  }

  @ParameterizedTest
  @CsvSource({
    "basic, Authorization, Basic dTpz",
    "bearer, Authorization, Bearer s",
    "body, Authorization, Bearer s",
    "api-key, x-api-key, s",
    "user-api-key, Authorization, ApiKey u:s",
    "digest, SaddlebagDigestCredentials, u:s"
  })
  void each_way_has_its_header(String authorization, String header, String value) {
    assertThat(Authorization.credentials(connection(authorization, "s"), tokens))
        .containsExactly(new Authorization.Credential(header, value));
  }

  @Test
  void a_connection_without_a_way_sends_nothing_and_an_unknown_way_is_no_such() {
    assertThat(Authorization.credentials(connection("none", "s"), tokens)).isEmpty();
    assertThat(Authorization.credentials(new Connection("c", Map.of()), tokens)).isEmpty();
    assertThatThrownBy(() -> Authorization.credentials(connection("Bearer", "s"), tokens))
        .hasMessageContaining("c.authorization")
        .hasMessageContaining("\"Bearer\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\r\nX-Evil: 1", "\u0442oken", "caf\u00E9", "tab\t"})
  void a_secret_that_cannot_stand_in_a_header_is_named_and_not_shown(String secret) {
    assertThatThrownBy(() -> Authorization.credentials(connection("bearer", secret), tokens))
        .hasMessageContaining("connection c")
        .hasMessageNotContaining(secret);
    assertThat(Authorization.credentials(connection("basic", secret), tokens)).hasSize(1);
    assertThat(Authorization.credentials(connection("digest", secret), tokens)).hasSize(1);
  }

  @Test
  void a_credential_prints_no_value() {
    assertThat(new Authorization.Credential("x-api-key", "secret-value"))
        .hasToString("x-api-key: ***");
  }

  @Test
  void a_token_is_asked_for_with_the_clients_secret_at_the_connections_server() {
    Exchange exchange = exchange("");

    tokens.prepare(exchange);

    assertThat(exchange.getMessage().getHeaders())
        .containsEntry("CamelHttpUri", "https://api.example.org")
        .containsEntry(VendorHttpClient.EXACT_TARGET, "/x/oauth2/token")
        .containsEntry("CamelHttpMethod", "POST")
        .containsEntry("Authorization", "Basic bWU6Y2xpZW50LXNlY3JldC0x");
    assertThat(new String(exchange.getMessage().getBody(byte[].class), StandardCharsets.UTF_8))
        .isEqualTo("grant_type=client_credentials");
  }

  @Test
  void a_token_is_kept_for_four_fifths_of_its_life_and_is_a_secret() throws Exception {
    assertThat(look()).isEqualTo("missing");

    tokens.keep(exchange("{\"access_token\": \"token-of-today\", \"expires_in\": 100}"));

    assertThat(look()).isEqualTo("kept");
    assertThat(Authorization.credentials(connections.of(exchange("")), tokens))
        .containsExactly(new Authorization.Credential("Authorization", "Bearer token-of-today"));
    assertThat(redactor.redact("x token-of-today y")).isEqualTo("x *** y");
    clock.advance(Duration.ofSeconds(79));
    assertThat(look()).isEqualTo("kept");
    clock.advance(Duration.ofSeconds(1));
    assertThat(look()).isEqualTo("missing");
  }

  @Test
  void another_secret_gets_a_token_of_its_own() throws Exception {
    tokens.keep(exchange("{\"access_token\": \"token-of-today\"}"));
    properties.put("c.client-secret", "client-secret-2");

    assertThat(look()).isEqualTo("missing");
  }

  @Test
  void an_answer_without_a_token_proves_that_nothing_was_ordered() {
    assertThatThrownBy(() -> tokens.keep(exchange("{\"error\": \"invalid_client\"}")))
        .isInstanceOf(StepFailure.NotSent.class);
  }

  @Test
  void a_kept_token_that_is_refused_is_forgotten_and_a_fresh_one_is_not() throws Exception {
    tokens.keep(exchange("{\"access_token\": \"token-of-today\"}"));
    Exchange withFresh = exchange("");
    withFresh.setVariable(AccessTokens.AGE, "fresh");
    tokens.refused(withFresh);
    assertThat(look()).isEqualTo("kept");

    Exchange withKept = exchange("");
    withKept.setVariable(AccessTokens.AGE, "kept");
    assertThatThrownBy(() -> tokens.refused(withKept)).isInstanceOf(StepFailure.NotSent.class);
    assertThat(look()).isEqualTo("missing");
  }

  @Test
  void while_one_run_renews_a_token_the_others_go_on_with_the_old_one() throws Exception {
    tokens.keep(exchange("{\"access_token\": \"token-of-today\", \"expires_in\": 100}"));
    clock.advance(Duration.ofSeconds(85));

    assertThat(look()).isEqualTo("missing");
    assertThat(look()).isEqualTo("kept");
    assertThat(look()).isEqualTo("kept");

    tokens.keep(exchange("{\"access_token\": \"token-of-tomorrow\", \"expires_in\": 100}"));
    assertThat(look()).isEqualTo("kept");
  }
}
