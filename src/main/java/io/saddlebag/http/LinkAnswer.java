package io.saddlebag.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A JSON answer whose only purpose is to name a link. */
final class LinkAnswer {
  private static final ObjectMapper JSON = new ObjectMapper();

  private LinkAnswer() {}

  /** The text in this member of a JSON object; null when the bytes are anything else. */
  static @Nullable String read(byte[] bytes, String member) {
    try {
      JsonNode tree = JSON.readTree(bytes);
      return tree.isObject() && tree.path(member).isTextual() ? tree.get(member).asText() : null;
    } catch (IOException noJson) {
      return null;
    }
  }
}
