package io.saddlebag.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Puts a run's values into the requests that vendor routes write down. {@code {name}} stands for a
 * value: percent-encoded in a path or query, typed in JSON. A query pair or JSON member whose value
 * is absent is left out, so optional parameters need no choice in the route.
 */
final class RequestTemplate {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern NAME = Pattern.compile("\\{([A-Za-z][A-Za-z0-9.-]*)}");
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
      return filled(template);
    }
    List<String> pairs = new ArrayList<>();
    for (String pair : template.substring(question + 1).split("&", -1)) {
      if (complete(pair)) {
        pairs.add(filled(pair));
      }
    }
    String path = filled(template.substring(0, question));
    return pairs.isEmpty() ? path : path + "?" + String.join("&", pairs);
  }

  /** Fills a JSON document in which the text {@code "{name}"} stands for a value. */
  JsonNode json(String template) {
    try {
      JsonNode tree = JSON.readTree(template);
      fill(tree);
      return tree;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the route's requestBody is not JSON: " + template, e);
    }
  }

  private void fill(JsonNode node) {
    if (node instanceof ObjectNode object) {
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      for (String name : names) {
        JsonNode value = object.get(name);
        if (value.isTextual() && NAME.matcher(value.asText()).matches()) {
          Object wanted = value(value.asText().substring(1, value.asText().length() - 1));
          if (wanted == null) {
            object.remove(name);
          } else {
            object.set(name, JSON.valueToTree(wanted));
          }
        } else {
          fill(value);
        }
      }
    } else if (node instanceof ArrayNode array) {
      array.forEach(this::fill);
    }
  }

  private boolean complete(String text) {
    Matcher names = NAME.matcher(text);
    while (names.find()) {
      if (value(names.group(1)) == null) {
        return false;
      }
    }
    return true;
  }

  private String filled(String text) {
    return NAME.matcher(text)
        .replaceAll(
            match -> {
              Object value = value(match.group(1));
              if (value == null) {
                throw new IllegalStateException(
                    "the request " + text + " needs a value for " + match.group());
              }
              return Matcher.quoteReplacement(encode(String.valueOf(value)));
            });
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
