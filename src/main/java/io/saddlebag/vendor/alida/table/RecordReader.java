package io.saddlebag.vendor.alida.table;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;

/** Reads a list of records, token by token, into one {@link ResponseRecord} after the other. */
final class RecordReader {
  private static final JsonFactory JSON = new JsonFactory();

  private final ResponseRecord record;
  private final RecordSink sink;
  private long skipped;

  RecordReader(ResponseRecord record, RecordSink sink) {
    this.record = record;
    this.sink = sink;
  }

  /** From the list's beginning, or from within, to its end. */
  void read(JsonParser parser, long skippedBytes) throws IOException {
    skipped = skippedBytes;
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      expect(parser, token, JsonToken.START_OBJECT, "a record that is no object");
      record.begin();
      int seen = 0;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        seen = RecordMembers.once(seen, RecordMembers.ofRecord(name), name, skipped, parser);
        JsonToken value = parser.nextToken();
        if (name.equals("ownerId")) {
          int from = text(parser, value);
          record.owner(from, record.length(), value.isNumeric());
        } else if (name.equals("lastUpdateDate")) {
          int from = text(parser, value);
          record.date(from, record.length(), value.isNumeric());
        } else if (name.equals("fields") && value != JsonToken.VALUE_NULL) {
          expect(parser, value, JsonToken.START_ARRAY, "fields that are no list");
          answers(parser);
        } else {
          parser.skipChildren();
        }
      }
      record.end();
      sink.accept(record);
    }
  }

  private void answers(JsonParser parser) throws IOException {
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      expect(parser, token, JsonToken.START_OBJECT, "an answer that is no object");
      record.beginAnswer();
      int seen = 0;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        seen = RecordMembers.once(seen, RecordMembers.ofAnswer(name), name, skipped, parser);
        JsonToken value = parser.nextToken();
        if (name.equals("id")) {
          int from = text(parser, value);
          record.id(from, record.length());
        } else if (name.equals("values")) {
          values(parser, value);
        } else {
          parser.skipChildren();
        }
      }
      record.endAnswer();
    }
  }

  private void values(JsonParser parser, JsonToken first) throws IOException {
    if (first == JsonToken.VALUE_NULL) {
      return;
    }
    record.answered();
    if (first != JsonToken.START_ARRAY) {
      value(parser, first);
      return;
    }
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      value(parser, token);
    }
  }

  private void value(JsonParser parser, JsonToken token) throws IOException {
    if (token == JsonToken.VALUE_NULL) {
      record.value(ResponseRecord.NULL, 0, 0);
    } else {
      int from = text(parser, token);
      record.value(
          token.isNumeric() ? ResponseRecord.NUMBER : ResponseRecord.TEXT, from, record.length());
    }
  }

  /** Appends a value as it is written, null as nothing, what has parts as JSON. */
  private int text(JsonParser parser, JsonToken token) throws IOException {
    if (token == JsonToken.VALUE_NULL) {
      return record.length();
    }
    if (token.isStructStart()) {
      StringWriter text = new StringWriter();
      try (JsonGenerator copy = JSON.createGenerator(text)) {
        copy.copyCurrentStructure(parser);
      }
      char[] json = text.toString().toCharArray();
      return record.append(json, 0, json.length);
    }
    return record.append(
        parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
  }

  private void expect(JsonParser parser, JsonToken token, JsonToken wanted, String otherwise)
      throws IOException {
    if (token != wanted) {
      throw new UnreadableDocument(
          "the document has "
              + otherwise
              + " at byte "
              + (skipped + parser.currentTokenLocation().getByteOffset())
              + ", which Alida does not describe; order the export again",
          null);
    }
  }
}
