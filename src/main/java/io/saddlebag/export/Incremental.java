package io.saddlebag.export;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How a Kamelet's exports can bring only what is new ({@code x-incremental} in its definition).
 *
 * @param kind what the vendor counts in
 * @param from the parameter that holds the start of a fixed window, or the first token
 * @param to the parameter that holds the end of a fixed window; null for tokens
 * @param scope the parameters and settings ({@code connection.…}) that a checkpoint belongs to:
 *     with others the vendor would refuse it or answer with foreign rows
 */
public record Incremental(Kind kind, String from, @Nullable String to, List<String> scope) {

  /** What a vendor counts in. */
  public enum Kind {
    /** Whole days, first and last included. */
    DAYS,
    /** Seconds of UTC, the end excluded. */
    SECONDS,
    /** A token that the vendor hands out with a file. */
    TOKEN
  }

  static @Nullable Incremental of(JsonNode node) {
    if (node.isMissingNode()) {
      return null;
    }
    List<String> scope = new ArrayList<>();
    node.path("scope").forEach(name -> scope.add(name.asText()));
    return new Incremental(
        Kind.valueOf(node.path("kind").asText().toUpperCase(Locale.ROOT)),
        node.path("from").asText(),
        node.hasNonNull("to") ? node.get("to").asText() : null,
        List.copyOf(scope));
  }

  /** The values that a checkpoint of this export belongs to, as one line for people. */
  public String scopeOf(ExportDefinition export, Connection connection) {
    TreeMap<String, String> values = new TreeMap<>();
    for (String name : scope) {
      Optional<String> value =
          name.startsWith("connection.")
              ? connection.find(name.substring("connection.".length()))
              : Optional.ofNullable(export.parameters().get(name)).map(Object::toString);
      value.ifPresent(present -> values.put(name.replace("connection.", ""), present));
    }
    StringBuilder line = new StringBuilder();
    values.forEach(
        (name, value) ->
            line.append(line.isEmpty() ? "" : ", ").append(name).append('=').append(value));
    return line.toString();
  }
}
