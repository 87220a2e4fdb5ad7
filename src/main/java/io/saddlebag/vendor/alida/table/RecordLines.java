package io.saddlebag.vendor.alida.table;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Copies each record to a line of its own (NDJSON): all members that no guard keeps back, in the
 * document's order, numbers digit by digit as they stand there.
 */
final class RecordLines {
  private static final JsonFactory JSON = new JsonFactory();

  /** How deep the members of a record lie, and those of an answer in its list. */
  private static final int RECORD = 1;

  private static final int ANSWER = 3;

  private final JsonGenerator lines;
  private final @Nullable AnswerGuard guard;
  private long records;

  /** Lines without the answers that a guard keeps back, or with all of them when there is none. */
  RecordLines(OutputStream out, @Nullable AnswerGuard guard) throws IOException {
    this.guard = guard;
    // At half a character, which has no UTF-8, a generator of bytes throws.
    lines = JSON.createGenerator(Utf8.writer(out));
    lines.setRootValueSeparator(null);
  }

  /** From the list's beginning to its end. */
  void read(JsonParser parser, long skipped) throws IOException {
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      if (guard == null) {
        copyRecord(parser, skipped);
      } else {
        guard.copy(parser, skipped, lines);
      }
      lines.writeRaw('\n');
      records++;
    }
    lines.flush();
  }

  long records() {
    return records;
  }

  /** Copies the record that the parser stands on, and looks only for members that stand twice. */
  private void copyRecord(JsonParser parser, long skipped) throws IOException {
    int depth = 0;
    int seen = 0;
    int seenOfAnswer = 0;
    boolean fields = false;
    do {
      JsonToken token = parser.currentToken();
      if (token.isStructStart()) {
        depth++;
        seenOfAnswer = depth == ANSWER ? 0 : seenOfAnswer;
      } else if (token.isStructEnd()) {
        depth--;
      } else if (token == JsonToken.FIELD_NAME && depth == RECORD) {
        int member = RecordMembers.ofRecord(parser.currentName());
        seen = RecordMembers.once(seen, member, parser.currentName(), skipped, parser);
        fields = member == RecordMembers.FIELDS;
      } else if (token == JsonToken.FIELD_NAME && depth == ANSWER && fields) {
        int member = RecordMembers.ofAnswer(parser.currentName());
        seenOfAnswer =
            RecordMembers.once(seenOfAnswer, member, parser.currentName(), skipped, parser);
      }
      copyEvent(parser, lines);
    } while (depth > 0 && parser.nextToken() != null);
  }

  /** Copies the value that the parser stands on, to its end. */
  static void copy(JsonParser parser, JsonGenerator lines) throws IOException {
    int depth = 0;
    do {
      JsonToken token = parser.currentToken();
      if (token.isStructStart()) {
        depth++;
      } else if (token.isStructEnd()) {
        depth--;
      }
      copyEvent(parser, lines);
    } while (depth > 0 && parser.nextToken() != null);
  }

  private static void copyEvent(JsonParser parser, JsonGenerator lines) throws IOException {
    if (parser.currentToken().isNumeric()) {
      lines.writeNumber(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
    } else {
      lines.copyCurrentEvent(parser);
    }
  }
}
