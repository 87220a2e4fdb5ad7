package io.saddlebag.http;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Takes secrets out of text that people or files will see: the values it was told, in every form
 * that programs quote them in, and everything that looks like a signed query, a password in a URL
 * or a credential header. It forgets nothing: the old value of a rotated secret stays one. The last
 * net, not the first: what has no need of a secret is never given one. Thread-safe.
 */
public final class Redactor {
  private static final String MASK = "***";
  private static final int SHORTEST = 4;
  private static final int SHORTEST_FRAGMENT = 8;
  private static final Pattern SIGNED =
      Pattern.compile(
          "(?i)([?&;](?:x-amz-[a-z-]+|signature|awsaccesskeyid|sig|key|user|username"
              + "|[a-z0-9._-]*(?:token|password|passwd|pwd|secret|api[_-]?key|private[_-]?key|secret[_-]?key))=)"
              + "[^&;\\s\"'<>]+");
  private static final Pattern USER_INFO =
      Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*://)[^\\s/?#\"'<>]*@");
  private static final Pattern HEADER =
      Pattern.compile("(?i)\\b((?:basic|bearer|digest)\\s+)[A-Za-z0-9+/._~=-]{8,}");

  private final Set<String> secrets = ConcurrentHashMap.newKeySet();

  /** Learns values that must never be seen; values of under four characters are not masked. */
  public void learn(Collection<String> values) {
    for (String value : values) {
      if (value.length() >= SHORTEST) {
        secrets.addAll(forms(value));
      }
    }
  }

  /** A value as it stands in URLs, forms, JSON, XML, and within what was encoded in base64. */
  private static Set<String> forms(String value) {
    String encoded = RequestTemplate.encode(value);
    Set<String> forms =
        new TreeSet<>(
            List.of(
                value,
                new String(JsonStringEncoder.getInstance().quoteAsString(value)),
                value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")));
    for (String url : List.of(encoded, encoded.replace("%20", "+"))) {
      forms.add(url);
      forms.add(lowerCaseEscapes(url));
    }
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    forms.add(Base64.getEncoder().encodeToString(bytes));
    for (int before = 0; before < 3; before++) {
      // What stands before a value, as the user does in user:password, shifts its letters.
      String fragment = fragment(bytes, before);
      if (fragment.length() >= SHORTEST_FRAGMENT) {
        forms.add(fragment);
        forms.add(fragment.replace('+', '-').replace('/', '_'));
      }
    }
    return forms;
  }

  private static String lowerCaseEscapes(String encoded) {
    return Pattern.compile("%[0-9A-F]{2}")
        .matcher(encoded)
        .replaceAll(escape -> escape.group().toLowerCase(Locale.ROOT));
  }

  /** The letters of base64 that these bytes alone decide, behind so many other bytes. */
  private static String fragment(byte[] bytes, int before) {
    byte[] shifted = new byte[before + bytes.length];
    System.arraycopy(bytes, 0, shifted, before, bytes.length);
    byte[] letters = Base64.getEncoder().withoutPadding().encode(shifted);
    int first = (before * 8 + 5) / 6;
    int last = shifted.length % 3 == 0 ? letters.length : letters.length - 1;
    return new String(Arrays.copyOfRange(letters, first, last), StandardCharsets.US_ASCII);
  }

  /** The text without secrets. */
  public String redact(String text) {
    String clean = withoutKnown(text);
    clean = USER_INFO.matcher(clean).replaceAll("$1" + MASK + "@");
    clean = SIGNED.matcher(clean).replaceAll("$1" + MASK);
    return HEADER.matcher(clean).replaceAll("$1" + MASK);
  }

  /** All places are found before any is masked: secrets may begin or overlap one another. */
  private String withoutKnown(String text) {
    BitSet masked = new BitSet(text.length());
    for (String secret : secrets) {
      for (int at = text.indexOf(secret); at >= 0; at = text.indexOf(secret, at + 1)) {
        masked.set(at, at + secret.length());
      }
    }
    if (masked.isEmpty()) {
      return text;
    }
    StringBuilder clean = new StringBuilder(text.length());
    int from = 0;
    for (int start = masked.nextSetBit(0); start >= 0; start = masked.nextSetBit(from)) {
      clean.append(text, from, start).append(MASK);
      from = masked.nextClearBit(start);
    }
    return clean.append(text, from, text.length()).toString();
  }
}
