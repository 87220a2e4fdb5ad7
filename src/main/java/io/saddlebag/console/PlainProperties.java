package io.saddlebag.console;

import io.saddlebag.export.Connection;
import io.saddlebag.export.UrlCredentials;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The settings in application.properties without Camel, which would take a command that lists
 * something longer than the list. Only what is certain is read here: where a value is more than
 * text, properties and environment variables, all is left to Camel. Immutable.
 */
final class PlainProperties {
  private static final Pattern MENTION = Pattern.compile("\\{\\{([^{}]*)}}");
  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9]*([.-][A-Za-z0-9]+)+");
  private static final Pattern VARIABLE = Pattern.compile("env:([A-Za-z0-9_]+)(?::(.*))?");

  private final Map<String, String> values;
  private final Set<String> left;

  private PlainProperties(Map<String, String> values, Set<String> left) {
    this.values = values;
    this.left = left;
  }

  /** A value that only Camel can read. */
  private static final class NotPlain extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotPlain() {
      super(null, null, false, false);
    }
  }

  /**
   * Reads a file.
   *
   * @param overrides properties that win over it
   * @return empty when Camel must read it
   */
  static Optional<PlainProperties> read(Path file, Map<String, String> overrides) {
    Properties written = new Properties();
    try (InputStream in = Files.newInputStream(file)) {
      written.load(in);
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
    written.putAll(overrides);
    try {
      Map<String, String> values = new HashMap<>();
      Set<String> left = new HashSet<>();
      for (String name : written.stringPropertyNames()) {
        if (System.getProperty(name) != null) {
          return Optional.empty();
        }
        resolved(written, written.getProperty(name), 0)
            .ifPresentOrElse(value -> values.put(name, value), () -> left.add(name));
      }
      return Optional.of(new PlainProperties(values, left));
    } catch (NotPlain e) {
      return Optional.empty();
    }
  }

  /** A value with what it mentions put in; empty when something of that is missing. */
  private static Optional<String> resolved(Properties written, String value, int depth) {
    if (depth > 10) {
      throw new NotPlain();
    }
    Matcher mention = MENTION.matcher(value);
    StringBuilder text = new StringBuilder();
    while (mention.find()) {
      Optional<String> part = mentioned(written, mention.group(1), depth);
      if (part.isEmpty()) {
        return part;
      }
      mention.appendReplacement(text, Matcher.quoteReplacement(part.get()));
    }
    mention.appendTail(text);
    if (text.indexOf("{{") >= 0 || text.indexOf("RAW(") >= 0) {
      throw new NotPlain();
    }
    return Optional.of(text.toString());
  }

  private static Optional<String> mentioned(Properties written, String word, int depth) {
    Matcher variable = VARIABLE.matcher(word);
    if (variable.matches()) {
      return Optional.ofNullable(System.getenv(variable.group(1)))
          .or(() -> Optional.ofNullable(variable.group(2)));
    }
    int colon = word.indexOf(':');
    String name = colon < 0 ? word : word.substring(0, colon);
    if (!NAME.matcher(name).matches() || System.getProperty(name) != null) {
      throw new NotPlain();
    }
    String value = written.getProperty(name);
    return value == null
        ? variable(name)
            .or(() -> colon < 0 ? Optional.empty() : Optional.of(word.substring(colon + 1)))
        : resolved(written, value, depth + 1);
  }

  /** The environment variable that stands for a property which is set nowhere else. */
  private static Optional<String> variable(String name) {
    return Optional.ofNullable(
        System.getenv(name.toUpperCase(Locale.US).replace('.', '_').replace('-', '_')));
  }

  /** Whether Camel must say what this is: what it mentions is not there. */
  boolean leaves(String name) {
    return left.contains(name);
  }

  /** The value of a property. */
  Optional<String> find(String name) {
    return Optional.ofNullable(values.get(name)).or(() -> variable(name));
  }

  /** What is a secret by its name, or stands as one inside of a URL. */
  List<String> secrets() {
    List<String> secrets = new ArrayList<>();
    values.forEach(
        (name, value) -> {
          if (Connection.secret(name)) {
            secrets.add(value);
          } else if (value.contains("://") || value.startsWith("jdbc:")) {
            secrets.addAll(UrlCredentials.in(value));
          }
        });
    return secrets;
  }
}
