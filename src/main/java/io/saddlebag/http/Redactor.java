package io.saddlebag.http;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Takes secrets out of text that people or files will see: the values it was told, and everything
 * that looks like a signed query or a credential header. The last net, not the first: what has no
 * need of a secret is never given one. Thread-safe.
 */
public final class Redactor {
  private static final String MASK = "***";
  private static final int SHORTEST = 4;
  private static final Pattern SIGNED =
      Pattern.compile(
          "(?i)([?&;](?:x-amz-[a-z-]+|signature|awsaccesskeyid|sig|token|access_token|api[_-]?key|key)=)"
              + "[^&\\s\"'<>]+");
  private static final Pattern HEADER =
      Pattern.compile("(?i)\\b((?:basic|bearer|digest)\\s+)[A-Za-z0-9+/._~=-]{8,}");

  private final Set<String> secrets = ConcurrentHashMap.newKeySet();

  /** Learns values that must never be seen; values of under four characters are not masked. */
  public void learn(Collection<String> values) {
    for (String value : values) {
      if (value.length() >= SHORTEST) {
        secrets.add(value);
        secrets.add(RequestTemplate.encode(value));
        secrets.add(Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)));
      }
    }
  }

  /** The text without secrets. */
  public String redact(String text) {
    String clean = text;
    for (String secret : secrets) {
      if (clean.contains(secret)) {
        clean = clean.replace(secret, MASK);
      }
    }
    clean = SIGNED.matcher(clean).replaceAll("$1" + MASK);
    return HEADER.matcher(clean).replaceAll("$1" + MASK);
  }
}
