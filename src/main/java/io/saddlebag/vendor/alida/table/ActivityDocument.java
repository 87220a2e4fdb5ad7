package io.saddlebag.vendor.alida.table;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.util.List;

/**
 * A delivered activity document. Its definition and its records are read in passes of their own,
 * because the vendor does not promise an order; the first pass ends where the definition does.
 */
final class ActivityDocument {
  private static final JsonFactory JSON = new JsonFactory();
  private static final ObjectMapper TREES = new ObjectMapper();

  private final File file;

  ActivityDocument(File file) {
    this.file = file;
  }

  /** What is done with the value of one of the document's members. */
  @FunctionalInterface
  interface Member {
    void read(JsonParser parser) throws IOException;
  }

  /** The fields of its definition, in the order of columns. */
  List<Field> fields() throws IOException {
    try (JsonParser parser = JSON.createParser(file)) {
      if (find(parser, "definition")) {
        JsonNode definition = TREES.readTree(parser);
        return DefinitionReader.fields(definition);
      }
    } catch (JsonProcessingException e) {
      throw broken(e);
    }
    throw new UnreadableDocument(
        file.getName() + " has no definition, so it is no activity document of Alida", null);
  }

  /**
   * Reads the list of records, and then to the end of the document, so that a cut one is noticed.
   */
  void records(Member list) throws IOException {
    try (JsonParser parser = JSON.createParser(file)) {
      if (!find(parser, "records") || parser.currentToken() != JsonToken.START_ARRAY) {
        throw new UnreadableDocument(
            file.getName() + " has no list of records, so it is no activity document of Alida",
            null);
      }
      list.read(parser);
      if (find(parser, "records")) {
        throw new UnreadableDocument(
            file.getName() + " has two lists of records; order the export again", null);
      }
      if (parser.nextToken() != null) {
        throw new UnreadableDocument(
            file.getName() + " goes on after the end of the document; order the export again",
            null);
      }
    } catch (JsonProcessingException e) {
      throw broken(e);
    }
  }

  /** Goes to the value of a member; false when the document ends before. */
  private boolean find(JsonParser parser, String member) throws IOException {
    if (parser.currentToken() == null && parser.nextToken() != JsonToken.START_OBJECT) {
      throw new UnreadableDocument(
          file.getName() + " is not one JSON object, so it is no activity document of Alida", null);
    }
    JsonToken token = parser.nextToken();
    while (token == JsonToken.FIELD_NAME) {
      boolean found = parser.currentName().equals(member);
      parser.nextToken();
      if (found) {
        return true;
      }
      parser.skipChildren();
      token = parser.nextToken();
    }
    return false;
  }

  /**
   * The parser's message quotes what stands there, which may be an answer: only the place is told.
   */
  private UnreadableDocument broken(JsonProcessingException e) {
    String place = e.getLocation() == null ? "" : " at byte " + e.getLocation().getByteOffset();
    return new UnreadableDocument(
        file.getName()
            + " is no whole JSON document"
            + place
            + " ("
            + e.getClass().getSimpleName()
            + "); nothing was written, order the export again",
        null);
  }
}
