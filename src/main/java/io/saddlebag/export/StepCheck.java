package io.saddlebag.export;

import java.util.ArrayList;
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

  /** What is wrong with a step. */
  List<Problem> problems(String label, ExportFile.DeclaredStep step) {
    Optional<Kamelet> known = kamelets.find(step.kamelet()).filter(found -> !found.startsFlow());
    if (known.isEmpty()) {
      return List.of(new Problem(label, "steps", unknown(step.kamelet())));
    }
    Kamelet kamelet = known.get();
    List<Problem> problems = new ArrayList<>();
    if (kamelet.handsOn() != step.ownSteps()) {
      problems.add(new Problem(label, "steps", place(kamelet)));
    }
    Map<String, String> values =
        parameters.values(
            label, "the parameters of " + kamelet.name(), kamelet, step.parameters(), problems);
    for (Declared declared : kamelet.parameters().values()) {
      String value = values.get(declared.name());
      if (value != null
          && !step.raw().contains(declared.name())
          && value.matches("(?s).*[&%+].*")) {
        problems.add(
            new Problem(
                label,
                declared.name(),
                "a value with & or % or + does not reach a step whole: write it as RAW(value)"));
      }
      if (value != null && "secret-property".equals(declared.format())) {
        secret(value)
            .map(fault -> new Problem(label, declared.name(), fault))
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
  private static String place(Kamelet kamelet) {
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
