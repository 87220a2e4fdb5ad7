package io.saddlebag.vendor.alida.table;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * Reads the fields out of a document's {@code definition}. They come in the order of the
 * definition, but the rows of a grid stand together, where the first of them stood, in the order of
 * their group. Lenient about flags: {@code true} and {@code "true"} mean the same.
 */
final class DefinitionReader {
  private DefinitionReader() {}

  static List<Field> fields(JsonNode definition) {
    Map<String, Field> fields = new LinkedHashMap<>();
    for (JsonNode node : definition.path("fields")) {
      Field field = field(node);
      // Of two with one id the sensitive one counts: what it guards must not leave by the other.
      fields.merge(
          field.id(),
          field,
          (known, again) -> again.sensitive() && !known.sensitive() ? again : known);
    }
    Map<String, JsonNode> groupOf = new LinkedHashMap<>();
    for (JsonNode group : definition.path("fieldGroups")) {
      for (JsonNode id : group.path("fieldIds")) {
        groupOf.putIfAbsent(id.asText(), group);
      }
    }
    LinkedHashSet<String> order = new LinkedHashSet<>();
    for (String id : fields.keySet()) {
      JsonNode group = groupOf.get(id);
      if (group != null) {
        for (JsonNode member : group.path("fieldIds")) {
          if (fields.containsKey(member.asText()) && groupOf.get(member.asText()) == group) {
            order.add(member.asText());
          }
        }
      }
      order.add(id);
    }
    List<Field> ordered = new ArrayList<>();
    for (String id : order) {
      Field field = fields.get(id);
      JsonNode group = groupOf.get(id);
      if (field != null) {
        ordered.add(group == null ? field : field.inGroup(text(group, "name")));
      }
    }
    return ordered;
  }

  private static Field field(JsonNode node) {
    String id = text(node, "id");
    JsonNode meta = node.path("meta");
    Map<String, Option> options = new LinkedHashMap<>();
    for (JsonNode value : node.path("type").path("values")) {
      String option = text(value, "id");
      options.putIfAbsent(
          option,
          new Option(
              option, orElse(text(value, "name"), option), text(value.path("meta"), "visibility")));
    }
    return new Field(
        id,
        orElse(text(node, "name"), id),
        text(meta, "description"),
        text(node.path("type"), "dataType"),
        List.copyOf(options.values()),
        flag(node, "isSensitive"),
        text(meta, "visibility").equalsIgnoreCase("hidden"),
        flag(meta, "isSystem"),
        flag(meta, "isRequired"),
        "",
        true);
  }

  private static String text(JsonNode node, String name) {
    JsonNode value = node.path(name);
    return value.isNull() ? "" : value.asText();
  }

  private static String orElse(String text, String other) {
    return text.isEmpty() ? other : text;
  }

  private static boolean flag(JsonNode node, String name) {
    return node.path(name).asText().equalsIgnoreCase("true");
  }
}
