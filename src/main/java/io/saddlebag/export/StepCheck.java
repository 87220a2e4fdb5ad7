package io.saddlebag.export;

import io.saddlebag.kamelet.ExactText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;

/**
 * Checks the Kamelets among the steps of users' routes: what shapes and delivers a file is found
 * wrong when the route is loaded, not when the vendor's file has come.
 */
final class StepCheck {
  static final String HIDDEN =
      "its name is written in a way in which it cannot be told from others: write kamelet: and the"
          + " name in one line, without escapes";

  /** What Camel changes on the way to a Kamelet, in RAW(…) as well. */
  private static final Pattern CHANGED = Pattern.compile("[\\\\\\p{Cntrl}]|[\\p{Z}&&[^ ]]|^ | $");

  /** What does reach a bean's constructor out of a property, a path in most cases. */
  private static final Pattern DEFAULT =
      Pattern.compile(
          "(?!true$|false$|null$|[-+.\\d]*$)[^\"'#$\\p{Cntrl}\\s]+( +[^\"'#$\\p{Cntrl}\\s]+)*");

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
    for (Written written : step.written()) {
      Declared declared = kamelet.parameters().get(written.name());
      if (declared != null && written.structured() == null) {
        written(kamelet, declared, written)
            .ifPresent(fault -> problems.add(place.problem(written.name(), fault)));
      }
    }
    for (Declared declared : kamelet.parameters().values()) {
      String value = values.get(declared.name());
      if (step.parameters().get(declared.name()) == null) {
        byDefault(kamelet, declared)
            .ifPresent(fault -> problems.add(place.problem(declared.name(), fault)));
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

  /**
   * What stands for a parameter in the text that Camel loads. The Kamelets of vendors have no use
   * for a value that has come through Camel, and ours for steps take one in code.
   */
  Optional<String> coded(String name, Written written) {
    Kamelet kamelet = kamelets.find(name).orElse(null);
    Declared declared = kamelet == null ? null : kamelet.parameters().get(written.name());
    if (kamelet == null || declared == null || !(kamelet.exact() || kamelet.startsFlow())) {
      return Optional.empty();
    }
    return Optional.of(resolved(written.value()))
        .filter(value -> declared.type().equals("string") && declared.values().isEmpty())
        .filter(value -> !ExactText.safe(value))
        .map(ExactText::coded);
  }

  private String resolved(String value) {
    try {
      return camel.resolvePropertyPlaceholders(value);
    } catch (IllegalArgumentException missing) {
      // The check of parameters has told of it.
      return value;
    }
  }

  /** What keeps a parameter from arriving as it is written. */
  private Optional<String> written(Kamelet kamelet, Declared declared, Written written) {
    if (written.fault() != null) {
      return Optional.of(written.fault());
    }
    String value = resolved(written.value());
    if (!kamelet.exact()) {
      return changed(kamelet, value, written.raw());
    }
    if (!written.located() && !ExactText.safe(value) && !value.matches("[A-Za-z][A-Za-z0-9]*")) {
      return Optional.of(
          "this value does not reach a step out of an address that is written with escapes or over"
              + " lines: write it under parameters");
    }
    return value.isEmpty() ? ValueCheck.fault(declared, "") : Optional.empty();
  }

  /** What Camel does to a value on its way to a Kamelet that takes none in code. */
  private static Optional<String> changed(Kamelet kamelet, String value, boolean raw) {
    if (!raw && value.matches("(?s).*[&%+].*")) {
      return Optional.of(
          "a value with & or % or + does not reach a step whole: write it as RAW(value)");
    }
    return CHANGED.matcher(value).find()
        ? Optional.of(
            "a value with a backslash, a tab, a line break or a blank at its ends does not reach "
                + kamelet.name()
                + " whole, as it is none of Saddlebag's own steps: let the Kamelet read it from a"
                + " property, or write another value")
        : Optional.empty();
  }

  /** A default is not the route's to write in code. */
  private Optional<String> byDefault(Kamelet kamelet, Declared declared) {
    String text = declared.defaultValue();
    if (!kamelet.exact() || text == null || !text.contains("{{")) {
      return Optional.empty();
    }
    String value = resolved(text);
    return DEFAULT.matcher(value).matches()
        ? Optional.empty()
        : Optional.of(
            "its default "
                + text
                + " is \""
                + value
                + "\", which does not reach a step whole: write it under the parameters of "
                + kamelet.name());
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
