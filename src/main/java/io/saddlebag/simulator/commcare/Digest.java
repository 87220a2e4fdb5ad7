package io.saddlebag.simulator.commcare;

import io.saddlebag.simulator.Call;
import io.saddlebag.simulator.RecordedRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** HTTP Digest as the real server checks it (the sheet, section 4.1; item 14). Not thread-safe. */
final class Digest {
  private static final Duration FIRST_USE = Duration.ofMinutes(5);
  private static final String OPAQUE = "0123456789ABCDEF0123456789ABCDEF";
  private static final Pattern FIELD = Pattern.compile("(\\w+)=(?:\"([^\"]*)\"|([^,\\s\"]+))");

  private final Clock clock;
  private final Map<String, Long> lastCount = new HashMap<>();
  private final Map<String, Instant> issued = new HashMap<>();
  private int serial;

  Digest(Clock clock) {
    this.clock = clock;
  }

  /** Asks for a digest; {@code stale} is never true. */
  boolean challenge(Call call) throws IOException {
    Instant now = clock.instant();
    String nonce = now.getEpochSecond() + ".12:42DE:" + md5(now.toString() + ++serial);
    issued.put(nonce, now);
    call.header(
        "WWW-Authenticate",
        "Digest realm=\"DJANGO\", qop=\"auth\", nonce=\""
            + nonce
            + "\", opaque=\""
            + OPAQUE
            + "\", algorithm=\"MD5\", stale=\"false\"");
    return call.text(401, "text/plain", "Authorization Required");
  }

  boolean accepts(RecordedRequest request, String user, String password) {
    Map<String, String> fields = new HashMap<>();
    Matcher matcher = FIELD.matcher(String.valueOf(request.header("Authorization")));
    while (matcher.find()) {
      fields.put(matcher.group(1), matcher.group(2) == null ? matcher.group(3) : matcher.group(2));
    }
    String nonce = fields.getOrDefault("nonce", "");
    Instant from = issued.get(nonce);
    boolean complete =
        fields.keySet().containsAll(java.util.Set.of("opaque", "qop", "nc", "cnonce", "uri"))
            && fields.getOrDefault("opaque", "").equals(OPAQUE)
            && fields.getOrDefault("algorithm", "MD5").equals("MD5")
            && !request.target().contains("\"");
    if (!complete || from == null || !samePath(fields.getOrDefault("uri", ""), request)) {
      return false;
    }
    long count = Long.parseLong(fields.getOrDefault("nc", "0"), 16);
    boolean fresh =
        lastCount.containsKey(nonce)
            ? count > lastCount.get(nonce)
            : !from.plus(FIRST_USE).isBefore(clock.instant());
    String expected =
        md5(
            md5(user + ":DJANGO:" + password)
                + ":"
                + nonce
                + ":"
                + fields.get("nc")
                + ":"
                + fields.get("cnonce")
                + ":auth:"
                + md5(request.method() + ":" + fields.get("uri")));
    boolean right =
        fresh && user.equals(fields.get("username")) && expected.equals(fields.get("response"));
    if (right) {
      lastCount.put(nonce, count);
    }
    return right;
  }

  private static boolean samePath(String uri, RecordedRequest request) {
    return uri.replaceAll("\\?.*", "").equals(request.path());
  }

  private static String md5(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has MD5", e);
    }
  }
}
