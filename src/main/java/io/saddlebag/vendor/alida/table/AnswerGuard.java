package io.saddlebag.vendor.alida.table;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps answers to sensitive questions out of lines of JSON, or puts stars in their place. An
 * answer is held until it has ended, because its id may stand behind its values.
 */
final class AnswerGuard {
  private static final JsonFactory JSON = new JsonFactory();
  private static final String STARS = "***";

  private final Set<String> harmless = new HashSet<>();
  private final boolean masks;

  /** For questions of this definition; what it does not know is not harmless. */
  AnswerGuard(List<Field> fields, TableOptions.Sensitive sensitive) {
    this.masks = sensitive == TableOptions.Sensitive.MASK;
    fields.stream().filter(field -> !Layout.guarded(field)).map(Field::id).forEach(harmless::add);
  }

  /** Copies the record that the parser stands on. */
  void copy(JsonParser parser, long skipped, JsonGenerator lines) throws IOException {
    expect(parser, JsonToken.START_OBJECT, "a record that is no object");
    lines.writeStartObject();
    int seen = 0;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      seen = RecordMembers.once(seen, RecordMembers.ofRecord(name), name, skipped, parser);
      lines.writeFieldName(name);
      JsonToken value = parser.nextToken();
      if (name.equals("fields") && value != JsonToken.VALUE_NULL) {
        expect(parser, JsonToken.START_ARRAY, "fields that are no list");
        lines.writeStartArray();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          answer(parser, skipped, lines);
        }
        lines.writeEndArray();
      } else {
        RecordLines.copy(parser, lines);
      }
    }
    lines.writeEndObject();
  }

  private void answer(JsonParser parser, long skipped, JsonGenerator lines) throws IOException {
    expect(parser, JsonToken.START_OBJECT, "an answer that is no object");
    StringWriter text = new StringWriter();
    String id = null;
    boolean known = true;
    boolean answered = false;
    int seen = 0;
    try (JsonGenerator held = JSON.createGenerator(text)) {
      held.writeStartObject();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        seen = RecordMembers.once(seen, RecordMembers.ofAnswer(name), name, skipped, parser);
        held.writeFieldName(name);
        JsonToken value = parser.nextToken();
        if (name.equals("id")) {
          id = value.isScalarValue() ? parser.getText() : "";
          known = harmless.contains(id);
        }
        if (name.equals("values") && value == JsonToken.START_ARRAY) {
          answered |= list(parser, held);
        } else {
          answered |= name.equals("values") && value != JsonToken.VALUE_NULL;
          RecordLines.copy(parser, held);
        }
      }
      held.writeEndObject();
    }
    if (id != null && known) {
      lines.writeRawValue(text.toString());
    } else if (masks) {
      mask(lines, id, answered);
    }
  }

  /** Copies a list; whether there is something in it. */
  private static boolean list(JsonParser parser, JsonGenerator held) throws IOException {
    boolean any = false;
    held.writeStartArray();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      any = true;
      RecordLines.copy(parser, held);
    }
    held.writeEndArray();
    return any;
  }

  /** Only the id and stars: what else an answer holds may be as sensitive. */
  private static void mask(JsonGenerator lines, @Nullable String id, boolean answered)
      throws IOException {
    lines.writeStartObject();
    lines.writeStringField("id", id);
    if (answered) {
      lines.writeArrayFieldStart("values");
      lines.writeString(STARS);
      lines.writeEndArray();
    } else {
      lines.writeNullField("values");
    }
    lines.writeEndObject();
  }

  private static void expect(JsonParser parser, JsonToken wanted, String otherwise)
      throws IOException {
    if (parser.currentToken() != wanted) {
      throw new UnreadableDocument(
          "the document has "
              + otherwise
              + " at byte "
              + parser.currentTokenLocation().getByteOffset()
              + ", which Alida does not describe; order the export again",
          null);
    }
  }
}
