package io.saddlebag.export;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Checks how a Kamelet lets connections prove who they are. A word that nobody knows would send
 * requests without credentials.
 */
final class AuthorizationCheck {
  private static final String SETTING = "authorization";
  private static final String PLACE = "x-connection." + SETTING;
  private static final String DECLARED = "x-connection.x-authorization";
  private static final String HEADER_NAME = "[A-Za-z0-9!#$%&'*+.^_`|~-]+";

  /** Headers that are the client's own business. */
  private static final Set<String> RESERVED =
      Set.of(
          "accept",
          "connection",
          "content-encoding",
          "content-length",
          "content-type",
          "expect",
          "host",
          "if-range",
          "keep-alive",
          "proxy-authorization",
          "range",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  /** The words that need no declaration, with the settings that each needs. */
  private static final Map<String, List<String>> BUILT_IN =
      new TreeMap<>(
          Map.of(
              "api-key", List.of("api-key"),
              "basic", List.of("user", "password"),
              "bearer", List.of("token"),
              "body", List.of("token"),
              "digest", List.of("user", "password"),
              "none", List.of(),
              "oauth2", List.of("client-id", "client-secret"),
              "user-api-key", List.of("user", "api-key")));

  private AuthorizationCheck() {}

  /** What is wrong in the Kamelet's own file. */
  static List<Problem> problems(String file, Kamelet kamelet) {
    List<Problem> problems = new ArrayList<>(refusalProblems(file, kamelet.refused()));
    Declared setting = kamelet.connection().get(SETTING);
    if (setting == null) {
      if (!kamelet.authorization().isEmpty()) {
        problems.add(
            new Problem(
                file,
                DECLARED,
                "nothing chooses one of these: declare the setting authorization beside them, with"
                    + " a default"));
      }
      return problems;
    }
    Set<String> named = new LinkedHashSet<>(setting.values());
    if (setting.defaultValue() != null) {
      named.add(setting.defaultValue());
    }
    for (String word : named) {
      if (!words(kamelet).contains(word)) {
        problems.add(new Problem(file, PLACE, unknown(word, kamelet)));
      }
      for (String needed : BUILT_IN.getOrDefault(word, List.of())) {
        if (!kamelet.connection().containsKey(needed)) {
          problems.add(
              new Problem(
                  file,
                  PLACE,
                  "\"" + word + "\" needs the setting " + needed + ": declare it beside it"));
        }
      }
    }
    kamelet
        .authorization()
        .forEach((word, scheme) -> problems.addAll(schemeProblems(file, kamelet, word, scheme)));
    return problems;
  }

  /** What is wrong with the word that a connection is set to; empty when nothing is. */
  static List<Problem> problems(String label, Connection connection, Kamelet kamelet) {
    String word = connection.find(SETTING).orElse("none");
    Declared setting = kamelet.connection().get(SETTING);
    // Words that the Kamelet lists are checked as any value is.
    return setting == null || !setting.values().isEmpty() || words(kamelet).contains(word)
        ? List.of()
        : List.of(new Problem(label, connection.name() + "." + SETTING, unknown(word, kamelet)));
  }

  /** The settings that a connection needs to prove itself. */
  static Set<String> needed(Connection connection, Kamelet kamelet) {
    String word = connection.find(SETTING).orElse("none");
    AuthorizationScheme scheme = kamelet.authorization().get(word);
    return scheme == null ? Set.copyOf(BUILT_IN.getOrDefault(word, List.of())) : scheme.settings();
  }

  /** The settings of which one of the built-in ways makes its proof. */
  static Set<String> settings(String word) {
    Set<String> settings = new LinkedHashSet<>(BUILT_IN.getOrDefault(word, List.of()));
    if (word.equals("oauth2")) {
      settings.add("api-key");
    }
    return settings;
  }

  private static List<Problem> refusalProblems(String file, RefusalRule rule) {
    return Stream.concat(rule.when().stream(), rule.unless().stream())
        .filter(entry -> !entry.matches(RefusalRule.ENTRY))
        .map(
            entry ->
                new Problem(
                    file,
                    "x-connection.x-refused",
                    "\""
                        + entry
                        + "\" is no answer: write a status, and words that the answer holds if it"
                        + " needs them, for example \"403 invalid api key\""))
        .toList();
  }

  private static List<Problem> schemeProblems(
      String file, Kamelet kamelet, String word, AuthorizationScheme scheme) {
    String place = DECLARED + "." + word;
    List<Problem> problems = new ArrayList<>();
    if (BUILT_IN.containsKey(word)) {
      problems.add(
          new Problem(file, place, "\"" + word + "\" has a meaning already: give it another name"));
    }
    if (scheme.headers().isEmpty()) {
      problems.add(
          new Problem(
              file,
              place,
              "it sends nothing: write the header and its value, for example Authorization: \"SSWS"
                  + " {token}\""));
      return problems;
    }
    scheme
        .headers()
        .forEach(
            (header, value) -> {
              if (!header.matches(HEADER_NAME)
                  || RESERVED.contains(header.toLowerCase(Locale.ROOT))) {
                problems.add(
                    new Problem(
                        file,
                        place,
                        "\"" + header + "\" is no header that a key can be sent in: use another"));
              }
              String literal = AuthorizationScheme.literal(value);
              if (!literal.matches("[ -~&&[^{}]]*")) {
                problems.add(
                    new Problem(
                        file,
                        place + "." + header,
                        "the value holds what is neither plain text nor {setting} nor"
                            + " {base64(…)}: write for example \"SSWS {token}\""));
              }
            });
    for (String used : scheme.settings()) {
      if (!kamelet.connection().containsKey(used)) {
        problems.add(
            new Problem(
                file,
                place,
                "the connection has no setting "
                    + used
                    + NearestName.hint(used, kamelet.connection().keySet())
                    + ": declare it"));
      }
    }
    if (scheme.settings().stream().noneMatch(kamelet::secret)) {
      problems.add(
          new Problem(
              file,
              place,
              "none of its settings is a secret, so that it would show in logs: declare the secret"
                  + " with format: password"));
    }
    return problems;
  }

  private static Set<String> words(Kamelet kamelet) {
    Set<String> words = new LinkedHashSet<>(BUILT_IN.keySet());
    words.addAll(kamelet.authorization().keySet());
    return words;
  }

  private static String unknown(String word, Kamelet kamelet) {
    return "\""
        + word
        + "\" is no known way to prove who one is"
        + NearestName.hint(word, words(kamelet))
        + ": write one of "
        + String.join(", ", words(kamelet))
        + ", or declare it in x-authorization (docs/adding-a-vendor.md)";
  }
}
