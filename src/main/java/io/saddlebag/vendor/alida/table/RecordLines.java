package io.saddlebag.vendor.alida.table;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Copies each record to a line of its own (NDJSON): all members that no guard keeps back, in the
 * document's order, numbers digit by digit as they stand there.
 */
final class RecordLines {
  private static final JsonFactory JSON = new JsonFactory();

  private final JsonGenerator lines;
  private final @Nullable AnswerGuard guard;
  private long records;

  /** Lines without the answers that a guard keeps back, or with all of them when there is none. */
  RecordLines(OutputStream out, @Nullable AnswerGuard guard) throws IOException {
    this.guard = guard;
    // Half a character, which has no UTF-8, becomes a question mark; the generator of bytes throws.
    lines = JSON.createGenerator(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    lines.setRootValueSeparator(null);
  }

  /** From the list's beginning to its end. */
  void read(JsonParser parser, long skipped) throws IOException {
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      if (guard == null) {
        copy(parser, lines);
      } else {
        guard.copy(parser, lines);
      }
      lines.writeRaw('\n');
      records++;
    }
    lines.flush();
  }

  long records() {
    return records;
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
      if (token.isNumeric()) {
        lines.writeNumber(
            parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
      } else {
        lines.copyCurrentEvent(parser);
      }
    } while (depth > 0 && parser.nextToken() != null);
  }
}
