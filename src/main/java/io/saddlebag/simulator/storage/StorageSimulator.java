package io.saddlebag.simulator.storage;

import io.saddlebag.simulator.Body;
import io.saddlebag.simulator.Call;
import io.saddlebag.simulator.RecordedRequest;
import io.saddlebag.simulator.Simulator;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * An S3-like host of signed links, on another origin than the vendors' APIs: it refuses
 * credentials, expired links, HEAD, and queries that are not byte for byte what was issued (the
 * sheet on signed URLs, sections 2 and 6). Thread-safe.
 */
public final class StorageSimulator extends Simulator {
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");

  private final Map<String, Link> links = new HashMap<>();
  private final Map<String, Stored> objects = new HashMap<>();
  private final AtomicLong serial = new AtomicLong();
  private volatile boolean refuseFirstUse;
  private volatile boolean ranges = true;

  /** The two styles of signed links that vendors hand out. */
  public enum Style {
    /** {@code AWSAccessKeyId}, {@code Expires}, {@code Signature}: WebAdMIT. */
    V2,
    /** {@code X-Amz-…}: Survey Solutions and Alida. */
    V4
  }

  private record Stored(StoredObject object, String etag, Instant modified) {}

  private static final class Link {
    private final String path;
    private final Instant expires;
    private boolean used;

    Link(String path, Instant expires) {
      this.path = path;
      this.expires = expires;
    }
  }

  /** A storage host on this port of {@code localhost}, 0 for a free one. */
  public StorageSimulator(Clock clock, int port) {
    this(clock, port, null);
  }

  /** A storage host that proves itself with this certificate, null for plain HTTP. */
  public StorageSimulator(Clock clock, int port, @Nullable SSLContext tls) {
    super("localhost", port, tls, clock);
  }

  /** The first use of each fresh link is refused as expired, as clock skew makes S3 do (item 3). */
  public void refuseFirstUse(boolean refuse) {
    refuseFirstUse = refuse;
  }

  /** Whether Range requests are honoured (item 7). */
  public void withRanges(boolean honoured) {
    ranges = honoured;
  }

  /** Stores an object, or replaces it: a new ETag, the old links show the new bytes. */
  public synchronized void put(StoredObject object) {
    objects.put(
        object.path(),
        new Stored(
            object,
            "\"" + Long.toHexString(serial.incrementAndGet() * 7919) + "\"",
            clock().instant()));
  }

  /** Issues a fresh link to an object that lives so long; stores the object if it is not there. */
  public synchronized URI sign(StoredObject object, Style style, Duration lifetime) {
    if (!objects.containsKey(object.path())) {
      put(object);
    }
    return link(object, style, lifetime);
  }

  private URI link(StoredObject object, Style style, Duration lifetime) {
    Instant now = clock().instant();
    Instant expires = now.plus(lifetime);
    // Every signature holds %2B, %2F and %3D (item 5): a client that rewrites the query always
    // fails.
    String signature = "y2jw" + serial.incrementAndGet() + "%2BfaE%2Fx%3D";
    String query =
        style == Style.V2
            ? "AWSAccessKeyId=EXAMPLEKEYID&Expires="
                + expires.getEpochSecond()
                + "&Signature="
                + signature
            : "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=EXAMPLE%2F20260101%2Fus-east-1%2Fs3"
                + "%2Faws4_request&X-Amz-Date="
                + DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'")
                    .withZone(ZoneOffset.UTC)
                    .format(now)
                + "&X-Amz-Expires="
                + lifetime.toSeconds()
                + "&X-Amz-SignedHeaders=host&X-Amz-Signature="
                + signature;
    if (object.disposition() != null) {
      query += "&response-content-disposition=" + encode(object.disposition());
    }
    if (object.typeOverride() != null) {
      query += "&response-content-type=" + encode(object.typeOverride());
    }
    links.put(query, new Link(object.path(), expires));
    return URI.create(uri() + object.path() + "?" + query);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Override
  protected boolean answer(Call call) throws IOException {
    RecordedRequest request = call.request();
    if (request.header("Authorization") != null) {
      return error(
          call,
          400,
          "InvalidArgument",
          "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified",
          "");
    }
    if (!request.method().equals("GET")) {
      return error(call, 403, "AccessDenied", "Access Denied", "");
    }
    Link link;
    Stored stored;
    boolean expired;
    synchronized (this) {
      link = links.get(String.valueOf(request.rawQuery()));
      stored = link == null ? null : objects.get(link.path);
      expired =
          link != null
              && (!clock().instant().isBefore(link.expires) || refuseFirstUse && !link.used);
      if (link != null) {
        link.used = true;
      }
    }
    if (link == null || !request.path().equals(link.path)) {
      return error(
          call,
          403,
          "SignatureDoesNotMatch",
          "The request signature we calculated does not match the signature you provided.",
          "");
    }
    if (expired) {
      return error(
          call,
          403,
          "AccessDenied",
          "Request has expired",
          "<Expires>"
              + link.expires
              + "</Expires><ServerTime>"
              + clock().instant()
              + "</ServerTime>");
    }
    if (stored == null) {
      return error(call, 404, "NoSuchKey", "The specified key does not exist.", "");
    }
    return send(call, stored);
  }

  private boolean send(Call call, Stored stored) throws IOException {
    String disposition = call.query("response-content-disposition");
    if (disposition != null) {
      call.header("Content-Disposition", disposition);
    }
    String override = call.query("response-content-type");
    String type = override == null ? stored.object().contentType() : override;
    Body body = stored.object().body();
    call.header("ETag", stored.etag());
    call.header(
        "Last-Modified",
        DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC).format(stored.modified()));
    if (!ranges) {
      return call.bytes(200, type, body);
    }
    call.header("Accept-Ranges", "bytes");
    Long from = rangeStart(call.request(), stored.etag());
    if (from == null) {
      return call.bytes(200, type, body);
    }
    if (from >= body.length()) {
      return call.header("Content-Range", "bytes */" + body.length()).empty(416);
    }
    call.header("Content-Range", "bytes " + from + "-" + (body.length() - 1) + "/" + body.length());
    return call.bytesFrom(206, type, body, from);
  }

  private static @Nullable Long rangeStart(RecordedRequest request, String etag) {
    String range = request.header("Range");
    String ifRange = request.header("If-Range");
    if (range == null || (ifRange != null && !ifRange.equals(etag))) {
      return null;
    }
    Matcher matcher = RANGE.matcher(range);
    return matcher.matches() ? Long.valueOf(matcher.group(1)) : null;
  }

  private static boolean error(Call call, int status, String code, String message, String more)
      throws IOException {
    return call.text(
        status,
        "application/xml",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>"
            + code
            + "</Code><Message>"
            + message
            + "</Message>"
            + more
            + "</Error>");
  }
}
