package io.saddlebag.http;

import io.saddlebag.export.Connection;
import io.saddlebag.name.FileName;
import io.saddlebag.run.Ledger;
import io.saddlebag.run.Printable;
import io.saddlebag.run.RunVariables;
import io.saddlebag.run.StagedFile;
import io.saddlebag.run.StaleRunException;
import io.saddlebag.run.StepFailure;
import io.saddlebag.staging.Answer;
import io.saddlebag.staging.ContentCoding;
import io.saddlebag.staging.ContentDisposition;
import io.saddlebag.staging.ErrorDocument;
import io.saddlebag.staging.Expectation;
import io.saddlebag.staging.FileKind;
import io.saddlebag.staging.GzipStream;
import io.saddlebag.staging.JsonShape;
import io.saddlebag.staging.LinkName;
import io.saddlebag.staging.Receipt;
import io.saddlebag.staging.StagingArea;
import io.saddlebag.staging.StagingFailure;
import io.saddlebag.staging.StagingSlot;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.http.HttpConstants;
import org.jspecify.annotations.Nullable;

/**
 * The bean {@code download}: fetches one file of a run, hop by hop. The route sets either {@code
 * request} (our own URL, as for the API) or {@code link} (handed out by the vendor, sent byte for
 * byte where it is valid), and {@code fileKind}, {@code fileName} and {@code filePosition}; {@code
 * notReadyStatus} names a status that means "not yet"; {@code acceptStatus} lists codes that the
 * route judges itself by {@code httpStatus}, {@code httpLocation} and {@code httpText}; {@code
 * jsonShape} names what a JSON file must hold (see {@link JsonShape}); {@code wantedHeader} names a
 * header that is left in {@code headerValue}. Credentials go to the connection's own origin and
 * nowhere else. A link lives in the exchange and is never stored.
 */
public final class Download {
  private static final int MOST_HOPS = 3;
  private static final int LONGEST_LINK_ANSWER = 16 << 10;
  private static final String HOP = "linkHops";

  /** The path of a link that the vendor handed out; not set for an address of the route's own. */
  private static final String HANDED_OUT = "linkPath";

  private final RunConnection connections;
  private final AccessTokens tokens;
  private final VendorCalls calls;
  private final StagingArea staging;
  private final Ledger ledger;
  private final Redactor redactor;
  private final Clock clock;

  /** Downloads into this staging area. */
  public Download(
      RunConnection connections,
      AccessTokens tokens,
      VendorCalls calls,
      StagingArea staging,
      Ledger ledger,
      Redactor redactor,
      Clock clock) {
    this.connections = connections;
    this.tokens = tokens;
    this.calls = calls;
    this.staging = staging;
    this.ledger = ledger;
    this.redactor = redactor;
    this.clock = clock;
  }

  /**
   * Finishes a file of which a crash left every byte but no name, without asking the vendor. Of
   * several files nobody knows which one the bytes are of; those are fetched again.
   */
  public void complete(Exchange exchange) {
    if (exchange.getVariable(VendorFiles.SOURCE) == null) {
      staged(exchange, () -> slot(exchange).complete(expectation(exchange)))
          .ifPresent(receipt -> done(exchange));
    }
  }

  private static void done(Exchange exchange) {
    exchange.setVariable("httpStatus", 200);
    for (String variable : List.of("request", "link", "acceptStatus", HOP, HANDED_OUT)) {
      exchange.removeVariable(variable);
    }
  }

  /** Fills the message for the next hop; everything that was in it before is gone. */
  public void prepare(Exchange exchange) {
    Connection connection = connections.of(exchange);
    URI server = connection.server();
    HostPolicy.check(server, connection);
    String address = address(exchange, connection);
    URI origin = Links.origin(address);
    HostPolicy.check(origin, connection);

    Message message = exchange.getMessage();
    message.removeHeaders("*");
    message.setBody(null);
    message.setHeader(HttpConstants.HTTP_METHOD, "GET");
    message.setHeader("Accept-Encoding", "identity");
    UnaskedCoding.leaveToUs(exchange);
    message.setHeader(HttpConstants.HTTP_URI, origin.toString());
    message.setHeader(VendorHttpClient.EXACT_TARGET, Links.target(address));
    if (HostPolicy.sameOrigin(origin, server)) {
      calls.before(exchange, connection);
      Authorization.credentials(connection, tokens)
          .forEach(credential -> message.setHeader(credential.header(), credential.value()));
    }
    slot(exchange)
        .resumePoint()
        .ifPresent(
            point -> {
              message.setHeader("Range", "bytes=" + point.offset() + "-");
              message.setHeader("If-Range", point.ifRange());
            });
    exchange.setVariable("link", address);
  }

