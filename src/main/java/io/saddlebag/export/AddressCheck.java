package io.saddlebag.export;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.Set;

/** Whether a setting of a connection is an address that can be called. */
final class AddressCheck {
  private static final Set<String> ADDRESSES = Set.of("server", "endpoint");

  private AddressCheck() {}

  /** What is wrong with the setting, and what to write; empty when nothing is, or it is none. */
  static Optional<String> fault(String setting, String value) {
    String address = value.strip();
    if (!ADDRESSES.contains(setting) || address.isEmpty() || complete(address)) {
      return Optional.empty();
    }
    // What stands before an @ may be a password.
    String shown = address.contains("@") ? "what is written" : "\"" + address + "\"";
    boolean lacksScheme = !address.contains("://") && !address.contains("@");
    String meant = "https://" + address;
    return Optional.of(
        shown
            + " is not an http or https address with a host: write "
            + (lacksScheme && complete(meant) ? meant : "for example https://hq.example.org"));
  }

  private static boolean complete(String address) {
    try {
      URI uri = new URI(address);
      String scheme = uri.getScheme();
      return uri.getHost() != null
          && ("http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme));
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
