package io.saddlebag.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Puts a run's values into the requests that vendor routes write down. {@code {name}} stands for a
 * value: percent-encoded in a path or query, typed in JSON. What has no value is left out, a query
 * pair, a member or an element, and with it every object and list of which nothing else is left; so
 * optional parameters need no choice in the route.
 *
 * <p>A list in a query is joined by commas, or repeats its pair where the template says {@code
 * {name*}}, as in RFC 6570. A value is never looked at for braces of its own.
 */
final class RequestTemplate {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
          .build();

  private static final Pattern NAME = Pattern.compile("\\{([A-Za-z][A-Za-z0-9.-]*)(\\*?)}");
  private static final String UNRESERVED = "-._~";

  private final Function<String, @Nullable Object> values;

  /** A template filled from these values; null and the empty text count as absent. */
  RequestTemplate(Function<String, @Nullable Object> values) {
    this.values = values;
  }

  /** Fills a path with an optional query. */
  String target(String template) {
    int question = template.indexOf('?');
    if (question < 0) {
      return filled(template, template);
    }
    List<String> pairs = new ArrayList<>();
    for (String pair : template.substring(question + 1).split("&", -1)) {
      pairs.addAll(pairs(pair, template));
    }
    String path = filled(template.substring(0, question), template);
    return pairs.isEmpty() ? path : path + "?" + String.join("&", pairs);
  }

  private List<String> pairs(String pair, String template) {
    Matcher names = NAME.matcher(pair);
    List<?> repeated = null;
    while (names.find()) {
      Object value = value(names.group(1));
      // An empty list in a query cannot be told from a list of one empty text.
      if (value == null || (value instanceof List<?> list && list.isEmpty())) {
        return List.of();
      }
      if (!names.group(2).isEmpty() && value instanceof List<?> list) {
        repeated = list;
      }
    }
    if (repeated == null) {
      return List.of(filled(pair, template));
    }
    return repeated.stream().map(one -> filled(pair, template, one)).toList();
  }

  private String filled(String text, String template) {
    return filled(text, template, null);
  }

  /**
   * Fills a piece of a target.
   *
   * @param one the element that stands for a repeated list
   */
  private String filled(String text, String template, @Nullable Object one) {
    return NAME.matcher(text)
        .replaceAll(
            match -> {
              Object value =
                  one != null && !match.group(2).isEmpty() ? one : required(match, template);
              return Matcher.quoteReplacement(encoded(value));
            });
  }

  private Object required(MatchResult match, String template) {
    Object value = value(match.group(1));
    if (value == null) {
      throw new IllegalStateException(
          "the request " + template + " needs a value for " + match.group());
    }
    return value;
  }

  private static String encoded(Object value) {
    return value instanceof List<?> list
        ? list.stream().map(one -> encode(text(one))).collect(Collectors.joining(","))
        : encode(text(value));
  }

  /** A value in a place for text. */
  private static String text(@Nullable Object value) {
    return value instanceof Map<?, ?> || value instanceof List<?>
        ? JSON.valueToTree(value).toString()
        : String.valueOf(value);
  }

  /** Fills a JSON document in which the text {@code "{name}"} stands for a value. */
  JsonNode json(String template) {
    try {
      JsonNode tree = JSON.readTree(template);
      JsonNode filled = json(tree);
      // The body itself is what was asked for, even with nothing in it.
      return filled != null ? filled : tree.isArray() ? JSON.createArrayNode() : empty();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the route's requestBody is not JSON: " + template, e);
    }
  }

  private static ObjectNode empty() {
    return JSON.createObjectNode();
  }

  /** The node with its values, null when it stood for nothing but absent ones. */
  private @Nullable JsonNode json(JsonNode node) {
    if (node instanceof ObjectNode object) {
      ObjectNode filled = empty();
      for (Map.Entry<String, JsonNode> member : object.properties()) {
        JsonNode value = json(member.getValue());
        if (value != null) {
          filled.set(member.getKey(), value);
        }
      }
      return filled.isEmpty() && !object.isEmpty() ? null : filled;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode filled = JSON.createArrayNode();
      for (JsonNode element : array) {
        JsonNode value = json(element);
        if (value != null) {
          filled.add(value);
        }
      }
      return filled.isEmpty() && !array.isEmpty() ? null : filled;
    }
    return node.isTextual() ? text(node) : node;
  }

  private @Nullable JsonNode text(JsonNode node) {
    Matcher names = NAME.matcher(node.asText());
    if (names.matches()) {
      Object value = value(names.group(1));
      return value == null ? null : JSON.valueToTree(value);
    }
    names.reset();
    while (names.find()) {
      if (value(names.group(1)) == null) {
        return null;
      }
    }
    return TextNode.valueOf(
        names.replaceAll(match -> Matcher.quoteReplacement(text(required(match, node.asText())))));
  }

  private @Nullable Object value(String name) {
    Object value = values.apply(name);
    return value == null || "".equals(value) ? null : value;
  }

  /** Percent-encodes everything but RFC 3986's unreserved characters. */
  static String encode(String text) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xFF);
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || UNRESERVED.indexOf(c) >= 0;
      if (plain) {
        encoded.append(c);
      } else {
        encoded.append(String.format("%%%02X", (int) c));
      }
    }
    return encoded.toString();
  }
}