  private static String address(Exchange exchange, Connection connection) {
    String request = exchange.getVariable("request", String.class);
    URI server = connection.server();
    if (request != null) {
      exchange.removeVariable("request");
      exchange.removeVariable(HOP);
      exchange.removeVariable(HANDED_OUT);
      String target =
          VendorRequest.template(exchange, connection).target(request.replaceFirst("^GET ", ""));
      exchange.setVariable("requestPath", Links.path(target));
      return Links.origin(server.toString()) + Links.prefix(server) + Links.encode(target);
    }
    String link = exchange.getVariable("link", String.class);
    if (link == null || link.isBlank()) {
      throw new IllegalStateException("the route must set the variable request or link");
    }
    exchange.setVariable(HANDED_OUT, Links.path(link));
    return Links.handedOut(server, exchange.getVariable("requestPath", "", String.class), link);
  }

  /**
   * Stages the body, or makes the redirect's target the next hop; takes {@code link} away at the
   * end.
   */
  public void receive(Exchange exchange) throws IOException {
    Message message = exchange.getMessage();
    try {
      judge(exchange, message);
    } finally {
      // A stream that was read or given up must not travel on: Camel would try to cache it.
      message.removeHeaders("*");
      message.setBody(null);
    }
  }

  private void judge(Exchange exchange, Message message) throws IOException {
    int status = message.getHeader(Exchange.HTTP_RESPONSE_CODE, 0, Integer.class);
    exchange.setVariable("httpStatus", status);
    if (accepted(exchange, status)) {
      judgedByTheRoute(exchange, message);
    } else if (status == 200 && linkInJson(exchange, message)) {
      calls.credentials().accepted(exchange);
      exchange.setVariable(HOP, hop(exchange));
    } else if (status == 200 || status == 206) {
      boolean bytes = !mayBeWords(message);
      if (bytes) {
        calls.credentials().accepted(exchange);
      }
      String wanted = exchange.getVariable("wantedHeader", String.class);
      String value = wanted == null ? null : message.getHeader(wanted, String.class);
      String required = exchange.getVariable("requiredHeader", String.class);
      if (required != null && message.getHeader(required) == null) {
        throw new StepFailure.Rejected(
            "LOGIN_PAGE",
            "the vendor's answer comes without the header "
                + required
                + " that every file has, so it is a login page or another page, not the file");
      }
      staged(
          exchange,
          () ->
              Optional.of(slot(exchange).receive(answer(message, status), expectation(exchange))));
      if (!bytes) {
        calls.credentials().accepted(exchange);
      }
      exchange.setVariable("headerValue", value);
      exchange.removeVariable("acceptStatus");
      exchange.removeVariable("link");
      exchange.removeVariable(HOP);
      exchange.removeVariable(HANDED_OUT);
    } else if (Redirects.concerns(status)) {
      String from = exchange.getVariable("link", String.class);
      exchange.setVariable("link", Redirects.next(message, status, from));
      exchange.setVariable(HOP, hop(exchange));
      close(message);
    } else if (status == 416) {
      String range = message.getHeader("Content-Range", String.class);
      close(message);
      staged(exchange, () -> Optional.of(slot(exchange).completeAt(range, expectation(exchange))));
      done(exchange);
    } else {
      throw refusal(exchange, message, status);
    }
  }

  /**
   * Where the route names the variable {@code linkMember}, a short JSON answer of the vendor's API
   * with that member is a redirect in other clothes; any other answer is the file.
   */
  private boolean linkInJson(Exchange exchange, Message message) throws IOException {
    String member = exchange.getVariable("linkMember", String.class);
    if (member == null
        || !fromServer(exchange)
        || !(message.getBody() instanceof InputStream stream)) {
      return false;
    }
    byte[] start = stream.readNBytes(LONGEST_LINK_ANSWER);
    message.setBody(new SequenceInputStream(new ByteArrayInputStream(start), stream));
    if (start.length == LONGEST_LINK_ANSWER) {
      return false;
    }
    String link = LinkAnswer.read(plain(start, UnaskedCoding.header(message)), member);
    if (link == null) {
      return false;
    }
    stream.close();
    exchange.setVariable("link", Links.resolve(exchange.getVariable("link", String.class), link));
    return true;
  }

