package io.saddlebag.http;

import io.saddlebag.run.StepFailure;
import java.net.IDN;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads addresses that vendors hand out and redirect to. A reference is resolved against the
 * address that it came from (RFC 3986, section 5); what is valid there is not changed by a byte,
 * because a signed query that is written anew is another query; what is not allowed in a request is
 * encoded as browsers do (the URL standard of WHATWG): white space around and line ends within are
 * dropped, a backslash before the query is a slash, raw characters become percent-encoded UTF-8, a
 * lone per cent sign stays. A fragment is never part of the result.
 */
final class Links {
  private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):(.*)");
  private static final Pattern AUTHORITY =
      Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+)(?::(\\d{0,5}))?");
  private static final Pattern BEFORE_PATH =
      Pattern.compile("^(?:[A-Za-z][A-Za-z0-9+.-]*:)?//[^/]*");

  /** What RFC 3986 or browsers leave as it is, besides letters and digits. */
  private static final String ALLOWED = "-._~:/?@!$&'()*+,;=%[]";

  /** Characters that the old and the new standard for host names map to different names. */
  private static final String AMBIGUOUS = "\u00DF\u03C2\u200C\u200D";

  private Links() {}

  /**
   * The absolute http or https address that a reference means, with a path and without a fragment;
   * throws a named failure when it means none.
   *
   * @param from the absolute address whose answer holds the reference
   */
  static String resolve(String from, String reference) {
    String link = withoutFragment(clean(reference));
    int question = link.indexOf('?');
    String beforeQuery = (question < 0 ? link : link.substring(0, question)).replace('\\', '/');
    String query = question < 0 ? "" : encode(link.substring(question));

    Matcher scheme = SCHEME.matcher(beforeQuery);
    if (scheme.matches()) {
      return absolute(scheme.group(1).toLowerCase(Locale.ROOT), scheme.group(2), query);
    }
    URI origin = origin(from);
    if (beforeQuery.startsWith("//")) {
      return absolute(origin.getScheme(), beforeQuery, query);
    }
    String target = target(from);
    String path = target.replaceFirst("\\?.*", "");
    if (beforeQuery.startsWith("/")) {
      return origin + withoutDots(encode(beforeQuery)) + query;
    }
    if (!beforeQuery.isEmpty()) {
      String folder = path.substring(0, path.lastIndexOf('/') + 1);
      return origin + withoutDots(folder + encode(beforeQuery)) + query;
    }
    return origin + (query.isEmpty() ? target : path + query);
  }

  /**
   * The absolute address of a link that an answer of the vendor's API names. A path alone stands
   * behind the path prefix of the connection's server, unless it already names it.
   *
   * @param server the connection's server
   * @param requestPath the path of the request whose answer it was, behind the prefix
   */
  static String handedOut(URI server, String requestPath, String link) {
    String prefix = prefix(server);
    String base = server + requestPath;
    String clean = clean(link).replace('\\', '/');
    String resolved = resolve(base, link);
    if (prefix.isEmpty() || SCHEME.matcher(clean).matches() || clean.startsWith("//")) {
      return resolved;
    }
    String target = target(resolved);
    if (target.startsWith(prefix + "/")) {
      return resolved;
    }
    if (!clean.startsWith("/")) {
      throw refused("the vendor handed out a path that leads out of its own folder");
    }
    return origin(resolved) + prefix + target;
  }

  /** The path in front of every request to a server, encoded, without a slash at its end. */
  static String prefix(URI server) {
    return server.getRawPath() == null ? "" : encode(server.getRawPath());
  }

  /** A path and query with everything encoded that a request line does not allow. */
  static String encode(String target) {
    StringBuilder encoded = new StringBuilder(target.length());
    target
        .codePoints()
        .forEach(
            c -> {
              if (c < 0x80 && (Character.isLetterOrDigit(c) || ALLOWED.indexOf(c) >= 0)) {
                encoded.append((char) c);
              } else {
                // A lone half of a pair has no UTF-8; browsers send the replacement character.
                boolean half = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
                for (byte b :
                    Character.toString(half ? 0xFFFD : c).getBytes(StandardCharsets.UTF_8)) {
                  encoded.append(String.format("%%%02X", b & 0xFF));
                }
              }
            });
    return encoded.toString();
  }

  /**
   * The text of a header in which a server sent raw bytes: the client reads each byte as a
   * character. Bytes that are no UTF-8 stay what they are, percent-encoded.
   */
  static String ofHeader(String value) {
    if (value.chars().allMatch(c -> c < 0x80) || value.chars().anyMatch(c -> c > 0xFF)) {
      return value;
    }
    byte[] bytes = value.getBytes(StandardCharsets.ISO_8859_1);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException noUtf8) {
      StringBuilder ascii = new StringBuilder();
      for (byte b : bytes) {
        ascii.append(b >= 0 ? String.valueOf((char) b) : String.format("%%%02X", b & 0xFF));
      }
      return ascii.toString();
    }
  }

  /** Scheme, host and port of an absolute address; throws a named failure when it is none. */
  static URI origin(String address) {
    Matcher scheme = SCHEME.matcher(address.replaceFirst("[?#].*", ""));
    if (!scheme.matches()) {
      throw refused("the vendor handed out a link that is no URL");
    }
    return URI.create(origin(scheme.group(1).toLowerCase(Locale.ROOT), authority(scheme.group(2))));
  }

  /** Path and query of an absolute address, as they are sent. */
  static String target(String address) {
    String target = withoutFragment(address).replaceFirst("^[^:/?#]+://[^/?#]*", "");
    return target.startsWith("/") ? target : "/" + target;
  }

  /** The path of an address or of a target, without host and query. */
  static String path(String address) {
    return BEFORE_PATH
        .matcher(withoutFragment(address).replaceFirst("(?s)\\?.*", ""))
        .replaceFirst("");
  }

  private static String absolute(String scheme, String afterScheme, String query) {
    String authority = authority(afterScheme);
    String path = afterScheme.substring(2 + authority.length());
    return origin(scheme, authority) + (path.isEmpty() ? "/" : encode(path)) + query;
  }

  private static String authority(String afterScheme) {
    if (!afterScheme.startsWith("//")) {
      throw refused("the vendor handed out a link that is no URL");
    }
    int end = afterScheme.indexOf('/', 2);
    return afterScheme.substring(2, end < 0 ? afterScheme.length() : end);
  }

  private static String origin(String scheme, String authority) {
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw refused(
          "the vendor handed out a link of the kind " + scheme + ":, which is no web page");
    }
    if (authority.indexOf('@') >= 0) {
      throw refused("the vendor handed out a link with a user in it, which is not used");
    }
    Matcher parts = AUTHORITY.matcher(ascii(authority));
    if (!parts.matches()) {
      throw refused("the vendor handed out a link whose host is none");
    }
    String port = parts.group(2) == null ? "" : parts.group(2);
    if (port.isEmpty() || Integer.parseInt(port) == (scheme.equals("https") ? 443 : 80)) {
      port = "";
    } else if (Integer.parseInt(port) > 65_535) {
      throw refused("the vendor handed out a link whose port is none");
    }
    String host = parts.group(1).toLowerCase(Locale.ROOT);
    return scheme + "://" + host + (port.isEmpty() ? "" : ":" + Integer.parseInt(port));
  }

  private static String ascii(String authority) {
    if (authority.chars().allMatch(c -> c < 0x80)) {
      return authority;
    }
    int colon = authority.lastIndexOf(':');
    String host = colon < 0 ? authority : authority.substring(0, colon);
    if (host.chars().anyMatch(c -> AMBIGUOUS.indexOf(c) >= 0)) {
      throw refused("the vendor handed out a link whose host may be read as two names");
    }
    try {
      return IDN.toASCII(host) + (colon < 0 ? "" : authority.substring(colon));
    } catch (IllegalArgumentException e) {
      throw refused("the vendor handed out a link whose host is none");
    }
  }

  private static String clean(String reference) {
    int start = 0;
    int end = reference.length();
    while (start < end && reference.charAt(start) <= ' ') {
      start++;
    }
    while (end > start && reference.charAt(end - 1) <= ' ') {
      end--;
    }
    String link = reference.substring(start, end).replaceAll("[\t\r\n]", "");
    if (link.chars().anyMatch(c -> c < ' ' || c == 0x7F)) {
      throw refused("the vendor handed out a link with control characters in it");
    }
    return link;
  }

  private static String withoutFragment(String link) {
    int hash = link.indexOf('#');
    return hash < 0 ? link : link.substring(0, hash);
  }

  /** Takes {@code .} and {@code ..} out of a path (RFC 3986, section 5.2.4). */
  private static String withoutDots(String path) {
    StringBuilder out = new StringBuilder();
    String[] segments = path.substring(1).split("/", -1);
    for (int i = 0; i < segments.length; i++) {
      boolean last = i == segments.length - 1;
      if (segments[i].equals("..")) {
        out.setLength(Math.max(0, out.lastIndexOf("/")));
        out.append(last ? "/" : "");
      } else if (segments[i].equals(".")) {
        out.append(last ? "/" : "");
      } else {
        out.append('/').append(segments[i]);
      }
    }
    return out.toString();
  }

  private static StepFailure refused(String message) {
    return new StepFailure.Rejected("LINK_REFUSED", message);
  }
}
