package io.saddlebag.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Values that are lists or maps: as JSON while they are checked, as Java's own in a run. */
final class StructuredValue {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
          .build();

  private StructuredValue() {}

  /** A text read as JSON, if it is. */
  static Optional<JsonNode> parse(String text) {
    try {
      JsonNode node = JSON.readTree(text);
      return Optional.ofNullable(node).filter(found -> !found.isMissingNode());
    } catch (JsonProcessingException noJson) {
      return Optional.empty();
    }
  }

  /** The same with every text in it mapped. */
  static JsonNode mapped(JsonNode node, UnaryOperator<String> text) {
    if (node.isObject()) {
      var object = JSON.createObjectNode();
      node.properties()
          .forEach(member -> object.set(member.getKey(), mapped(member.getValue(), text)));
      return object;
    }
    if (node.isArray()) {
      var array = JSON.createArrayNode();
      node.forEach(element -> array.add(mapped(element, text)));
      return array;
    }
    return node.isTextual() ? TextNode.valueOf(text.apply(node.asText())) : node;
  }

  /** What is wrong with a text that is to be such a value, in half a sentence. */
  static Optional<String> fault(Declared declared, String text) {
    return parse(text)
        .map(node -> fault(declared, node, ""))
        .orElseGet(() -> shape(declared, text));
  }

  private static Optional<String> fault(Declared declared, JsonNode node, String place) {
    if (declared.type().equals("array")) {
      return node.isArray() ? elements(declared, node, place) : shape(declared, place + node);
    }
    if (declared.type().equals("object")) {
      return node.isObject() ? members(declared, node, place) : shape(declared, place + node);
    }
    if (node.isContainerNode() || node.isNull()) {
      return Optional.of(
          place + (node.isNull() ? "is empty" : "is a list or a map") + ": write one value");
    }
    return ValueCheck.fault(declared, node.asText()).map(fault -> place + fault);
  }

  private static Optional<String> shape(Declared declared, String text) {
    return Optional.of(
        text
            + (declared.type().equals("array")
                ? " is not a list: write for example [a, b]"
                : " is not a map: write for example {a: 1}"));
  }

  private static Optional<String> elements(Declared declared, JsonNode list, String place) {
    Declared items = declared.items();
    for (int i = 0; items != null && i < list.size(); i++) {
      Optional<String> fault = fault(items, list.get(i), place + "element " + (i + 1) + ": ");
      if (fault.isPresent()) {
        return fault;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> members(Declared declared, JsonNode map, String place) {
    for (Map.Entry<String, JsonNode> member : map.properties()) {
      Declared known = declared.members().get(member.getKey());
      if (known == null && declared.closed()) {
        return Optional.of(
            place
                + "there is no "
                + member.getKey()
                + NearestName.hint(member.getKey(), declared.members().keySet())
                + ": write one of "
                + String.join(", ", declared.members().keySet()));
      }
      Optional<String> fault =
          known == null
              ? Optional.empty()
              : fault(known, member.getValue(), place + member.getKey() + ": ");
      if (fault.isPresent()) {
        return fault;
      }
    }
    return declared.members().values().stream()
        .filter(known -> known.required() && !map.has(known.name()))
        .findFirst()
        .map(missing -> place + missing.name() + " is missing: add it");
  }

  /** The value for a run: lists, maps, and what its declaration, or else JSON, says is in them. */
  static Object typed(Declared declared, String text) {
    Object value = typed(declared, parse(text).orElseThrow());
    return value == null ? List.of() : value;
  }

  private static @Nullable Object typed(@Nullable Declared declared, JsonNode node) {
    if (node.isArray()) {
      List<@Nullable Object> list = new ArrayList<>();
      node.forEach(element -> list.add(typed(declared == null ? null : declared.items(), element)));
      return Collections.unmodifiableList(list);
    }
    if (node.isObject()) {
      Map<String, @Nullable Object> map = new LinkedHashMap<>();
      node.properties()
          .forEach(
              member ->
                  map.put(
                      member.getKey(),
                      typed(
                          declared == null ? null : declared.members().get(member.getKey()),
                          member.getValue())));
      return Collections.unmodifiableMap(map);
    }
    if (node.isNull()) {
      return null;
    }
    if (declared != null) {
      return ValueCheck.typed(declared, node.asText());
    }
    return node.isNumber()
        ? node.isIntegralNumber() ? node.bigIntegerValue() : node.decimalValue()
        : node.isBoolean() ? (Object) node.booleanValue() : node.asText();
  }
}
