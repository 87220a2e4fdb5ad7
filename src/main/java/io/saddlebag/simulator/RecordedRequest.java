package io.saddlebag.simulator;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request as it reached a simulator.
 *
 * @param at when it arrived
 * @param method the HTTP method
 * @param target path and query exactly as they were sent
 * @param headers all headers, names in lower case
 * @param body the body, at most its first MiB
 */
public record RecordedRequest(
    Instant at, String method, String target, Map<String, List<String>> headers, byte[] body) {

  /** The path, still percent-encoded. */
  public String path() {
    int question = target.indexOf('?');
    return question < 0 ? target : target.substring(0, question);
  }

  /** The query exactly as it was sent, or null. */
  public @Nullable String rawQuery() {
    int question = target.indexOf('?');
    return question < 0 ? null : target.substring(question + 1);
  }

  /** The first value of a header, or null. */
  public @Nullable String header(String name) {
    List<String> values = headers.get(name.toLowerCase(Locale.ROOT));
    return values == null || values.isEmpty() ? null : values.get(0);
  }

  /** The body as UTF-8 text. */
  public String bodyText() {
    return new String(body, java.nio.charset.StandardCharsets.UTF_8);
  }

  /** Whether method and path (a regular expression over the whole path) fit. */
  public boolean is(String wantedMethod, String pathPattern) {
    return method.equals(wantedMethod) && path().matches(pathPattern);
  }

  @Override
  public String toString() {
    return method + " " + target;
  }
}
