package io.saddlebag.export;

import io.saddlebag.export.ExportDefinition.OnDeadline;
import io.saddlebag.export.ExportDefinition.OnLostCreate;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;

/**
 * Checks what users wrote before anything is sent to a vendor. Camel itself accepts misspelt, badly
 * typed and not allowed parameters of a Kamelet in silence.
 */
public final class ExportCheck {
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,99}";

  private final CamelContext camel;
  private final Kamelets kamelets;
  private final Connections connections;

  /** Checks against these Kamelets and this context's properties. */
  public ExportCheck(CamelContext camel, Kamelets kamelets, Connections connections) {
    this.camel = camel;
    this.kamelets = kamelets;
    this.connections = connections;
  }

  /**
   * What a file holds.
   *
   * @param definitions the exports that are right
   * @param problems what is wrong; the file must not be loaded unless this is empty
   */
  public record Result(List<ExportDefinition> definitions, List<Problem> problems) {}

  /** Checks every export of a file; {@code taken} tells which route ids stand elsewhere. */
  public Result check(ExportFile file, Predicate<String> taken) {
    List<ExportDefinition> definitions = new ArrayList<>();
    List<Problem> problems = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (ExportFile.DeclaredRoute route : file.routes()) {
      String label = file.path().toString();
      problems.addAll(identity(label, route, seen, taken));
      String kamelet = route.kamelet();
      if (kamelet == null) {
        continue;
      }
      if (kamelets.find(kamelet).isEmpty()) {
        problems.add(new Problem(label, "from", unknownKamelet(kamelet)));
        continue;
      }
      List<Problem> found = new ArrayList<>();
      ExportDefinition definition = definition(file.path(), route, kamelets.get(kamelet), found);
      problems.addAll(found);
      if (definition != null && found.isEmpty()) {
        definitions.add(definition);
      }
    }
    return new Result(definitions, problems);
  }

  private static List<Problem> identity(
      String label, ExportFile.DeclaredRoute route, Set<String> seen, Predicate<String> taken) {
    String id = route.id();
    if (id == null || id.isBlank()) {
      return List.of(
          new Problem(
              label, "id", "the route has no id: give it one, it becomes the export's name"));
    }
    if (!id.matches(NAME)) {
      return List.of(
          new Problem(
              label,
              "id",
              "\""
                  + id
                  + "\" cannot be a name: use letters, digits, dots, hyphens and underscores"));
    }
    if (!seen.add(id) || taken.test(id)) {
      return List.of(
          new Problem(
              label,
              "id",
              "another route is called \"" + id + "\" already: give this one another id"));
    }
    return List.of();
  }

  private String unknownKamelet(String name) {
    List<String> names = kamelets.all().stream().map(Kamelet::name).toList();
    return "there is no Kamelet \""
        + name
        + "\""
        + nearest(name, names)
        + "; there are "
        + String.join(", ", names);
  }

  private @Nullable ExportDefinition definition(
      Path file, ExportFile.DeclaredRoute route, Kamelet kamelet, List<Problem> problems) {
    String label = file.toString();
    Map<String, String> values = new TreeMap<>();
    for (Map.Entry<String, String> written : route.parameters().entrySet()) {
      Declared declared = kamelet.parameters().get(written.getKey());
      if (declared == null) {
        problems.add(
            new Problem(
                label,
                written.getKey(),
                kamelet.name()
                    + " has no such parameter"
                    + nearest(written.getKey(), kamelet.parameters().keySet())
                    + "; docs/vendors lists them"));
        continue;
      }
      String value = resolved(label, written.getKey(), written.getValue(), problems);
      if (value != null && !value.isEmpty()) {
        ValueCheck.fault(declared, value)
            .ifPresent(fault -> problems.add(new Problem(label, declared.name(), fault)));
        values.put(declared.name(), value);
      }
    }
    for (Declared declared : kamelet.parameters().values()) {
      if (declared.defaultValue() != null && !declared.defaultValue().isEmpty()) {
        values.putIfAbsent(declared.name(), declared.defaultValue());
      }
      if (declared.required() && !values.containsKey(declared.name())) {
        problems.add(
            new Problem(
                label,
                declared.name(),
                kamelet.name() + " needs this parameter: add it under from.parameters"));
      }
    }
    for (Rule rule : kamelet.rules()) {
      rule.fault(given(values))
          .ifPresent(fault -> problems.add(new Problem(label, rule.names(), fault)));
    }
    if (values.containsKey("connection")) {
      problems.addAll(connection(values.get("connection"), kamelet));
    }
    return problems.isEmpty() ? definition(file, route, kamelet, values, problems) : null;
  }

  /** The parameters that ask for something: a false is as good as absent. */
  private static Map<String, String> given(Map<String, String> values) {
    Map<String, String> given = new TreeMap<>(values);
    given.values().removeIf("false"::equals);
    return given;
  }

  private static @Nullable ExportDefinition definition(
      Path file,
      ExportFile.DeclaredRoute route,
      Kamelet kamelet,
      Map<String, String> values,
      List<Problem> problems) {
    Map<String, Object> typed = new HashMap<>();
    for (Declared declared : kamelet.parameters().values()) {
      String value = values.get(declared.name());
      if (value != null) {
        typed.put(declared.name(), ValueCheck.typed(declared, value));
      }
    }
    Duration pollMin = duration(values, "pollMin", "2s");
    Duration pollMax = duration(values, "pollMax", "30s");
    if (pollMin.compareTo(pollMax) > 0) {
      problems.add(
          new Problem(
              file.toString(), "pollMin", "pollMin is longer than pollMax: swap or change them"));
      return null;
    }
    return new ExportDefinition(
        String.valueOf(route.id()),
        file,
        kamelet.name(),
        kamelet.vendor(),
        kamelet.flow(values),
        kamelet.downloadOnly(),
        String.valueOf(values.get("connection")),
        values.get("schedule"),
        ZoneId.of(values.getOrDefault("timeZone", "UTC")),
        !"false".equals(values.get("catchUp")),
        pollMin,
        pollMax,
        duration(values, "deadline", "6h"),
        OnDeadline.valueOf(upper(values.getOrDefault("onDeadline", "cancel"))),
        OnLostCreate.valueOf(upper(values.getOrDefault("onLostCreate", "recreate"))),
        kamelet.incremental(),
        typed);
  }

  private static String upper(String value) {
    return value.toUpperCase(Locale.ROOT);
  }

  private static Duration duration(Map<String, String> values, String name, String otherwise) {
    return Durations.parse(values.getOrDefault(name, otherwise)).orElseThrow();
  }

  private @Nullable String resolved(
      String label, String parameter, String value, List<Problem> problems) {
    try {
      return camel.resolvePropertyPlaceholders(value);
    } catch (IllegalArgumentException e) {
      problems.add(
          new Problem(
              label,
              parameter,
              "a property is missing: " + e.getMessage() + "; set it in application.properties"));
      return null;
    }
  }

  /** What is wrong with a connection for use by a Kamelet. */
  public List<Problem> connection(String name, Kamelet kamelet) {
    String label = "application.properties";
    Map<String, String> configured;
    try {
      configured = connections.configured(name);
    } catch (IllegalArgumentException e) {
      return List.of(
          new Problem(
              label,
              name + ".*",
              "a value cannot be read: "
                  + e.getMessage()
                  + "; set the environment variable or property"));
    }
    if (configured.isEmpty()) {
      return List.of(
          new Problem(
              label,
              name + ".*",
              "the connection \"" + name + "\" is not configured: add " + wanted(name, kamelet)));
    }
    List<Problem> problems = new ArrayList<>();
    for (Map.Entry<String, String> setting : configured.entrySet()) {
      Declared declared = kamelet.connection().get(setting.getKey());
      String property = name + "." + setting.getKey();
      if (declared == null) {
        problems.add(
            new Problem(
                label,
                property,
                kamelet.flow()
                    + " connections have no such setting"
                    + nearest(setting.getKey(), kamelet.connection().keySet())));
      } else if (!setting.getValue().isEmpty() && !Connection.secret(declared.name())) {
        ValueCheck.fault(declared, setting.getValue())
            .ifPresent(fault -> problems.add(new Problem(label, property, fault)));
      }
    }
    Connection connection = connections.read(name, kamelet.name());
    for (String needed : needed(connection, kamelet)) {
      if (connection.find(needed).isEmpty()) {
        problems.add(
            new Problem(
                label,
                name + "." + needed,
                connections
                    .variable(name, needed)
                    .map(variable -> "the environment variable " + variable + " is not set: set it")
                    .orElse("the connection needs this setting: give it a value")));
      }
    }
    return problems;
  }

  /** The settings that a connection cannot do without, by the way it authorizes itself. */
  private static Set<String> needed(Connection connection, Kamelet kamelet) {
    Set<String> needed = new TreeSet<>();
    kamelet.connection().values().stream()
        .filter(Declared::required)
        .forEach(declared -> needed.add(declared.name()));
    switch (connection.find("authorization").orElse("none")) {
      case "basic" -> needed.addAll(List.of("user", "password"));
      case "bearer", "body" -> needed.add("token");
      case "api-key" -> needed.add("api-key");
      case "digest" -> needed.addAll(List.of("user", "password"));
      case "user-api-key" -> needed.addAll(List.of("user", "api-key"));
      case "oauth2" -> needed.addAll(List.of("client-id", "client-secret"));
      default -> {
        // Nothing is needed where nothing is proved.
      }
    }
    return needed;
  }

  private static String wanted(String name, Kamelet kamelet) {
    return String.join(
        ", ", kamelet.connection().keySet().stream().map(setting -> name + "." + setting).toList());
  }

  /** A hint at the name that was probably meant. */
  private static String nearest(String written, Collection<String> known) {
    return known.stream()
        .filter(
            name -> distance(name.toLowerCase(Locale.ROOT), written.toLowerCase(Locale.ROOT)) <= 3)
        .findFirst()
        .map(name -> " (did you mean " + name + "?)")
        .orElse("");
  }

  private static int distance(String one, String other) {
    int[] row = new int[other.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int above = row[j];
        int change = one.charAt(i - 1) == other.charAt(j - 1) ? diagonal : diagonal + 1;
        row[j] = Math.min(change, Math.min(above, row[j - 1]) + 1);
        diagonal = above;
      }
    }
    return row[other.length()];
  }
}
