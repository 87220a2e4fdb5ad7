package io.saddlebag.export;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.camel.CamelContext;

/**
 * Checks the Kamelets among the steps of users' routes: what shapes and delivers a file is found
 * wrong when the route is loaded, not when the vendor's file has come.
 */
final class StepCheck {
  static final String HIDDEN =
      "its name is written in a way in which it cannot be told from others: write kamelet: and the"
          + " name in one line, without escapes";

  private final CamelContext camel;
  private final Kamelets kamelets;
  private final ParameterCheck parameters;
  private final ConnectionCheck connections;

  StepCheck(
      CamelContext camel,
      Kamelets kamelets,
      ParameterCheck parameters,
      ConnectionCheck connections) {
    this.camel = camel;
    this.kamelets = kamelets;
    this.parameters = parameters;
    this.connections = connections;
  }

  /** What is wrong with the steps of a route. */
  List<Problem> problems(String file, List<ExportFile.DeclaredStep> steps) {
    List<Problem> problems = new ArrayList<>();
    Map<List<String>, String> taken = new HashMap<>();
    for (ExportFile.DeclaredStep step : steps) {
      problems.addAll(problems(file, step));
      for (String unique : kamelets.find(step.kamelet()).map(Kamelet::unique).orElse(List.of())) {
        String value = step.parameters().getOrDefault(unique, "");
        String other = taken.put(List.of(step.kamelet(), unique, value), step.label());
        if (other != null && !value.isEmpty()) {
          problems.add(
              new Problem(
                  file,
                  step.label(),
                  unique,
                  other
                      + " has \""
                      + value
                      + "\", too, and one of the two would get nothing: give each its own"));
        }
      }
    }
    return problems;
  }

  private List<Problem> problems(String file, ExportFile.DeclaredStep step) {
    ParameterCheck.Place place =
        new ParameterCheck.Place(file, step.label(), "the parameters of " + step.kamelet());
    Optional<Kamelet> known = kamelets.find(step.kamelet()).filter(found -> !found.startsFlow());
    if (known.isEmpty()) {
      return List.of(place.problem(null, unknown(step.kamelet())));
    }
    Kamelet kamelet = known.get();
    List<Problem> problems = new ArrayList<>();
    if (step.mention().hidden()) {
      problems.add(place.problem(null, HIDDEN));
    }
    if (kamelet.handsOn() != step.ownSteps()) {
      problems.add(place.problem(null, nesting(kamelet)));
    }
    Map<String, String> values = parameters.values(place, kamelet, step, problems);
    for (Declared declared : kamelet.parameters().values()) {
      String value = values.get(declared.name());
      if (value != null
          && !step.raw().contains(declared.name())
          && value.matches("(?s).*[&%+].*")) {
        problems.add(
            place.problem(
                declared.name(),
                "a value with & or % or + does not reach a step whole: write it as RAW(value)"));
      }
      if (value != null && "secret-property".equals(declared.format())) {
        secret(value)
            .map(fault -> place.problem(declared.name(), fault))
            .filter(problem -> !problems.contains(problem))
            .ifPresent(problems::add);
      }
    }
    String connection = values.get("connection");
    if (connection != null && kamelet.parameters().containsKey("connection")) {
      problems.addAll(connections.problems(connection, kamelet));
    }
    return problems;
  }

  /** Camel drops files without a word where a Kamelet has no steps that it could give them to. */
  private static String nesting(Kamelet kamelet) {
    return kamelet.handsOn()
        ? kamelet.name()
            + " hands files to the steps inside it: write it as kamelet: with name, parameters and"
            + " steps"
        : kamelet.name()
            + " has no use for steps inside it: write it as to: and the steps after it";
  }

  /** A secret is given by the name of its property, which nobody prints by mistake. */
  private Optional<String> secret(String property) {
    if (!Connection.secret(property)) {
      return Optional.of(ValueCheck.NO_SECRETS_NAME);
    }
    Properties written = camel.getPropertiesComponent().loadProperties(property::equals);
    return written.isEmpty()
            || camel.getPropertiesComponent().resolveProperty(property).orElse("").isBlank()
        ? Optional.of(
            "the property " + property + " has no value: set it in application.properties")
        : Optional.empty();
  }

  private String unknown(String name) {
    List<String> names =
        kamelets.all().stream().filter(known -> !known.startsFlow()).map(Kamelet::name).toList();
    return "there is no Kamelet \""
        + name
        + "\" for a step"
        + NearestName.hint(name, names)
        + "; there are "
        + String.join(", ", names);
  }
}