  /** A short answer without its coding; nothing when it is longer than a link, or broken. */
  private static byte[] plain(byte[] answer, @Nullable String coding) throws IOException {
    if (ContentCoding.of(coding) != ContentCoding.GZIP) {
      return answer;
    }
    try (InputStream in = UnaskedCoding.undone(new ByteArrayInputStream(answer), coding)) {
      byte[] plain = in.readNBytes(LONGEST_LINK_ANSWER);
      return plain.length == LONGEST_LINK_ANSWER ? new byte[0] : plain;
    } catch (GzipStream.Broken e) {
      return new byte[0];
    }
  }

  /** Whether a body may be a refusal in place of the file, which only its end shows. */
  private static boolean mayBeWords(Message message) {
    String type =
        message.getHeader(Exchange.CONTENT_TYPE, "", String.class).toLowerCase(Locale.ROOT);
    return type.isEmpty() || type.matches(".*(json|html|xml|text/plain).*");
  }

  private boolean fromServer(Exchange exchange) {
    String link = exchange.getVariable("link", String.class);
    return link != null
        && HostPolicy.sameOrigin(Links.origin(link), connections.of(exchange).server());
  }

  private static boolean accepted(Exchange exchange, int status) {
    String accepted = exchange.getVariable("acceptStatus", "", String.class);
    return Arrays.asList(accepted.split(",")).contains(String.valueOf(status));
  }

  /**
   * Leaves what the vendor said to the route: status, the path of its redirect, its first words.
   */
  private void judgedByTheRoute(Exchange exchange, Message message) throws IOException {
    exchange.setVariable(
        "httpLocation", Redirects.shown(message, exchange.getVariable("link", String.class)));
    String text = VendorAnswer.read(message, 64 << 10, false);
    exchange.setVariable("httpText", redactor.redact(Printable.excerpt(text)));
    exchange.removeVariable("link");
    exchange.removeVariable("acceptStatus");
  }

  private static int hop(Exchange exchange) {
    int hop = exchange.getVariable(HOP, 0, Integer.class) + 1;
    if (hop > MOST_HOPS) {
      throw new StepFailure.Rejected(
          "REDIRECT_REFUSED",
          "the vendor's file link leads through more than " + MOST_HOPS + " redirects");
    }
    return hop;
  }

  private static Expectation expectation(Exchange exchange) {
    FileKind kind = FileKind.valueOf(exchange.getVariable("fileKind", "ANY", String.class));
    String fallback = exchange.getVariable("fileName", "export", String.class);
    String link = exchange.getVariable(HANDED_OUT, String.class);
    return new Expectation(
        kind,
        link == null ? fallback : LinkName.of(link, kind, fallback).orElse(fallback),
        JsonShape.of(exchange.getVariable("jsonShape", "", String.class)));
  }

  /** Keeps the receipt of what was staged, or gives the failure its place in the run. */
  private Optional<Receipt> staged(Exchange exchange, Supplier<Optional<Receipt>> staging) {
    String runId = exchange.getVariable(RunVariables.RUN_ID, String.class);
    int position = exchange.getVariable("filePosition", 0, Integer.class);
    try {
      Optional<Receipt> receipt = staging.get();
      receipt.ifPresent(there -> keep(exchange, staged(exchange, runId, position, there), there));
      return receipt;
    } catch (StagingFailure failure) {
      refusedInside(exchange, failure.error());
      String said = redactor.redact(String.valueOf(failure.getMessage()));
      if (!failure.worthRetrying()) {
        throw new StepFailure.Rejected(failure.failureName(), said, failure);
      }
      // Staging counts the fetches of each file, and says which one was the last.
      throw new StepFailure.RetryLater(
          failure.failureName(), said, null, Integer.MAX_VALUE, failure);
    }
  }

  /** Keeps a receipt; what an attempt has staged that was given up meanwhile is thrown away. */
  private void keep(Exchange exchange, StagedFile file, Receipt receipt) {
    try {
      ledger
          .commits()
          .commit(
              file.run(),
              "the receipt of " + file.name(),
              again -> {
                ledger.receipts().save(file, attempt(exchange));
                return file;
              });
    } catch (StaleRunException late) {
      slot(exchange).discard(receipt);
      throw late;
    }
    slot(exchange).forgetEarlier();
  }

  private static int attempt(Exchange exchange) {
    return exchange.getVariable(RunVariables.RUN_ATTEMPT, 0, Integer.class);
  }

  /**
   * Ends the step where the vendor's own API said in place of the file, with a good status, that it
   * refuses the credentials or has no such file. What another host says of a link is said of that
   * link alone: a fresh one is asked for.
   */
  private void refusedInside(Exchange exchange, @Nullable ErrorDocument error) {
    if (error == null || error.code() == 0 || !fromServer(exchange)) {
      return;
    }
    if (error.code() == 401) {
      tokens.refused(exchange);
    }
    calls.credentials().refused(exchange, error.code(), error.said());
    String said = redactor.redact(Printable.excerpt(error.said()));
    throw DownloadRefusal.inside(error.code(), said);
  }

