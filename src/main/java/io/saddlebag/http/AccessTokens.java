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
import java.util.HashMap;
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

  /** The token that an exchange goes on with, so that a newer one is not taken for refused. */
  private static final String USED = "SaddlebagToken";

  /** How long one exchange waits for the token that another one fetches. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final RunConnection connections;
  private final VendorCalls calls;
  private final Redactor redactor;
  private final Clock clock;
  private final Map<String, Token> kept = new ConcurrentHashMap<>();

  /** Who fetches a token at this moment; guarded by itself. */
  private final Map<String, Fetch> fetches = new HashMap<>();

  private record Fetch(String owner, long begunAt) {}

  private record Token(String value, Instant renewAt, Instant endsAt) {
    @Override
    public String toString() {
      return "token until " + endsAt;
    }
  }

  /** Tokens for the runs' connections; the redactor learns each. */
  public AccessTokens(
      RunConnection connections, VendorCalls calls, Redactor redactor, Clock clock) {
    this.connections = connections;
    this.calls = calls;
    this.redactor = redactor;
    this.clock = clock;
  }

  /**
   * Sets {@code tokenAge}: {@code none} where none is needed, {@code kept}, {@code fresh} or {@code
   * missing}. One exchange at a time is told that a token is missing: while it fetches one, the
   * others go on with the old one as long as that lives, or wait for the new one.
   */
  public void look(Exchange exchange) {
    Connection connection = connections.of(exchange);
    if (Authorization.kindOf(connection) != Authorization.OAUTH2) {
      exchange.setVariable(AGE, "none");
      return;
    }
    String key = key(connection);
    boolean missing = missing(key, CredentialGuard.owner(exchange));
    boolean fresh = exchange.getVariable(FETCHED, false, Boolean.class);
    exchange.setProperty(USED, kept.get(key));
    exchange.setVariable(AGE, missing ? "missing" : fresh ? "fresh" : "kept");
  }

  private boolean missing(String key, String owner) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    synchronized (fetches) {
      while (true) {
        Token token = kept.get(key);
        Instant now = clock.instant();
        if (token != null && now.isBefore(token.renewAt())) {
          return false;
        }
        long at = System.nanoTime();
        Fetch fetch = fetches.get(key);
        if (fetch == null
            || fetch.owner().equals(owner)
            || at - fetch.begunAt() > PATIENCE.toNanos()) {
          fetches.put(key, new Fetch(owner, at));
          return true;
        }
        if (token != null && now.isBefore(token.endsAt())) {
          return false;
        }
        waitUntil(end);
      }
    }
  }

  private void waitUntil(long end) {
    long left = (end - System.nanoTime()) / 1_000_000;
    try {
      if (left > 0) {
        fetches.wait(left);
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new StepFailure.Held(
        "the access token that another run has asked for", Duration.ofSeconds(1));
  }

  /** The token that was asked for is there, or will not come. */
  void fetched(Exchange exchange) {
    synchronized (fetches) {
      fetches.remove(key(connections.of(exchange)));
      fetches.notifyAll();
    }
  }

  /** Fills the message with the request for a token. */
  public void prepare(Exchange exchange) {
    Connection connection = connections.of(exchange);
    String pair = connection.get("client-id") + ":" + connection.get("client-secret");
    try {
      calls.before(exchange, connection);
    } catch (RuntimeException e) {
      fetched(exchange);
      throw e;
    }
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
    Instant now = clock.instant();
    Token token = new Token(value, now.plusMillis(seconds * 800), now.plusMillis(seconds * 950));
    kept.put(key(connection), token);
    exchange.setProperty(USED, token);
    fetched(exchange);
    exchange.setVariable(AGE, "fresh");
    exchange.setVariable(FETCHED, true);
  }

  /** The token for a call over this connection. */
  Optional<String> find(Connection connection) {
    return Optional.ofNullable(kept.get(key(connection)))
        .filter(token -> clock.instant().isBefore(token.endsAt()))
        .map(Token::value);
  }

  /**
   * After a 401: forgets a token that was kept from earlier, so that the step is tried once more
   * with a fresh one; does nothing when the fresh one was refused.
   */
  void refused(Exchange exchange) {
    if ("kept".equals(exchange.getVariable(AGE, String.class))) {
      Token used = exchange.getProperty(USED, Token.class);
      String key = key(connections.of(exchange));
      if (used == null) {
        kept.remove(key);
      } else {
        kept.remove(key, used);
      }
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
