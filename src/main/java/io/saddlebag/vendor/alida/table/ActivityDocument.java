package io.saddlebag.vendor.alida.table;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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

  /** Reads a list with a parser that stands within it, up to its end. */
  @FunctionalInterface
  interface ListReader {
    /** The parser's offsets are so many bytes less than those of the file. */
    void read(JsonParser parser, long skipped) throws IOException;
  }

  /** Reads as many records as it can without a parser. */
  @FunctionalInterface
  interface Vanguard {
    /** From the beginning of a list's inside to behind the last record that it has read. */
    long read(File file, long start) throws IOException;
  }

  /** The fields of its definition, in the order of columns. */
  List<Field> fields() throws IOException {
    try (JsonParser parser = JSON.createParser(file)) {
      if (find(parser, "definition")) {
        JsonNode definition = TREES.readTree(parser);
        return DefinitionReader.fields(definition);
      }
    } catch (JsonProcessingException e) {
      throw broken(e, 0);
    }
    throw new UnreadableDocument(
        file.getName() + " has no definition, so it is no activity document of Alida", null);
  }

  /**
   * Reads the list of records, and then to the end of the document, so that a cut one is noticed.
   */
  void records(ListReader list) throws IOException {
    try (JsonParser parser = JSON.createParser(file)) {
      toRecords(parser);
      rest(parser, list, 0);
    } catch (JsonProcessingException e) {
      throw broken(e, 0);
    }
  }

  /** The same; the parser reads what the vanguard leaves. */
  void records(Vanguard vanguard, ListReader list) throws IOException {
    long start = start();
    if (start < 0) {
      records(list);
      return;
    }
    long stop = vanguard.read(file, start);
    // What was read is one empty text to the parser, so that it sees to all that comes behind it.
    byte[] before =
        (stop == start ? "{\"records\":[" : "{\"records\":[\"\"")
            .getBytes(StandardCharsets.US_ASCII);
    long skipped = stop - before.length;
    try (InputStream rest = Files.newInputStream(file.toPath());
        JsonParser parser =
            JSON.createParser(new SequenceInputStream(new ByteArrayInputStream(before), rest))) {
      rest.skipNBytes(stop);
      toRecords(parser);
      if (stop > start) {
        parser.nextToken();
      }
      rest(parser, list, skipped);
    } catch (JsonProcessingException e) {
      throw broken(e, skipped);
    }
  }

  /** Where the inside of the list of records begins, -1 in an encoding other than UTF-8. */
  private long start() throws IOException {
    try (JsonParser parser = JSON.createParser(file)) {
      toRecords(parser);
      return parser.currentLocation().getByteOffset();
    } catch (JsonProcessingException e) {
      throw broken(e, 0);
    }
  }

  private void toRecords(JsonParser parser) throws IOException {
    if (!find(parser, "records") || parser.currentToken() != JsonToken.START_ARRAY) {
      throw new UnreadableDocument(
          file.getName() + " has no list of records, so it is no activity document of Alida", null);
    }
  }

  private void rest(JsonParser parser, ListReader list, long skipped) throws IOException {
    list.read(parser, skipped);
    if (find(parser, "records")) {
      throw new UnreadableDocument(
          file.getName() + " has two lists of records; order the export again", null);
    }
    if (parser.nextToken() != null) {
      throw new UnreadableDocument(
          file.getName() + " goes on after the end of the document; order the export again", null);
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
  private UnreadableDocument broken(JsonProcessingException e, long skipped) {
    String place =
        e.getLocation() == null ? "" : " at byte " + (skipped + e.getLocation().getByteOffset());
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
