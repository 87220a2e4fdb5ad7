package io.saddlebag.export;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A YAML text as a tree that knows where its values stand. Every value is the text as it is
 * written: Camel takes it so, and {@code 0640} is no number of a user's.
 */
final class LocatedYaml {
  private static final YAMLFactory FACTORY =
      YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private static final Pattern TWICE = Pattern.compile("^Duplicate field '(.*)'");

  private final String text;
  private final Map<JsonNode, JsonLocation> places = new IdentityHashMap<>();
  private final Map<JsonNode, JsonToken> kinds = new IdentityHashMap<>();
  private final Map<JsonNode, Span> spans = new IdentityHashMap<>();
  private final Map<JsonNode, JsonLocation> ends = new IdentityHashMap<>();
  private final boolean plain;
  private final JsonNode root;
  private boolean aliases;

  /**
   * Where a member that is a list or a map stands in the text.
   *
   * @param keyEnd behind its name, before the colon
   * @param start where the list or the map begins
   * @param end behind it
   */
  record Span(int keyEnd, int start, int end) {}

  private LocatedYaml(String text) throws IOException {
    this.text = text;
    this.plain = text.chars().noneMatch(c -> Character.isSurrogate((char) c));
    try (JsonParser parser = FACTORY.createParser(text)) {
      this.root = parser.nextToken() == null ? MissingNode.getInstance() : node(parser);
    }
  }

  /** Reads a text; throws when it is not YAML, or a key stands twice in one place. */
  static LocatedYaml parse(String text) throws JsonProcessingException {
    try {
      return new LocatedYaml(text);
    } catch (JsonProcessingException e) {
      throw e;
    } catch (IOException e) {
      throw new UncheckedIOException("a text in memory cannot be read", e);
    }
  }

  private JsonNode node(JsonParser parser) throws IOException {
    JsonLocation place = parser.currentTokenLocation();
    aliases |= parser instanceof YAMLParser yaml && yaml.isCurrentAlias();
    JsonNode node;
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      var object = JsonNodeFactory.instance.objectNode();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        int keyEnd = offset(parser.currentLocation());
        parser.nextToken();
        JsonNode value = node(parser);
        object.set(name, value);
        if (value.isContainerNode()) {
          spans.put(value, new Span(keyEnd, offset(value), offset(parser.currentLocation())));
        }
      }
      node = object;
    } else if (parser.currentToken() == JsonToken.START_ARRAY) {
      var array = JsonNodeFactory.instance.arrayNode();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        array.add(node(parser));
      }
      node = array;
    } else {
      boolean nothing = parser.currentToken() == JsonToken.VALUE_NULL;
      // A node of its own, also for equal texts: its place is kept by its identity.
      node = new TextNode(nothing ? "" : parser.getText());
      kinds.put(node, parser.currentToken());
    }
    places.put(node, place);
    ends.put(node, parser.currentLocation());
    return node;
  }

  JsonNode root() {
    return root;
  }

  /** Whether a value stands for one that is written elsewhere in the text. */
  boolean hasAliases() {
    return aliases;
  }

  /** The text of a value; of a list or a map it is JSON, in which numbers are no texts. */
  String value(JsonNode node) {
    return node.isContainerNode() ? json(node).toString() : node.asText();
  }

  private JsonNode json(JsonNode node) {
    if (node.isObject()) {
      var object = JsonNodeFactory.instance.objectNode();
      node.properties().forEach(member -> object.set(member.getKey(), json(member.getValue())));
      return object;
    }
    if (node.isArray()) {
      var array = JsonNodeFactory.instance.arrayNode();
      node.forEach(element -> array.add(json(element)));
      return array;
    }
    return switch (kinds.getOrDefault(node, JsonToken.VALUE_STRING)) {
      case VALUE_NULL -> JsonNodeFactory.instance.nullNode();
      // YAML knows more numbers and truths than JSON does, such as 0640 and yes: those are texts.
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE ->
          StructuredValue.parse(node.asText()).orElse(node);
      default -> node;
    };
  }

  /** The line of a node, from 1. */
  int line(JsonNode node) {
    return place(node).getLineNr();
  }

  /** Where a node begins in the text: at its quote, tag or anchor, if it has one. */
  int offset(JsonNode node) {
    return offset(place(node));
  }

  /** Where a member stands that is a list or a map. */
  Span span(JsonNode node) {
    Span span = spans.get(node);
    if (span == null) {
      throw new IllegalArgumentException("the node is no list or map of this text");
    }
    return span;
  }

  /** Where a node ends in the text: behind its quote, or at the line after a text of lines. */
  int end(JsonNode node) {
    JsonLocation end = ends.get(node);
    if (end == null) {
      throw new IllegalArgumentException("the node is not of this text");
    }
    return offset(end);
  }

  private int offset(JsonLocation location) {
    // The parser counts characters beyond the basic plane as one.
    return plain
        ? (int) location.getCharOffset()
        : text.offsetByCodePoints(0, (int) location.getCharOffset());
  }

  private JsonLocation place(JsonNode node) {
    JsonLocation place = places.get(node);
    if (place == null) {
      throw new IllegalArgumentException("the node is not of this text");
    }
    return place;
  }

  /** What is wrong with a text that is not YAML, without the parser's drawing of the place. */
  static String fault(JsonProcessingException e) {
    JsonLocation place = e.getLocation();
    String where =
        place == null ? "" : "line " + place.getLineNr() + ", column " + place.getColumnNr() + ": ";
    Matcher twice = TWICE.matcher(e.getOriginalMessage());
    if (twice.find()) {
      return where + "\"" + twice.group(1) + "\" stands there a second time: remove one of the two";
    }
    if (e.getOriginalMessage().startsWith("Expected a field name")) {
      return "the file is not YAML: "
          + where
          + "a value that begins with {{ stands in quotes: write \"{{name}}\"";
    }
    // Lines that begin with a blank say where, or draw the place.
    return e.getOriginalMessage()
        .lines()
        .filter(line -> !line.startsWith(" "))
        .reduce((before, last) -> last)
        .map(
            what ->
                "the file is not YAML: "
                    + where
                    + what
                    + "; look there for indentation, colons and quotes")
        .orElse("the file is not YAML");
  }
}