  private StagedFile staged(Exchange exchange, String runId, int position, Receipt receipt) {
    List<String> others =
        ledger.receipts().of(runId).stream()
            .filter(file -> file.position() != position)
            .map(StagedFile::name)
            .toList();
    return new StagedFile(
        runId,
        position,
        distinct(runId, receipt.name(), others, position),
        receipt.bytes(),
        receipt.sha256(),
        receipt.contentType(),
        receipt.path(),
        receipt.lastModified(),
        receipt.checks(),
        receipt.stagedAt(),
        null,
        exchange.getVariable(VendorFiles.SOURCE, String.class));
  }

  /**
   * Two files of a run may have one name at the vendor; delivered, one must not hide the other, on
   * disks that do not tell small letters from capitals either.
   */
  private static String distinct(String run, String name, List<String> others, int position) {
    return FileName.distinct(
        name,
        candidate -> others.stream().anyMatch(candidate::equalsIgnoreCase),
        position + 1,
        FileName.room(run));
  }

  private static Answer answer(Message message, int status) {
    Object body = message.getBody();
    InputStream stream =
        body instanceof InputStream in ? in : new ByteArrayInputStream(bytes(message));
    String length = message.getHeader("Content-Length", String.class);
    // Chunks overrule a length: https://www.rfc-editor.org/rfc/rfc9112#section-6.3
    boolean chunked = message.getHeader("Transfer-Encoding") != null;
    boolean known = !chunked && length != null && length.matches("\\d{1,18}");
    return new Answer(
        status,
        known ? Long.parseLong(length) : -1,
        message.getHeader("Content-Range", String.class),
        message.getHeader("ETag", String.class),
        message.getHeader("Last-Modified", String.class),
        message.getHeader(Exchange.CONTENT_TYPE, String.class),
        first(message.getHeader("Content-Disposition")),
        UnaskedCoding.header(message),
        "bytes".equalsIgnoreCase(message.getHeader("Accept-Ranges", String.class)),
        stream);
  }

  /** A header that came twice is a list; the first that says a name counts. */
  private static @Nullable String first(@Nullable Object header) {
    if (header instanceof Iterable<?> several) {
      for (Object one : several) {
        if (ContentDisposition.fileName(String.valueOf(one)).isPresent()) {
          return String.valueOf(one);
        }
      }
      return null;
    }
    return header == null ? null : header.toString();
  }

  private static byte[] bytes(Message message) {
    byte[] bytes = message.getBody(byte[].class);
    return bytes == null ? new byte[0] : bytes;
  }

  private StepFailure refusal(Exchange exchange, Message message, int status) throws IOException {
    if (status == 401 && fromServer(exchange)) {
      tokens.refused(exchange);
    }
    @Nullable Duration wait = RetryAfter.of(message, clock.instant());
    String text = VendorAnswer.read(message, 64 << 10, false);
    if (fromServer(exchange)) {
      calls.credentials().refused(exchange, status, text);
    }
    StepFailure storage = StorageError.of(status, text);
    if (storage != null) {
      return counted(exchange, storage);
    }
    if (String.valueOf(status).equals(exchange.getVariable("notReadyStatus", String.class))) {
      return counted(exchange, DownloadRefusal.notReady(status));
    }
    return DownloadRefusal.of(status, redactor.redact(Printable.excerpt(text)), wait);
  }

  /**
   * A refusal that may be repeated a few times has them for each file and for itself: transfers
   * that broke off before say nothing about it.
   */
  private StepFailure counted(Exchange exchange, StepFailure failure) {
    if (!(failure instanceof StepFailure.RetryLater later)
        || later.attempts() == Integer.MAX_VALUE) {
      return failure;
    }
    String said = String.valueOf(later.getMessage());
    return slot(exchange).failed(later.failureName()) < later.attempts()
        ? new StepFailure.RetryLater(later.failureName(), said, later.after())
        : new StepFailure.Rejected(later.failureName(), said);
  }

  private static void close(Message message) throws IOException {
    Object body = message.getBody();
    if (body instanceof InputStream stream) {
      stream.close();
    }
  }

  private StagingSlot slot(Exchange exchange) {
    return staging.slot(
        exchange.getVariable(RunVariables.RUN_ID, String.class),
        exchange.getVariable("filePosition", 0, Integer.class),
        attempt(exchange));
  }
}
