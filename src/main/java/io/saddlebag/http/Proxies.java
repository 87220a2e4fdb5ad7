package io.saddlebag.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hc.client5.http.auth.AuthScope;
import org.apache.hc.client5.http.auth.CredentialsProvider;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.impl.auth.BasicCredentialsProvider;
import org.jspecify.annotations.Nullable;

/**
 * Which HTTP proxy a host is reached through: that of our own setting, or else that of Java's
 * properties ({@code https.proxyHost} …), or else that of the environment ({@code HTTPS_PROXY} …).
 * This machine itself is never reached through a proxy. Prints no passwords.
 */
public final class Proxies extends ProxySelector {
  private static final String NONE = "none";
  private static final Pattern LITERAL = Pattern.compile("[0-9.]+|[0-9a-f:.]*:[0-9a-f:.]*");

  private final List<Choice> choices;

  /** One proxy, for addresses of one scheme. */
  private record Choice(
      String scheme,
      String host,
      int port,
      @Nullable String user,
      @Nullable String password,
      String source,
      List<String> exceptions,
      boolean javasForm) {

    private boolean serves(URI address) {
      String target = bare(address.getHost());
      int targetPort =
          address.getPort() >= 0 ? address.getPort() : scheme.equals("https") ? 443 : 80;
      return scheme.equalsIgnoreCase(address.getScheme())
          && exceptions.stream()
              .noneMatch(rule -> javasForm ? glob(rule, target) : exempt(rule, target, targetPort));
    }

    @Override
    public String toString() {
      return host + ":" + port + " (" + source + ")";
    }
  }

