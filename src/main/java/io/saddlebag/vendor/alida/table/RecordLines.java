package io.saddlebag.vendor.alida.table;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;

/**
 * Copies each record to a line of its own (NDJSON): all members, in the document's order, numbers
 * digit by digit as they stand there.
 */
final class RecordLines {
  private static final JsonFactory JSON = new JsonFactory();

  private final JsonGenerator lines;
  private long records;

  RecordLines(OutputStream out) throws IOException {
    // Half a character, which has no UTF-8, becomes a question mark; the generator of bytes throws.
    lines = JSON.createGenerator(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    lines.setRootValueSeparator(null);
  }

  /** From the list's beginning to its end. */
  void read(JsonParser parser, long skipped) throws IOException {
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      copy(parser);
      lines.writeRaw('\n');
      records++;
    }
    lines.flush();
  }

  long records() {
    return records;
  }

  private void copy(JsonParser parser) throws IOException {
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
