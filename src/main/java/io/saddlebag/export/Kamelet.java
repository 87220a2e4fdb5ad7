package io.saddlebag.export;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a Kamelet file declares: the vendor flow that it starts, its parameters, and the settings of
 * the connection that it needs ({@code x-connection}).
 *
 * @param name the Kamelet's name
 * @param flow the flow, from the annotation {@code saddlebag.io/flow}
 * @param parameters the parameters by name
 * @param connection the connection's settings by name
 * @param rules how parameters depend on each other
 */
public record Kamelet(
    String name,
    String flow,
    Map<String, Declared> parameters,
    Map<String, Declared> connection,
    List<Rule> rules) {

  /** Reads a Kamelet's declaration. */
  static Kamelet of(JsonNode document) {
    JsonNode metadata = document.path("metadata");
    JsonNode definition = document.path("spec").path("definition");
    return new Kamelet(
        metadata.path("name").asText(),
        metadata.path("annotations").path("saddlebag.io/flow").asText(),
        declared(definition),
        declared(definition.path("x-connection")),
        rules(definition.path("x-rules")));
  }

  private static List<Rule> rules(JsonNode rules) {
    List<Rule> all = new ArrayList<>();
    for (JsonNode rule : rules) {
      rule.properties()
          .forEach(
              entry -> {
                List<String> parameters = new ArrayList<>();
                entry.getValue().forEach(name -> parameters.add(name.asText()));
                all.add(new Rule(entry.getKey(), List.copyOf(parameters)));
              });
    }
    return List.copyOf(all);
  }

  private static Map<String, Declared> declared(JsonNode schema) {
    Set<String> required = new HashSet<>();
    schema.path("required").forEach(name -> required.add(name.asText()));
    Map<String, Declared> all = new LinkedHashMap<>();
    schema
        .path("properties")
        .properties()
        .forEach(
            property -> {
              JsonNode node = property.getValue();
              List<String> values = new ArrayList<>();
              node.path("enum").forEach(value -> values.add(value.asText()));
              all.put(
                  property.getKey(),
                  new Declared(
                      property.getKey(),
                      node.path("type").asText("string"),
                      text(node, "format"),
                      text(node, "default"),
                      List.copyOf(values),
                      text(node, "pattern"),
                      required.contains(property.getKey())));
            });
    return all;
  }

  private static @Nullable String text(JsonNode node, String field) {
    return node.hasNonNull(field) ? node.get(field).asText() : null;
  }
}
