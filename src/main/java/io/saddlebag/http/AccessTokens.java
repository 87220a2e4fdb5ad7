package io.saddlebag.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddlebag.export.Connection;
import io.saddlebag.run.StepFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.http.HttpConstants;

/**
 * The bean {@code tokens}: OAuth2 access tokens of connections whose {@code authorization} is
 * {@code oauth2}. A token lives in memory only, is renewed after four fifths of its life, and once
 * more when the vendor refuses it (Alida's sheet, section 4). Thread-safe.
 */
public final class AccessTokens {
  /** How old the token of the call is. */
  static final String AGE = "tokenAge";

  /**
   * Whether this very exchange fetched a token: a later call of it must not take that for an old
   * one.
   */
  private static final String FETCHED = "tokenFetched";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration UNSTATED_LIFE = Duration.ofMinutes(5);
  private static final Duration LONGEST_LIFE = Duration.ofDays(30);

  private final RunConnection connections;
  private final Redactor redactor;
  private final Clock clock;
  private final Map<String, Token> kept = new ConcurrentHashMap<>();

  private record Token(String value, Instant renewAt) {
    @Override
    public String toString() {
      return "token until " + renewAt;
    }
  }

  /** Tokens for the runs' connections; the redactor learns each. */
  public AccessTokens(RunConnection connections, Redactor redactor, Clock clock) {
    this.connections = connections;
    this.redactor = redactor;
    this.clock = clock;
  }

  /**
   * Sets {@code tokenAge}: {@code none} where none is needed, {@code kept}, {@code fresh} or {@code
   * missing}.
   */
  public void look(Exchange exchange) {
    Connection connection = connections.of(exchange);
    boolean needed = Authorization.kindOf(connection) == Authorization.OAUTH2;
    boolean there = needed && find(connection).isPresent();
    boolean fresh = exchange.getVariable(FETCHED, false, Boolean.class);
    exchange.setVariable(AGE, !needed ? "none" : !there ? "missing" : fresh ? "fresh" : "kept");
  }

  /** Fills the message with the request for a token. */
  public void prepare(Exchange exchange) {
    Connection connection = connections.of(exchange);
    String pair = connection.get("client-id") + ":" + connection.get("client-secret");
    Message message = exchange.getMessage();
    message.removeHeaders("*");
    VendorRequest.target(
        message,
        connection.server(),
        connection.find("token-path").orElse("/oauth2/token"),
        connection);
    message.setHeader(HttpConstants.HTTP_METHOD, "POST");
    message.setHeader("Accept", "application/json");
    message.setHeader(
        "Authorization",
        "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
    connection.find("api-key").ifPresent(key -> message.setHeader("x-api-key", key));
    message.setHeader(Exchange.CONTENT_TYPE, "application/x-www-form-urlencoded");
    message.setBody("grant_type=client_credentials".getBytes(StandardCharsets.US_ASCII));
  }

  /** Keeps the token in the body. */
  public void keep(Exchange exchange) throws IOException {
    Connection connection = connections.of(exchange);
    JsonNode answer = JSON.readTree(exchange.getMessage().getBody(String.class));
    String value = answer.path("access_token").asText().strip();
    exchange.getMessage().removeHeaders("*");
    exchange.getMessage().setBody(null);
    if (!value.matches("[\\x21-\\x7E]+")) {
      throw new StepFailure.NotSent(
          "BAD_ANSWER",
          "the vendor's token endpoint answered with an access_token that cannot be one",
          null);
    }
    redactor.learn(List.of(value));
    long said = answer.path("expires_in").asLong(UNSTATED_LIFE.toSeconds());
    long seconds = said <= 0 ? UNSTATED_LIFE.toSeconds() : Math.min(said, LONGEST_LIFE.toSeconds());
    kept.put(key(connection), new Token(value, clock.instant().plusMillis(seconds * 800)));
    exchange.setVariable(AGE, "fresh");
    exchange.setVariable(FETCHED, true);
  }

  /** The token for a call over this connection. */
  Optional<String> find(Connection connection) {
    return Optional.ofNullable(kept.get(key(connection)))
        .filter(token -> clock.instant().isBefore(token.renewAt()))
        .map(Token::value);
  }

  /**
   * After a 401: forgets a token that was kept from earlier, so that the step is tried once more
   * with a fresh one; does nothing when the fresh one was refused.
   */
  void refused(Exchange exchange) {
    if ("kept".equals(exchange.getVariable(AGE, String.class))) {
      kept.remove(key(connections.of(exchange)));
      throw new StepFailure.NotSent(
          "TOKEN_EXPIRED",
          "the vendor no longer accepts the access token; a fresh one is fetched",
          Duration.ZERO);
    }
  }

  /** Another account, or a rotated secret, gets a token of its own. */
  private static String key(Connection connection) {
    return String.join(
        "\n",
        connection.server().toString(),
        connection.get("client-id"),
        connection.get("client-secret"));
  }
}
