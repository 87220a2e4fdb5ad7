package io.saddlebag.export;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How parameters of a Kamelet depend on each other ({@code x-rules} in its definition).
 *
 * @param kind {@code exactly-one} or {@code together} of all, {@code ordered} for two that must not
 *     be the wrong way round; or what the first ({@code name} or {@code name=value}), when it is
 *     given, does to the others: {@code needs} all, {@code needs-one}, {@code excludes} all, {@code
 *     excludes-value} ({@code name=value})
 * @param parameters the parameters it speaks of
 */
public record Rule(String kind, List<String> parameters) {

  /** The parameters, for a message. */
  String names() {
    return String.join(", ", parameters);
  }

  /** What is wrong with the values that are given. */
  Optional<String> fault(Map<String, String> given) {
    long count = parameters.stream().filter(given::containsKey).count();
    boolean first = holds(parameters.get(0), given);
    long others = parameters.stream().skip(1).filter(given::containsKey).count();
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
              first && others < parameters.size() - 1,
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
              first && parameters.stream().skip(1).anyMatch(pair -> holds(pair, given)),
              parameters.get(0) + " does not work with that value: remove it, or change the value");
      case "ordered" ->
          when(
              count == 2 && later(parameters.get(0), parameters.get(1), given),
              "the first is later than the second: swap or change them");
      default -> throw new IllegalArgumentException("there is no rule " + kind);
    };
  }

  private static boolean later(String one, String other, Map<String, String> given) {
    return given.getOrDefault(one, "").compareTo(given.getOrDefault(other, "")) > 0;
  }

  private static boolean holds(String nameOrPair, Map<String, String> given) {
    String[] parts = nameOrPair.split("=", 2);
    return parts.length == 1 ? given.containsKey(parts[0]) : parts[1].equals(given.get(parts[0]));
  }

  private static Optional<String> when(boolean wrong, String fault) {
    return wrong ? Optional.of(fault) : Optional.empty();
  }
}
