package io.saddlebag.export;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * A parameter as it is written in a route file.
 *
 * @param name its name
 * @param value its value, without RAW(…)
 * @param raw whether it is written as RAW(…)
 * @param start where the value stands in the text; negative when it cannot be told, as in a URI
 *     with escapes
 * @param end where it ends
 * @param fault why it is no text, null when it is one
 * @param structured where it stands when it is a list or a map, whose value is its JSON
 */
record Written(
    String name,
    String value,
    boolean raw,
    int start,
    int end,
    @Nullable String fault,
    LocatedYaml.@Nullable Span structured) {

  /** One under {@code parameters}. */
  static Written under(String name, JsonNode node, LocatedYaml yaml, String text) {
    int start = yaml.offset(node);
    int end = yaml.end(node);
    String source = text.substring(start, end);
    String said = yaml.value(node);
    String value = plain(said);
    return new Written(
        name,
        value,
        !value.equals(said),
        start,
        end,
        fault(node, source.strip()),
        node.isContainerNode() ? yaml.span(node) : null);
  }

  /** One in the query of a URI; its value begins at an offset, or where nobody can tell. */
  static Written inQuery(String name, String value, int start) {
    String plain = plain(value);
    boolean raw = !plain.equals(value);
    return new Written(
        name, raw ? plain : decoded(value), raw, start, start + value.length(), null, null);
  }

  private static @Nullable String fault(JsonNode node, String source) {
    if (!node.isValueNode()) {
      return "a list or a map is no value for it: write a text, a number, true or false";
    }
    if (source.startsWith("*") || source.startsWith("&") || source.startsWith("!")) {
      return "an alias, anchor or tag of YAML does not reach a step: write the value itself, in"
          + " quotes if it begins so";
    }
    if (source.isEmpty()) {
      return "it has no value: write one, \"\" for an empty text, or remove the line";
    }
    return source.equals("~") || source.equalsIgnoreCase("null")
        ? "in YAML "
            + source
            + " means nothing: write \""
            + source
            + "\" in quotes if the text is meant, or remove the line"
        : null;
  }

  /** A value in a URI; one with a per cent sign that begins no code is as it is. */
  private static String decoded(String value) {
    try {
      return java.net.URLDecoder.decode(value, java.nio.charset.StandardCharsets.UTF_8);
    } catch (IllegalArgumentException noCode) {
      return value;
    }
  }

  /** What a user wrapped in RAW(…), as Camel's own endpoints need it, means the value inside. */
  private static String plain(String value) {
    return value.startsWith("RAW(") && value.endsWith(")")
        ? value.substring(4, value.length() - 1)
        : value;
  }

  /** Whether the value can be replaced where it stands. */
  boolean located() {
    return start >= 0;
  }
}
