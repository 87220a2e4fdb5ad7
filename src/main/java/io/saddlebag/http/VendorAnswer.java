package io.saddlebag.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.saddlebag.run.Printable;
import io.saddlebag.run.RunVariables;
import io.saddlebag.run.StepFailure;
import io.saddlebag.staging.ContentCoding;
import io.saddlebag.staging.ErrorDocument;
import io.saddlebag.staging.GzipStream;
import io.saddlebag.staging.JsonShape;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/**
 * The bean {@code vendorAnswer}: judges what the vendor's API answered. A success leaves JSON text
 * in the body and the status code in the variable {@code httpStatus}; everything else is a failure
 * with a name. A route that wants to judge some codes itself lists them in the variable {@code
 * acceptStatus}, for example {@code 404}; where a redirect leads (the path, with the host before it
 * when that is another one) and the first words of the answer are then in {@code httpLocation} and
 * {@code httpText}.
 *
 * <p>A success is a JSON object. The variable {@code answerShape} says what it must hold (see
 * {@link JsonShape}), or {@code array} for a list, or {@code none} where the answer says nothing
 * that the route reads. An answer that is none of that is unreadable, unless it is an error that
 * says what it is by its number.
 */
public final class VendorAnswer {
  private static final int LONGEST_ANSWER = 8 << 20;
  private static final int LONGEST_REFUSAL = 64 << 10;
  private static final int UNREADABLE = 5;
  private static final String TOKEN = "access_token:text";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern REFUSED_TOKEN =
      Pattern.compile("\"error\"\\s*:\\s*\"(invalid_client|invalid_grant|unauthorized_client)\"");

  /** Method and path of the request that is answered. */
  static final String CALL = "requestCall";

  private final RunConnection connections;
  private final AccessTokens tokens;
  private final CredentialGuard credentials;
  private final Redactor redactor;
  private final Clock clock;

  /** Judges with this clock; what is quoted goes through the redactor. */
  public VendorAnswer(
      RunConnection connections,
      AccessTokens tokens,
      CredentialGuard credentials,
      Redactor redactor,
      Clock clock) {
    this.connections = connections;
    this.tokens = tokens;
    this.credentials = credentials;
    this.redactor = redactor;
    this.clock = clock;
  }

  /** Throws a named failure, or leaves JSON text in the body. */
  public void check(Exchange exchange) throws IOException {
    String accepted = exchange.getVariable("acceptStatus", "", String.class);
    exchange.removeVariable("acceptStatus");
    String shape = exchange.getVariable("answerShape", "", String.class);
    exchange.removeVariable("answerShape");
    judge(exchange, accepted, shape);
  }

  /**
   * Throws a named failure, or leaves the answer of a token endpoint in the body. What the route
   * says of the request that needs the token is not of this one, and nothing of it is quoted.
   */
  public void checkToken(Exchange exchange) throws IOException {
    try {
      judge(exchange, "", TOKEN);
    } catch (IOException | RuntimeException e) {
      tokens.fetched(exchange);
      throw e;
    }
  }

  private void judge(Exchange exchange, String accepted, String shape) throws IOException {
    Message message = exchange.getMessage();
    int status = message.getHeader(Exchange.HTTP_RESPONSE_CODE, 0, Integer.class);
    String type =
        message.getHeader(Exchange.CONTENT_TYPE, "", String.class).toLowerCase(Locale.ROOT);
    boolean success = status >= 200 && status < 300;
    // Before the answer is read: one that breaks off was given all the same.
    exchange.setVariable(RunVariables.HTTP_STATUS, status);
    String text = read(message, success ? LONGEST_ANSWER : LONGEST_REFUSAL, success);
    if (!success && Arrays.asList(accepted.split(",")).contains(String.valueOf(status))) {
      exchange.setVariable("httpLocation", Redirects.shown(message, address(exchange)));
      exchange.setVariable("httpText", redactor.redact(Printable.excerpt(text)));
      message.setBody("{}");
    } else if (success) {
      boolean refused = refusedInside(exchange, text);
      message.setBody(json(exchange, text, type, shape));
      // A token that is handed out proves nothing until the API takes it.
      if (!refused && !shape.equals(TOKEN)) {
        credentials.accepted(exchange);
      }
    } else if (shape.equals(TOKEN)) {
      throw tokenRefusal(exchange, message, status, text);
    } else {
      if (status == 401) {
        tokens.refused(exchange);
      }
      credentials.refused(exchange, status, text);
      throw refusal(exchange, message, status, text);
    }
  }