  /** A proxy's address that cannot be used. */
  public static final class BadProxy extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private BadProxy(String source) {
      super(
          source
              + " is not the address of an HTTP proxy: write http://host:port, or"
              + " http://user:password@host:port; proxies of other kinds are not used");
    }
  }

  private Proxies(List<Choice> choices) {
    this.choices = choices;
  }

  /** No proxy for anything. */
  public static Proxies none() {
    return new Proxies(List.of());
  }

  /**
   * Reads which proxies there are; throws {@link BadProxy} for an address that cannot be used.
   *
   * @param setting our own settings by name, {@code http.proxy} and {@code http.no-proxy}
   * @param java Java's properties by name
   * @param environment the environment's variables by name
   */
  public static Proxies read(
      Function<String, Optional<String>> setting,
      Function<String, Optional<String>> java,
      Function<String, Optional<String>> environment) {
    Optional<String> own = setting.apply("saddlebag.http.proxy").filter(text -> !text.isBlank());
    if (own.isPresent()) {
      List<String> exceptions =
          list(setting.apply("saddlebag.http.no-proxy").orElse(""), "[,\\s]+");
      return own.get().strip().equals(NONE)
          ? none()
          : new Proxies(
              Stream.of("https", "http")
                  .map(scheme -> choice(scheme, own.get(), "saddlebag.http.proxy", exceptions))
                  .toList());
    }
    List<Choice> choices = new ArrayList<>();
    for (String scheme : List.of("https", "http")) {
      ofJava(scheme, java).or(() -> ofEnvironment(scheme, environment)).ifPresent(choices::add);
    }
    return new Proxies(List.copyOf(choices));
  }

  private static Optional<Choice> ofJava(String scheme, Function<String, Optional<String>> java) {
    String source = scheme + ".proxyHost";
    return java.apply(source)
        .filter(host -> !host.isBlank())
        .map(
            host ->
                new Choice(
                    scheme,
                    host.strip(),
                    port(java.apply(scheme + ".proxyPort").orElse(""), scheme, source),
                    java.apply(scheme + ".proxyUser").orElse(null),
                    java.apply(scheme + ".proxyPassword").orElse(null),
                    source,
                    list(java.apply("http.nonProxyHosts").orElse(""), "\\|"),
                    true));
  }

  private static int port(String written, String scheme, String source) {
    if (written.isBlank()) {
      return scheme.equals("https") ? 443 : 80;
    }
    if (!written.strip().matches("\\d{1,5}") || Integer.parseInt(written.strip()) > 65_535) {
      throw new BadProxy(source + " with its proxyPort");
    }
    return Integer.parseInt(written.strip());
  }

  private static Optional<Choice> ofEnvironment(
      String scheme, Function<String, Optional<String>> environment) {
    List<String> exceptions = list(either("no_proxy", environment).orElse(""), "[,\\s]+");
    return either(scheme + "_proxy", environment)
        .map(
            address ->
                choice(scheme, address, scheme.toUpperCase(Locale.ROOT) + "_PROXY", exceptions));
  }

  /** A variable in small letters, as most programs want it, or in capitals. */
  private static Optional<String> either(
      String name, Function<String, Optional<String>> environment) {
    return Stream.of(name, name.toUpperCase(Locale.ROOT))
        .flatMap(one -> environment.apply(one).stream())
        .filter(value -> !value.isBlank())
        .findFirst();
  }

  private static Choice choice(
      String scheme, String address, String source, List<String> exceptions) {
    String text = address.strip();
    try {
      URI uri = new URI(text.contains("://") ? text : "http://" + text);
      if (!"http".equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null) {
        throw new BadProxy(source);
      }
      String info = uri.getRawUserInfo();
      int colon = info == null ? -1 : info.indexOf(':');
      return new Choice(
          scheme,
          uri.getHost(),
          uri.getPort() < 0 ? 80 : uri.getPort(),
          info == null ? null : decoded(colon < 0 ? info : info.substring(0, colon)),
          info == null ? null : colon < 0 ? "" : decoded(info.substring(colon + 1)),
          source,
          exceptions,
          false);
    } catch (URISyntaxException e) {
      // Its message would repeat the address, and a password with it.
      throw new BadProxy(source);
    }
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static List<String> list(String text, String separator) {
    return Stream.of(text.split(separator, -1))
        .map(rule -> rule.strip().toLowerCase(Locale.ROOT))
        .filter(rule -> !rule.isEmpty())
        .toList();
  }

  @Override
  public List<Proxy> select(URI address) {
    if (address.getHost() == null || HostPolicy.loopback(address.getHost())) {
      return List.of(Proxy.NO_PROXY);
    }
    return choices.stream()
        .filter(choice -> choice.serves(address))
        .findFirst()
        .map(
            choice ->
                List.of(
                    new Proxy(
                        Proxy.Type.HTTP,
                        InetSocketAddress.createUnresolved(bare(choice.host()), choice.port()))))
        .orElse(List.of(Proxy.NO_PROXY));
  }

  @Override
  public void connectFailed(URI address, SocketAddress proxy, IOException failure) {
    // There is one proxy or none, so there is no other to go over to.
  }

  /** What the proxies, and nobody else, are told when they ask who is there. */
  CredentialsProvider credentials() {
    BasicCredentialsProvider provider = new BasicCredentialsProvider();
    for (Choice choice : choices) {
      if (choice.user() != null) {
        String password = choice.password() == null ? "" : choice.password();
        provider.setCredentials(
            new AuthScope(bare(choice.host()), choice.port()),
            new UsernamePasswordCredentials(choice.user(), password.toCharArray()));
      }
    }
    return provider;
  }

  /** What nobody may see: the passwords, and each with its user as it is sent. */
  public List<String> secrets() {
    return choices.stream()
        .filter(choice -> choice.password() != null)
        .flatMap(choice -> Stream.of(choice.password(), choice.user() + ":" + choice.password()))
        .toList();
  }

  /** The proxies with where they were set, for people; empty when there are none. */
  public String shown() {
    return String.join(", ", choices.stream().map(Choice::toString).distinct().toList());
  }

  @Override
  public String toString() {
    return shown();
  }

  private static String bare(String host) {
    return (host.startsWith("[") ? host.substring(1, host.length() - 1) : host)
        .toLowerCase(Locale.ROOT);
  }

  /** Java's own form: {@code *} stands for anything at the beginning or the end. */
  private static boolean glob(String rule, String host) {
    return Pattern.matches(
        Stream.of(bare(rule).split("\\*", -1))
            .map(Pattern::quote)
            .reduce((one, other) -> one + ".*" + other)
            .orElse(""),
        host);
  }

  /**
   * The form of {@code NO_PROXY}: a name means itself and all names below it, with or without a dot
   * before it; an address, or a range as {@code 10.0.0.0/8}, means hosts that are written as one; a
   * port may follow; {@code *} means all.
   */
  private static boolean exempt(String rule, String host, int port) {
    if (rule.equals("*")) {
      return true;
    }
    if (rule.indexOf('/') >= 0) {
      return inRange(rule, host);
    }
    int colon = rule.startsWith("[") ? rule.indexOf("]:") + 1 : rule.indexOf(':');
    String name = rule;
    if (colon > 0 && (rule.startsWith("[") || rule.lastIndexOf(':') == colon)) {
      if (!rule.substring(colon + 1).equals(String.valueOf(port))) {
        return false;
      }
      name = rule.substring(0, colon);
    }
    name = bare(name).replaceFirst("^\\*?\\.", "");
    if (LITERAL.matcher(host).matches()) {
      return LITERAL.matcher(name).matches() && address(name).equals(address(host));
    }
    return host.equals(name) || host.endsWith("." + name);
  }

  private static boolean inRange(String rule, String host) {
    int slash = rule.indexOf('/');
    String network = bare(rule.substring(0, slash));
    String length = rule.substring(slash + 1);
    if (!LITERAL.matcher(host).matches()
        || !LITERAL.matcher(network).matches()
        || !length.matches("\\d{1,3}")) {
      return false;
    }
    Optional<InetAddress> one = address(host);
    Optional<InetAddress> other = address(network);
    return one.isPresent()
        && other.isPresent()
        && sameStart(one.get().getAddress(), other.get().getAddress(), Integer.parseInt(length));
  }

  private static boolean sameStart(byte[] one, byte[] other, int bits) {
    if (one.length != other.length || bits > one.length * 8) {
      return false;
    }
    for (int i = 0; i < bits; i++) {
      int mask = 0x80 >> (i % 8);
      if ((one[i / 8] & mask) != (other[i / 8] & mask)) {
        return false;
      }
    }
    return true;
  }

  /** A literal address; nothing is looked up. */
  private static Optional<InetAddress> address(String literal) {
    try {
      return literal.indexOf(':') >= 0 || literal.matches("(\\d{1,3}\\.){3}\\d{1,3}")
          ? Optional.of(InetAddress.getByName(literal))
          : Optional.empty();
    } catch (UnknownHostException none) {
      return Optional.empty();
    }
  }
}
