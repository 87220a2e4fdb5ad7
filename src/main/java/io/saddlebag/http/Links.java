package io.saddlebag.http;

import io.saddlebag.run.StepFailure;
import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Message;
import org.apache.camel.component.http.HttpConstants;
import org.jspecify.annotations.Nullable;

/**
 * Takes handed-out addresses apart without changing a byte of them: a signed query that is written
 * anew is another query.
 */
final class Links {
  private static final Pattern HOST =
      Pattern.compile("\\A(?:[A-Za-z][A-Za-z0-9+.-]*:)?//(?:[^/?#@]*@)?(\\[[^]]*]|[^/?#:]*)");

  private Links() {}

  /** Scheme, host and port of an address; throws a named failure when it is no URL. */
  static URI origin(String address) {
    int slashes = address.indexOf("://");
    int end = slashes < 0 ? -1 : indexOfAny(address, slashes + 3);
    try {
      if (slashes < 0) {
        throw new IllegalArgumentException("no scheme");
      }
      return URI.create(end < 0 ? address : address.substring(0, end));
    } catch (IllegalArgumentException e) {
      throw new StepFailure.Rejected("LINK_REFUSED", "the vendor handed out a link that is no URL");
    }
  }

  private static int indexOfAny(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      if ("/?#".indexOf(text.charAt(i)) >= 0) {
        return i;
      }
    }
    return -1;
  }

  /** The address that a redirect from here means. */
  static String next(String from, @Nullable String location) {
    if (location == null || location.isBlank()) {
      throw new StepFailure.Rejected("REDIRECT_REFUSED", "the vendor redirects to nowhere");
    }
    if (location.contains("://")) {
      return location;
    }
    String origin = origin(from).toString();
    if (location.startsWith("//")) {
      return origin.substring(0, origin.indexOf("//")) + location;
    }
    if (location.startsWith("/")) {
      return origin + location;
    }
    return URI.create(from.replaceAll("[?#].*", "")).resolve(location).toString();
  }

  /**
   * The host of a redirect that leads to another than the one that was asked; null for the same.
   *
   * @param message the answer, which still has the address that was asked
   */
  static @Nullable String foreignHost(@Nullable String location, Message message) {
    String asked = message.getHeader(HttpConstants.HTTP_URI, "", String.class);
    if (location == null || !location.contains("//")) {
      return null;
    }
    Matcher host = HOST.matcher(location.strip());
    Matcher own = HOST.matcher(asked);
    String there = host.find() ? host.group(1) : "";
    return there.isEmpty() || own.find() && own.group(1).equalsIgnoreCase(there) ? null : there;
  }

  /** The path of an address, without host and query. */
  static String path(String address) {
    String path = address.replaceAll("[?#].*", "");
    return path.contains("://") ? path.replaceFirst("^[^:]+://[^/]*", "") : path;
  }
}
