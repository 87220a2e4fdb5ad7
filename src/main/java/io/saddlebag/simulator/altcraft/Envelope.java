package io.saddlebag.simulator.altcraft;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.xml.XmlMapper;
import io.saddlebag.simulator.Call;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What every API call is answered with: HTTP 200 around {@code error}, {@code error_text} and
 * {@code data}, in the format that the call was made in (the sheet's sections 2.1 and 2.4).
 *
 * @param error 0 for success
 * @param text what is said of it
 * @param data what was asked for, null after an error
 */
record Envelope(int error, String text, @Nullable ObjectNode data) {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final XmlMapper XML = new XmlMapper();

  static Envelope of(ObjectNode data) {
    return new Envelope(0, "Successful operation", data);
  }

  static Envelope error(int code, String text) {
    return new Envelope(code, text, null);
  }

  /** The body of a call in either format; a missing node when it is neither. */
  static JsonNode read(Call call) {
    if (!isXml(call)) {
      return call.json();
    }
    try {
      return XML.readTree(call.request().body());
    } catch (IOException malformed) {
      return XML.missingNode();
    }
  }

  /** Answers an API call. */
  boolean answer(Call call) throws IOException {
    if (!isXml(call)) {
      return call.json(200, tree());
    }
    JsonNode tree = withEmptyElements(tree());
    return call.text(
        200, "application/xml", XML.writer().withRootName("xml").writeValueAsString(tree));
  }

  /** The same as a tree, for answers outside the API that are always JSON. */
  ObjectNode tree() {
    ObjectNode tree = NODES.objectNode();
    if (data != null) {
      tree.set("data", data);
    }
    return tree.put("error", error).put("error_text", text);
  }

  private static boolean isXml(Call call) {
    String type = call.request().header("Content-Type");
    return type != null && type.toLowerCase(Locale.ROOT).contains("xml");
  }

  /** The vendor shows an empty list as {@code <errors/>}; the mapper would leave it out. */
  private static JsonNode withEmptyElements(JsonNode tree) {
    if (!tree.isObject()) {
      return tree.isArray() && tree.isEmpty() ? NODES.nullNode() : tree;
    }
    ObjectNode copy = NODES.objectNode();
    tree.fields().forEachRemaining(f -> copy.set(f.getKey(), withEmptyElements(f.getValue())));
    return copy;
  }
}
