package io.saddlebag.server;

import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The names that a port answers to. A page of a stranger's can make a browser ask this machine
 * under a name of the stranger's, and reads the answer, as that name is its own: so another name
 * than ours is not answered. An address is no name, and cannot be made to lead elsewhere.
 */
final class OwnNames {
  private static final Pattern ADDRESS =
      Pattern.compile("\\d{1,3}([.]\\d{1,3}){3}|\\[[0-9A-Fa-f:.]+(%[^\\]]*)?\\]");
  private static final Pattern PORT = Pattern.compile(":\\d*$");

  private final Set<String> names;

  /**
   * These names, and those of this machine for itself.
   *
   * @param names names with commas between them
   */
  OwnNames(String names) {
    this.names =
        Arrays.stream(names.split(",", -1))
            .map(OwnNames::plain)
            .filter(name -> !name.isEmpty())
            .collect(Collectors.toSet());
  }

  /** Refuses a request that was made under another name. */
  void check(RoutingContext request) {
    String host = request.request().getHeader("Host");
    if (own(host)) {
      request.next();
    } else {
      request
          .response()
          .setStatusCode(421)
          .putHeader("Content-Type", "text/plain; charset=utf-8")
          .end(
              "This port is not called so: ask it by its address or as localhost, or write the name"
                  + " into saddlebag.management.hosts\n");
    }
  }

  /** Whether a Host header is one of ours; a client without one is no browser. */
  boolean own(@Nullable String host) {
    if (host == null) {
      return true;
    }
    String name = plain(PORT.matcher(host).replaceFirst(""));
    return ADDRESS.matcher(name).matches()
        || name.equals("localhost")
        || name.endsWith(".localhost")
        || names.contains(name);
  }

  private static String plain(String name) {
    return name.strip().toLowerCase(Locale.ROOT).replaceFirst("[.]$", "");
  }
}
