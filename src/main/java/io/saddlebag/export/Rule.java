package io.saddlebag.export;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How parameters of a Kamelet depend on each other ({@code x-rules} in its definition). A parameter
 * counts as given when it asks for something: not when it is false, or its default. {@code
 * name=value} counts whenever the parameter has that value.
 *
 * @param kind {@code exactly-one} or {@code together} of all, {@code ordered} for two that must not
 *     be the wrong way round; or what the first, when it is given, does to the others: {@code
 *     needs} all, {@code needs-one}, {@code excludes} all, {@code excludes-value} ({@code
 *     name=value}), {@code only-with} all, without which it would have no effect
 * @param parameters the parameters it speaks of
 */
public record Rule(String kind, List<String> parameters) {

  /** The parameters, for a message. */
  String names() {
    return String.join(", ", parameters);
  }

  /**
   * What is wrong with the values.
   *
   * @param values all that there are, with the defaults
   * @param asked the parameters that ask for something
   */
  Optional<String> fault(Map<String, String> values, Set<String> asked) {
    long count = parameters.stream().filter(asked::contains).count();
    boolean first = holds(parameters.get(0), values, asked);
    long others = parameters.stream().skip(1).filter(asked::contains).count();
    return switch (kind) {
      case "exactly-one" ->
          when(
              count != 1,
              count == 0
                  ? "one of these is needed: add one of them"
                  : "only one of these may be given: remove the others");
      case "together" ->
          when(
              count != 0 && count != parameters.size(),
              "these belong together: give all of them or none");
      case "needs" ->
          when(
              first && parameters.stream().skip(1).anyMatch(other -> absent(other, values)),
              parameters.get(0) + " needs the others: add what is missing, or remove it");
      case "needs-one" ->
          when(
              first && others == 0,
              parameters.get(0) + " needs one of the others: add one, or remove it");
      case "excludes" ->
          when(
              first && others > 0,
              parameters.get(0) + " and the others exclude each other: remove it or them");
      case "excludes-value" ->
          when(
              first && parameters.stream().skip(1).anyMatch(pair -> holds(pair, values, asked)),
              parameters.get(0) + " does not work with that value: remove it, or change the value");
      case "only-with" ->
          when(
              first && !parameters.stream().skip(1).allMatch(pair -> holds(pair, values, asked)),
              parameters.get(0)
                  + " has no effect without "
                  + String.join(" and ", parameters.subList(1, parameters.size()))
                  + ": add what is missing, or remove it");
      case "ordered" ->
          when(
              count == 2 && later(parameters.get(0), parameters.get(1), values),
              "the first is later than the second: swap or change them");
      default -> throw new IllegalArgumentException("there is no rule " + kind);
    };
  }

  private static boolean absent(String name, Map<String, String> values) {
    return values.getOrDefault(name, "false").equals("false");
  }

  private static boolean later(String one, String other, Map<String, String> values) {
    return values.getOrDefault(one, "").compareTo(values.getOrDefault(other, "")) > 0;
  }

  private static boolean holds(String nameOrPair, Map<String, String> values, Set<String> asked) {
    String[] parts = nameOrPair.split("=", 2);
    return parts.length == 1 ? asked.contains(parts[0]) : parts[1].equals(values.get(parts[0]));
  }

  private static Optional<String> when(boolean wrong, String fault) {
    return wrong ? Optional.of(fault) : Optional.empty();
  }
}
