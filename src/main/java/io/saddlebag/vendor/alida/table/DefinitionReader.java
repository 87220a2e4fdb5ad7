package io.saddlebag.vendor.alida.table;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads the fields out of a document's {@code definition}. They come in the order of the
 * definition, but the rows of a grid stand together, where the first of them stood, in the order of
 * their group. Lenient about flags: {@code true}, {@code "yes"} and {@code 1} mean the same.
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
        sensitive(node, meta) != Flag.NO,
        sensitive(node, meta) == Flag.UNCLEAR,
        text(meta, "visibility").equalsIgnoreCase("hidden"),
        flag(meta.path("isSystem")) == Flag.YES,
        flag(meta.path("isRequired")) == Flag.YES,
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

  /** What a flag says; not every one of the vendor's pages writes it as JSON does. */
  private enum Flag {
    NO,
    YES,
    UNCLEAR
  }

  /**
   * Whatever stands beside the name or under meta, in any letters: a mask that is not applied is
   * worse than one too many.
   */
  private static Flag sensitive(JsonNode node, JsonNode meta) {
    Flag strictest = Flag.NO;
    for (JsonNode place : List.of(node, meta)) {
      for (Map.Entry<String, JsonNode> member : place.properties()) {
        if (member.getKey().equalsIgnoreCase("isSensitive")) {
          Flag said = flag(member.getValue());
          strictest = strictest == Flag.YES || said == Flag.NO ? strictest : said;
        }
      }
    }
    return strictest;
  }

  private static Flag flag(JsonNode value) {
    if (value.isContainerNode()) {
      return Flag.UNCLEAR;
    }
    if (value.isNumber()) {
      return value.decimalValue().signum() == 0
          ? Flag.NO
          : value.decimalValue().compareTo(BigDecimal.ONE) == 0 ? Flag.YES : Flag.UNCLEAR;
    }
    return switch (value.isNull() ? "" : value.asText().strip().toLowerCase(Locale.ROOT)) {
      case "", "false", "no", "n", "off", "0" -> Flag.NO;
      case "true", "yes", "y", "on", "1" -> Flag.YES;
      default -> Flag.UNCLEAR;
    };
  }
}
