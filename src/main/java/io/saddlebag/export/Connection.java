package io.saddlebag.export;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Server and credentials of one account at one vendor: the properties under one prefix, read when a
 * step runs, so that a rotated secret counts from the next step on. Prints no values.
 */
public final class Connection {
  private static final List<String> SECRET_ENDS =
      List.of(
          "password",
          "passwd",
          "pwd",
          "passphrase",
          "token",
          "secret",
          "apikey",
          "privatekey",
          "secretkey",
          "secretaccesskey",
          "accountkey");

  private final String name;
  private final Map<String, String> settings;
  private final Set<String> declaredSecrets;
  private final Map<String, AuthorizationScheme> schemes;
  private final RefusalRule refused;

  /** A connection of these settings, names without the prefix. */
  public Connection(String name, Map<String, String> settings) {
    this(name, settings, Set.of(), Map.of(), RefusalRule.STANDARD);
  }

  /**
   * A connection of these settings, for use by a Kamelet.
   *
   * @param declaredSecrets the settings that the Kamelet declares to be secrets
   * @param schemes the ways to prove who one is that the Kamelet declares
   * @param refused which answers mean that the credentials were refused
   */
  Connection(
      String name,
      Map<String, String> settings,
      Set<String> declaredSecrets,
      Map<String, AuthorizationScheme> schemes,
      RefusalRule refused) {
    this.name = name;
    this.settings = new TreeMap<>(settings);
    this.declaredSecrets = declaredSecrets;
    this.schemes = schemes;
    this.refused = refused;
  }

  /** The prefix of its properties. */
  public String name() {
    return name;
  }

  /** A setting that has a value. */
  public Optional<String> find(String setting) {
    return Optional.ofNullable(settings.get(setting)).filter(value -> !value.isBlank());
  }

  /** A setting; throws, naming the property, when it has no value. */
  public String get(String setting) {
    return find(setting)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "the property "
                        + name
                        + "."
                        + setting
                        + " has no value: set it in application.properties"));
  }

  /** The server's base URL, without a slash at its end. */
  public URI server() {
    return URI.create(get("server").strip().replaceAll("/+$", ""));
  }

  /** Hosts besides the server's own that may hand out files, from {@code storage-hosts}. */
  public Set<String> storageHosts() {
    return Stream.of(find("storage-hosts").orElse("").split(",", -1))
        .map(String::strip)
        .filter(host -> !host.isEmpty())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The way to prove who one is that its Kamelet declares and that it is set to. */
  public Optional<AuthorizationScheme> scheme() {
    return find("authorization").map(schemes::get);
  }

  /** How it proves who it is, in the word that it is set to. */
  public String authorization() {
    return find("authorization").orElse("none");
  }

  /** Which answers mean that its credentials were refused. */
  public RefusalRule refused() {
    return refused;
  }

  /** The settings with which it proves who it is and that have a value, by their names. */
  public Map<String, String> credential() {
    Set<String> names =
        scheme()
            .map(AuthorizationScheme::settings)
            .orElseGet(() -> AuthorizationCheck.settings(authorization()));
    Map<String, String> values = new TreeMap<>();
    names.forEach(setting -> find(setting).ifPresent(value -> values.put(setting, value)));
    return values;
  }

  /**
   * The values that nobody may see: those of settings that Camel, too, masks by their name, of
   * those that the Kamelet declares as secrets, and what its requests make of them.
   */
  public List<String> secrets() {
    List<String> secrets = new ArrayList<>();
    settings.forEach(
        (setting, value) -> {
          if (secret(setting) || declaredSecrets.contains(setting)) {
            secrets.add(value);
          }
        });
    scheme()
        .filter(scheme -> scheme.settings().stream().allMatch(used -> find(used).isPresent()))
        .ifPresent(scheme -> secrets.addAll(scheme.encoded(this)));
    return List.copyOf(secrets);
  }

  /** Whether a setting of this name holds a secret, however its words are joined. */
  public static boolean secret(String name) {
    String plain = name.toLowerCase(Locale.ROOT).replaceAll("[._-]", "");
    return SECRET_ENDS.stream().anyMatch(plain::endsWith);
  }

  /** The names of its settings. */
  public Set<String> names() {
    return Set.copyOf(settings.keySet());
  }

  @Override
  public String toString() {
    return "connection " + name;
  }
}
