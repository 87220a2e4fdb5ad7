package io.saddlebag.http;

import io.saddlebag.run.Printable;
import io.saddlebag.run.RunVariables;
import io.saddlebag.run.StepFailure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Locale;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/**
 * The bean {@code vendorAnswer}: judges what the vendor's API answered. A success leaves JSON text
 * in the body and the status code in the variable {@code httpStatus}; everything else is a failure
 * with a name. A route that wants to judge some codes itself lists them in the variable {@code
 * acceptStatus}, for example {@code 404}; the path of a redirect and the first words of the answer
 * are then in {@code httpLocation} and {@code httpText}.
 */
public final class VendorAnswer {
  private static final int LONGEST_ANSWER = 8 << 20;
  private static final int LONGEST_REFUSAL = 64 << 10;

  private final AccessTokens tokens;
  private final Redactor redactor;
  private final Clock clock;

  /** Judges with this clock; what is quoted goes through the redactor. */
  public VendorAnswer(AccessTokens tokens, Redactor redactor, Clock clock) {
    this.tokens = tokens;
    this.redactor = redactor;
    this.clock = clock;
  }

  /** Throws a named failure, or leaves JSON text in the body. */
  public void check(Exchange exchange) throws IOException {
    Message message = exchange.getMessage();
    int status = message.getHeader(Exchange.HTTP_RESPONSE_CODE, 0, Integer.class);
    String accepted = exchange.getVariable("acceptStatus", "", String.class);
    exchange.removeVariable("acceptStatus");
    String type =
        message.getHeader(Exchange.CONTENT_TYPE, "", String.class).toLowerCase(Locale.ROOT);
    boolean success = status >= 200 && status < 300;
    // Before the answer is read: one that breaks off was given all the same.
    exchange.setVariable(RunVariables.HTTP_STATUS, status);
    String text = read(message, success ? LONGEST_ANSWER : LONGEST_REFUSAL, success);
    if (!success && Arrays.asList(accepted.split(",")).contains(String.valueOf(status))) {
      String location = message.getHeader("Location", String.class);
      exchange.setVariable("httpLocation", location == null ? null : Links.path(location));
      exchange.setVariable("httpText", redactor.redact(Printable.excerpt(text)));
      message.setBody("{}");
    } else if (success) {
      message.setBody(json(text, type));
    } else {
      if (status == 401) {
        tokens.refused(exchange);
      }
      throw refusal(message, status, text);
    }
  }

  private static String json(String text, String type) throws IOException {
    if (looksLikeHtml(text, type)) {
      throw new StepFailure.Rejected(
          "LOGIN_PAGE",
          "the vendor answered with an HTML page instead of data, as a login page or a proxy does; see"
              + " that the connection's server address is the API's and that the account may use it");
    }
    if (text.isBlank()) {
      return "{}";
    }
    return type.contains("xml") ? VendorRequest.xmlToJson(text) : text;
  }

  private StepFailure refusal(Message message, int status, String text) {
    String retryAfter = message.getHeader("Retry-After", String.class);
    @Nullable Duration wait = RetryAfter.parse(retryAfter, clock.instant());
    String said = text.isBlank() ? "" : ", saying: " + redactor.redact(Printable.excerpt(text));
    if (status == 429
        || (status >= 400
            && "0".equals(message.getHeader("X-RateLimit-Remaining", String.class)))) {
      boolean hourly = wait == null && message.getHeader("X-RateLimit-Remaining") != null;
      return new StepFailure.NotSent(
          "RATE_LIMITED",
          "the vendor's limit of calls is used up (" + status + ")",
          hourly ? untilNextHour() : wait);
    }
    if (status == 425) {
      return new StepFailure.NotSent(
          "VENDOR_UNAVAILABLE", "the vendor did not take the request so early (425)", wait);
    }
    if (status == 503) {
      // A proxy says so, too, while the vendor behind it works on the request.
      return new StepFailure.RetryLater(
          "VENDOR_UNAVAILABLE", "the vendor says that it is not available now (503)", wait);
    }
    if (status >= 500 || status == 408) {
      return new StepFailure.RetryLater(
          "VENDOR_ERROR", "the vendor answered with status " + status + said, wait);
    }
    return ending(message, status, said);
  }

  private StepFailure ending(Message message, int status, String said) {
    if (status >= 300 && status < 400) {
      String location = message.getHeader("Location", "", String.class);
      return new StepFailure.Rejected(
          "REDIRECT_REFUSED",
          "the vendor's API redirects to "
              + redactor.redact(Printable.excerpt(location.replaceAll("\\?.*", "?…")))
              + ", which is not followed with credentials; see that the connection's server (and"
              + " workspace, if the vendor has them) is right");
    }
    return switch (status) {
      case 401 ->
          new StepFailure.Rejected(
              "UNAUTHORIZED",
              "the vendor does not accept the connection's credentials (401)"
                  + said
                  + "; it is not tried again, so that no account is locked: correct them, then run"
                  + " again");
      case 403 ->
          new StepFailure.Rejected(
              "FORBIDDEN",
              "the vendor does not allow this to the connection's account (403)"
                  + said
                  + "; see its role and rights at the vendor");
      case 404 ->
          new StepFailure.Rejected(
              "NOT_FOUND",
              "the vendor knows no such thing (404)"
                  + said
                  + "; see the ids in the export's parameters");
      default ->
          new StepFailure.Rejected(
              "REQUEST_REFUSED",
              "the vendor refused the request ("
                  + status
                  + ")"
                  + said
                  + "; see the export's parameters");
    };
  }

  private Duration untilNextHour() {
    Instant now = clock.instant();
    return Duration.between(now, now.truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.HOURS));
  }

  /** Whether a text is a web page. */
  static boolean looksLikeHtml(String text, String type) {
    String start =
        text.substring(0, Math.min(text.length(), 512))
            .replace("\uFEFF", "")
            .strip()
            .toLowerCase(Locale.ROOT);
    return type.contains("text/html")
        || start.startsWith("<!doctype html")
        || start.startsWith("<html");
  }

  /** Reads the body, up to a limit; more is refused when it matters and cut when it does not. */
  static String read(Message message, int most, boolean refuseMore) throws IOException {
    Object body = message.getBody();
    try (InputStream in =
        body instanceof InputStream stream ? stream : new ByteArrayInputStream(bytes(message))) {
      // From here on the stream is ours: Camel must not find it in the message and try to cache it.
      message.setBody(null);
      byte[] bytes = in.readNBytes(most + 1);
      if (bytes.length > most && refuseMore) {
        throw new StepFailure.Rejected(
            "ANSWER_TOO_LARGE",
            "the vendor's answer is longer than "
                + most
                + " bytes, which no status is; see that the connection's server is the API's");
      }
      if (bytes.length <= most) {
        in.readNBytes(1);
      }
      return new String(bytes, 0, Math.min(bytes.length, most), StandardCharsets.UTF_8);
    }
  }

  private static byte[] bytes(Message message) {
    byte[] bytes = message.getBody(byte[].class);
    return bytes == null ? new byte[0] : bytes;
  }
}
