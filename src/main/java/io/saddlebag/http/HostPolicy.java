package io.saddlebag.http;

import io.saddlebag.export.Connection;
import io.saddlebag.run.StepFailure;
import java.net.URI;
import java.util.Locale;
import java.util.Set;

/**
 * Which addresses a run may call: the connection's own host, and the storage hosts that its vendor
 * declares; https unless the host is this machine; never a URL with a user in it.
 */
final class HostPolicy {
  private HostPolicy() {}

  /** Throws a named failure when the address is not allowed. */
  static void check(URI address, Connection connection) {
    String host = address.getHost();
    if (host == null || address.getRawUserInfo() != null) {
      throw refused("the vendor handed out an address that cannot be used safely");
    }
    String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
    if (!scheme.equals("https") && !(scheme.equals("http") && loopback(host))) {
      throw refused("the address on " + host + " is not https");
    }
    if (!sameHost(host, connection.server().getHost())
        && !declared(host, connection.storageHosts())) {
      throw refused(
          "the vendor points to the host "
              + host
              + ", which this export may not call; if it is the vendor's storage, add it to "
              + connection.name()
              + ".storage-hosts");
    }
  }

  /** Whether two addresses have scheme, host and port in common: only then are credentials sent. */
  static boolean sameOrigin(URI one, URI other) {
    return String.valueOf(one.getScheme()).equalsIgnoreCase(other.getScheme())
        && sameHost(String.valueOf(one.getHost()), other.getHost())
        && port(one) == port(other);
  }

  private static boolean sameHost(String one, String other) {
    return one.equalsIgnoreCase(other);
  }

  private static int port(URI address) {
    if (address.getPort() >= 0) {
      return address.getPort();
    }
    return "https".equalsIgnoreCase(address.getScheme()) ? 443 : 80;
  }

  /** Whether a host name is this machine. */
  static boolean loopback(String host) {
    return host.equalsIgnoreCase("localhost")
        || host.equals("[::1]")
        || host.matches("127(\\.\\d{1,3}){3}");
  }

  private static boolean declared(String host, Set<String> patterns) {
    String name = host.toLowerCase(Locale.ROOT);
    return patterns.stream()
        .map(pattern -> pattern.toLowerCase(Locale.ROOT))
        .anyMatch(
            pattern ->
                pattern.startsWith("*.")
                    ? name.endsWith(pattern.substring(1))
                    : name.equals(pattern));
  }

  private static StepFailure refused(String message) {
    return new StepFailure.Rejected("REDIRECT_REFUSED", message);
  }
}
