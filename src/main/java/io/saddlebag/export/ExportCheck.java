package io.saddlebag.export;

import io.saddlebag.export.ExportDefinition.OnDeadline;
import io.saddlebag.export.ExportDefinition.OnLostCreate;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;

/**
 * Checks what users wrote before anything is sent to a vendor. Camel itself accepts misspelt, badly
 * typed and not allowed parameters of a Kamelet in silence.
 */
public final class ExportCheck {
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,99}";

  private final Kamelets kamelets;
  private final ParameterCheck parameters;
  private final ConnectionCheck connection;
  private final StepCheck steps;

  /** Checks against these Kamelets and this context's properties. */
  public ExportCheck(CamelContext camel, Kamelets kamelets, Connections connections) {
    this.kamelets = kamelets;
    this.parameters = new ParameterCheck(camel);
    this.connection = new ConnectionCheck(connections);
    this.steps = new StepCheck(camel, kamelets, parameters, connection);
  }

  /**
   * What a file holds.
   *
   * @param definitions the exports; none when anything is wrong, as the file is loaded as a whole
   * @param problems what is wrong
   */
  public record Result(List<ExportDefinition> definitions, List<Problem> problems) {}

  /**
   * Checks every export of a file.
   *
   * @param elsewhere where another route of this id stands, if one does
   */
  public Result check(ExportFile file, Function<String, Optional<String>> elsewhere) {
    try {
      return checked(file, elsewhere);
    } catch (Kamelets.Unreadable e) {
      return new Result(List.of(), List.of(e.problem()));
    }
  }

  /** What Camel loads of a file in which nothing is wrong. */
  String loadable(ExportFile file) {
    return file.loadable(steps::coded);
  }

  /** The same with some of the file's elements only. */
  String loadable(ExportFile file, Predicate<ExportFile.Element> wanted) {
    return file.loadable(steps::coded, wanted);
  }

  /** What a route is to Camel, when nothing is wrong with its parameters. */
  String shape(ExportFile file, ExportFile.DeclaredRoute route) {
    return file.shape(
        route,
        (step, written) ->
            kamelets
                .find(step.kamelet())
                .filter(one -> one.anyValueDoes(written.name()))
                .isPresent());
  }

  private Result checked(ExportFile file, Function<String, Optional<String>> elsewhere) {
    List<ExportDefinition> definitions = new ArrayList<>();
    List<Problem> problems = new ArrayList<>();
    String label = file.path().toString();
    Set<String> seen = new HashSet<>();
    for (ExportFile.DeclaredRoute route : file.routes()) {
      problems.addAll(identity(label, route, seen, elsewhere));
      if (route.from().uri().isEmpty()) {
        problems.add(
            new Problem(
                label, "from", "the route \"" + route.id() + "\" does not say where it starts"));
      }
      problems.addAll(steps.problems(label, route.steps()));
      ExportFile.DeclaredStep from = route.kamelet();
      if (from == null) {
        continue;
      }
      if (kamelets.find(from.kamelet()).filter(Kamelet::startsFlow).isEmpty()) {
        problems.add(new Problem(label, "from", unknownKamelet(from.kamelet())));
        continue;
      }
      List<Problem> found = new ArrayList<>();
      if (from.mention().hidden()) {
        found.add(new Problem(label, "from", StepCheck.HIDDEN));
      }
      ExportDefinition definition =
          definition(file.path(), String.valueOf(route.id()), from, found);
      problems.addAll(found);
      if (definition != null && found.isEmpty()) {
        definitions.add(definition);
      }
    }
    return new Result(problems.isEmpty() ? definitions : List.of(), problems);
  }

  private static List<Problem> identity(
      String label,
      ExportFile.DeclaredRoute route,
      Set<String> seen,
      Function<String, Optional<String>> elsewhere) {
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
    return (seen.add(id) ? elsewhere.apply(id) : Optional.of("this file"))
        .map(
            other ->
                List.of(
                    new Problem(
                        label,
                        "id",
                        "a route of "
                            + other
                            + " is called \""
                            + id
                            + "\", too: give one of the two another id")))
        .orElse(List.of());
  }

  private String unknownKamelet(String name) {
    List<String> names =
        kamelets.all().stream().filter(Kamelet::startsFlow).map(Kamelet::name).toList();
    return "there is no Kamelet \""
        + name
        + "\""
        + NearestName.hint(name, names)
        + "; there are "
        + String.join(", ", names);
  }

  private @Nullable ExportDefinition definition(
      Path file, String name, ExportFile.DeclaredStep from, List<Problem> problems) {
    String label = file.toString();
    Kamelet kamelet = kamelets.get(from.kamelet());
    Map<String, String> values =
        parameters.values(
            new ParameterCheck.Place(label, null, "from.parameters"), kamelet, from, problems);
    problems.addAll(AuthorizationCheck.problems(kamelets.file(kamelet.name()), kamelet));
    if (values.containsKey("connection")) {
      problems.addAll(connection.problems(values.get("connection"), kamelet));
    }
    return problems.isEmpty() ? definition(file, name, kamelet, values, problems) : null;
  }

  private static @Nullable ExportDefinition definition(
      Path file, String name, Kamelet kamelet, Map<String, String> values, List<Problem> problems) {
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
        name,
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
        OnLostCreate.valueOf(upper(values.getOrDefault("onLostCreate", "fail"))),
        kamelet.incremental(),
        typed);
  }

  private static String upper(String value) {
    return value.toUpperCase(Locale.ROOT);
  }

  private static Duration duration(Map<String, String> values, String name, String otherwise) {
    return Durations.parse(values.getOrDefault(name, otherwise)).orElseThrow();
  }

  /** What is wrong with a connection for use by a Kamelet. */
  public List<Problem> connection(String name, Kamelet kamelet) {
    return connection.problems(name, kamelet);
  }
}
