package io.saddlebag.export;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;

/** Checks the parameters that a user gives to a Kamelet against its declaration. */
final class ParameterCheck {
  private final CamelContext camel;

  /**
   * Where parameters stand.
   *
   * @param file the file
   * @param step the step, null for the route's {@code from}
   * @param under what more would be added under
   */
  record Place(String file, @Nullable String step, String under) {
    Problem problem(@Nullable String parameter, String sentence) {
      return new Problem(file, step, parameter, sentence);
    }
  }

  /** Reads the properties that values name from this context. */
  ParameterCheck(CamelContext camel) {
    this.camel = camel;
  }

  /**
   * The values that count: those written, with their properties put in, and the defaults.
   *
   * @param problems what is wrong is added here
   */
  Map<String, String> values(
      Place place, Kamelet kamelet, ExportFile.DeclaredStep written, List<Problem> problems) {
    Map<String, String> values = new TreeMap<>();
    for (Map.Entry<String, String> parameter : written.parameters().entrySet()) {
      Declared declared = kamelet.parameters().get(parameter.getKey());
      if (declared == null) {
        problems.add(
            place.problem(
                parameter.getKey(),
                kamelet.name()
                    + " has no such parameter"
                    + NearestName.hint(parameter.getKey(), kamelet.parameters().keySet())
                    + "; "
                    + (kamelet.startsFlow()
                        ? "docs/vendors lists them"
                        : "docs/recipes lists them")));
        continue;
      }
      if (written.structured().contains(declared.name()) && !declared.structured()) {
        problems.add(
            place.problem(
                declared.name(),
                "a list or a map does not fit: this is a "
                    + declared.type()
                    + ", write one value"));
        continue;
      }
      String value =
          declared.structured()
              ? structure(place, declared.name(), parameter.getValue(), problems)
              : resolved(place, declared.name(), parameter.getValue(), problems);
      if (value != null && !value.isEmpty()) {
        ValueCheck.fault(declared, value)
            .ifPresent(fault -> problems.add(place.problem(declared.name(), fault)));
        values.put(declared.name(), value);
      }
    }
    for (Declared declared : kamelet.parameters().values()) {
      if (declared.defaultValue() != null && !declared.defaultValue().isEmpty()) {
        values.putIfAbsent(declared.name(), declared.defaultValue());
      }
      if (declared.required() && !values.containsKey(declared.name())) {
        problems.add(
            place.problem(
                declared.name(),
                kamelet.name() + " needs this parameter: add it under " + place.under()));
      }
    }
    for (Rule rule : kamelet.rules()) {
      rule.fault(values, asked(kamelet, values))
          .ifPresent(fault -> problems.add(place.problem(rule.names(), fault)));
    }
    return values;
  }

  /** The parameters that ask for something: a false, or what is so anyway, is as good as absent. */
  private static Set<String> asked(Kamelet kamelet, Map<String, String> values) {
    Set<String> asked = new TreeSet<>();
    values.forEach(
        (name, value) -> {
          if (!value.equals("false") && !value.equals(kamelet.defaultOf(name))) {
            asked.add(name);
          }
        });
    return asked;
  }

  /** The JSON of a list or a map, in whose texts the properties are put in one by one. */
  private @Nullable String structure(
      Place place, String parameter, String value, List<Problem> problems) {
    Optional<JsonNode> json = StructuredValue.parse(value);
    if (json.isEmpty()) {
      return resolved(place, parameter, value, problems);
    }
    try {
      return StructuredValue.mapped(json.get(), camel::resolvePropertyPlaceholders).toString();
    } catch (IllegalArgumentException e) {
      problems.add(place.problem(parameter, CamelRefusal.of("", e).sentence()));
      return null;
    }
  }

  private @Nullable String resolved(
      Place place, String parameter, String value, List<Problem> problems) {
    try {
      return camel.resolvePropertyPlaceholders(value);
    } catch (IllegalArgumentException e) {
      problems.add(place.problem(parameter, CamelRefusal.of("", e).sentence()));
      return null;
    }
  }
}