  /** Vendors such as Altcraft refuse credentials inside an answer with a good status. */
  private boolean refusedInside(Exchange exchange, String text) {
    if (!credentials.mayBeRefused(exchange, text)) {
      return false;
    }
    try {
      String json = text.stripLeading().startsWith("<") ? VendorRequest.xmlToJson(text) : text;
      return ErrorDocument.of(JSON.readTree(json))
          .filter(error -> credentials.refused(exchange, error.code(), text))
          .isPresent();
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  /**
   * A token endpoint refuses credentials with 401, or with 400 and the name of the error:
   * https://www.rfc-editor.org/rfc/rfc6749#section-5.2
   */
  private StepFailure tokenRefusal(Exchange exchange, Message message, int status, String text) {
    boolean named = status == 400 && REFUSED_TOKEN.matcher(text).find();
    if (named) {
      credentials.refused(exchange);
    } else {
      credentials.refused(exchange, status, text);
    }
    return refusal(exchange, message, named ? 401 : status, text);
  }

  private String json(Exchange exchange, String text, String type, String shape) {
    if (looksLikeHtml(text, type)) {
      throw new StepFailure.Rejected(
          "LOGIN_PAGE",
          "the vendor answered with an HTML page instead of data, as a login page or a proxy does; see"
              + " that the connection's server address is the API's and that the account may use it");
    }
    boolean xml = type.contains("xml");
    try {
      String json = xml && !text.isBlank() ? VendorRequest.xmlToJson(text) : text;
      if (shape.equals("none")) {
        return json.isBlank() || !JSON.readTree(json).isObject() ? "{}" : json;
      }
      String fault = JsonShape.faultOfAnswer(json, shape);
      if (fault != null) {
        throw unreadable(exchange, JSON.readTree(json), fault, shape.equals(TOKEN) ? "" : text);
      }
      return json;
    } catch (JsonProcessingException e) {
      throw unreadable(
          exchange,
          MissingNode.getInstance(),
          xml ? "is no XML that can be read" : "is no JSON that can be read",
          shape.equals(TOKEN) ? "" : text);
    } catch (IOException e) {
      throw new UncheckedIOException("a text in memory must be readable", e);
    }
  }

  /** The address, without its query, whose answer is judged. */
  private String address(Exchange exchange) {
    return connections.of(exchange).server()
        + exchange.getVariable("requestPath", "", String.class);
  }

  /** An answer that has a good status and not what was asked for; its number may say why. */
  private StepFailure unreadable(Exchange exchange, JsonNode answer, String fault, String text) {
    ErrorDocument error = ErrorDocument.of(answer).orElse(null);
    if (error != null && error.code() >= 400 && error.code() < 600) {
      String said = " inside a good one" + saying(error.said());
      if (error.code() == 401) {
        tokens.refused(exchange);
      }
      return error.code() == 429 || error.code() >= 500
          ? new StepFailure.RetryLater(
              error.code() == 429 ? "RATE_LIMITED" : "VENDOR_ERROR",
              "the vendor answered with error " + error.code() + said,
              null)
          : ending(exchange, error.code(), said);
    }
    String start = redactor.redact(Printable.excerpt(text));
    return new StepFailure.RetryLater(
        "BAD_ANSWER",
        "the vendor's answer to "
            + exchange.getVariable(CALL, "its last call", String.class)
            + " is not what its documentation promises: it "
            + redactor.redact(Printable.excerpt(fault))
            + (start.isBlank() || start.equals("null") ? "" : "; it begins: " + start),
        null,
        UNREADABLE,
        null);
  }

  private String saying(String text) {
    return text.isBlank() ? "" : ", saying: " + redactor.redact(Printable.excerpt(text));
  }

  private StepFailure refusal(Exchange exchange, Message message, int status, String text) {
    @Nullable Duration wait = RetryAfter.of(message, clock.instant());
    String said = saying(text);
    if (status == 429) {
      boolean hourly = wait == null && message.getHeader("X-RateLimit-Remaining") != null;
      return new StepFailure.NotSent(
          "RATE_LIMITED",
          "the vendor's limit of calls is used up (429)",
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
    return Redirects.concerns(status)
        ? redirected(exchange, message, status)
        : ending(exchange, status, said);
  }

  /**
   * No request of the API follows a redirect: a create might be repeated, a login page believed.
   */
  private StepFailure redirected(Exchange exchange, Message message, int status) {
    StepFailure other = Redirects.notFollowed(status);
    if (other != null) {
      return other;
    }
    String to = Redirects.shown(message, address(exchange));
    return new StepFailure.Rejected(
        "REDIRECT_REFUSED",
        "the vendor's API redirects ("
            + status
            + ") to "
            + (to == null ? "nowhere" : redactor.redact(Printable.excerpt(to)))
            + ", which is not followed with credentials; see that the connection's server (and"
            + " workspace, if the vendor has them) is right");
  }

  private static StepFailure ending(Exchange exchange, int status, String said) {
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
      case 404 -> notFound(exchange.getVariable(RunVariables.JOB_ID, String.class), said);
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

  /** Once there is a job, the ids in the export's parameters have proven to be right. */
  private static StepFailure notFound(@Nullable String job, String said) {
    return new StepFailure.Rejected(
        "NOT_FOUND",
        job == null
            ? "the vendor knows no such thing (404)"
                + said
                + "; see the ids in the export's parameters"
            : "the vendor no longer knows the job "
                + Printable.excerpt(job)
                + " that it made (404)"
                + said
                + "; it was removed there or has expired: run the export again");
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
    boolean json = start.startsWith("{") || start.startsWith("[");
    return type.contains("text/html") && !json
        || start.startsWith("<!doctype html")
        || start.startsWith("<html");
  }

  /** Reads the body, up to a limit; more is refused when it matters and cut when it does not. */
  static String read(Message message, int most, boolean refuseMore) throws IOException {
    Object body = message.getBody();
    try (InputStream raw =
        body instanceof InputStream stream ? stream : new ByteArrayInputStream(bytes(message))) {
      // From here on the stream is ours: Camel must not find it in the message and try to cache it.
      message.setBody(null);
      String coding = UnaskedCoding.header(message);
      // Of a refusal a few words are wanted, or none.
      InputStream in =
          refuseMore || ContentCoding.of(coding) == ContentCoding.GZIP
              ? UnaskedCoding.undone(raw, coding)
              : raw;
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
    } catch (GzipStream.Broken e) {
      if (refuseMore) {
        throw UnaskedCoding.broken(e);
      }
      return "";
    }
  }

  private static byte[] bytes(Message message) {
    byte[] bytes = message.getBody(byte[].class);
    return bytes == null ? new byte[0] : bytes;
  }
}
