package io.saddlebag.export;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How parameters of a Kamelet depend on each other ({@code x-rules} in its definition).
 *
 * @param kind {@code exactly-one} or {@code together}
 * @param parameters the parameters it speaks of
 */
public record Rule(String kind, List<String> parameters) {

  /** The parameters, for a message. */
  String names() {
    return String.join(", ", parameters);
  }

  /** What is wrong with the parameters that are given. */
  Optional<String> fault(Set<String> given) {
    long count = parameters.stream().filter(given::contains).count();
    if (kind.equals("exactly-one") && count != 1) {
      return Optional.of(
          count == 0
              ? "one of these is needed: add one of them"
              : "only one of these may be given: remove the others");
    }
    if (kind.equals("together") && count != 0 && count != parameters.size()) {
      return Optional.of("these belong together: give all of them or none");
    }
    return Optional.empty();
  }
}
