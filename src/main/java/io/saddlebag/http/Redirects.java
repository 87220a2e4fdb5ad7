package io.saddlebag.http;

import io.saddlebag.run.StepFailure;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/**
 * What an answer of the class 3xx means: five codes name another address of the same thing; the
 * others do not (RFC 9110, section 15.4).
 */
final class Redirects {
  private static final Set<Integer> CODES = Set.of(301, 302, 303, 307, 308);

  private Redirects() {}

  /** Whether a status is of the class 3xx. */
  static boolean concerns(int status) {
    return status >= 300 && status < 400;
  }

  /**
   * The absolute address that an answer redirects to; throws a named failure when it does not.
   *
   * @param from the absolute address that gave the answer
   */
  static String next(Message answer, int status, String from) {
    StepFailure other = notFollowed(status);
    if (other != null) {
      throw other;
    }
    String location = location(answer);
    if (location == null || location.isBlank()) {
      throw new StepFailure.Rejected(
          "REDIRECT_REFUSED",
          "the vendor redirects to nowhere: its answer (" + status + ") names no Location");
    }
    return Links.resolve(from, location);
  }

  /** The failure that a code of this class means that no redirect follows from; null for others. */
  static @Nullable StepFailure notFollowed(int status) {
    if (CODES.contains(status)) {
      return null;
    }
    return new StepFailure.Rejected(
        "REDIRECT_REFUSED",
        switch (status) {
          case 300 ->
              "the vendor offers several variants (300) and does not say which one is meant; see that"
                  + " the connection's server is right";
          case 304 ->
              "the vendor, or a cache in between, says that nothing has changed (304), which nobody"
                  + " had asked; see what stands between here and the vendor";
          case 305, 306 ->
              "the vendor wants to be called through a proxy that it names ("
                  + status
                  + "), which is not done; set the proxy yourself (operations.md, Proxies)";
          default -> "the vendor answered with the unknown redirect " + status;
        });
  }

  /**
   * Where an answer points, for people and for routes that judge it: the path on the same host, or
   * else the address; without a query, which may be a secret. Null when it points nowhere.
   *
   * @param from the absolute address that gave the answer
   */
  static @Nullable String shown(Message answer, String from) {
    List<String> all = locations(answer);
    if (all.isEmpty()) {
      return null;
    }
    try {
      String next = Links.resolve(from, all.get(0));
      String path = Links.path(next);
      // A proxy in front of a server changes scheme and port, so these do not count here.
      return Links.origin(next).getHost().equalsIgnoreCase(Links.origin(from).getHost())
          ? path
          : Links.origin(next) + path;
    } catch (StepFailure noAddress) {
      return Links.path(all.get(0));
    }
  }

  private static @Nullable String location(Message answer) {
    List<String> all = locations(answer);
    if (all.size() > 1) {
      throw new StepFailure.Rejected(
          "REDIRECT_REFUSED", "the vendor redirects to several addresses at once");
    }
    return all.isEmpty() ? null : all.get(0);
  }

  private static List<String> locations(Message answer) {
    Object value = answer.getHeader("Location");
    Set<String> all = new LinkedHashSet<>();
    if (value instanceof Collection<?> several) {
      several.forEach(one -> all.add(Links.ofHeader(String.valueOf(one))));
    } else if (value != null) {
      all.add(Links.ofHeader(value.toString()));
    }
    return List.copyOf(all);
  }
}
