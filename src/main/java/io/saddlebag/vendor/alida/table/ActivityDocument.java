package io.saddlebag.vendor.alida.table;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A delivered activity document. Its definition and its records are read in passes of their own,
 * because the vendor does not promise an order; the first pass may end where the definition does,
 * another one always reads to the end of the file.
 */
final class ActivityDocument {
  private static final String DEFINITION = "definition";
  private static final String RECORDS = "records";
  private static final ObjectMapper TREES =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);
  private static final Pattern TWICE = Pattern.compile("^Duplicate field '(.*?)'", Pattern.DOTALL);

  private final File file;
  private final ReadingLimits limits;
  private final JsonFactory json;

  ActivityDocument(File file, ReadingLimits limits) {
    this.file = file;
    this.limits = limits;
    this.json =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder().maxStringLength(limits.characters()).build())
            .build();
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

  /** The fields of its definition, in the order of columns; what stands behind it is not read. */
  List<Field> fields() throws IOException {
    try (JsonParser parser = json.createParser(file)) {
      Members members = new Members(parser, new HashSet<>());
      toDefinition(members);
      return definition(parser);
    } catch (JsonProcessingException e) {
      throw broken(e, 0);
    }
  }

  /** The same, once all of the document was read and found whole. */
  List<Field> fieldsOfWhole() throws IOException {
    records(
        (parser, skipped) -> {
          int depth = 1;
          while (depth > 0) {
            JsonToken token = parser.nextToken();
            depth += token == null || token.isStructEnd() ? -1 : token.isStructStart() ? 1 : 0;
          }
        });
    return fields();
  }

  /**
   * Reads the list of records, and then to the end of the document, so that a cut one is noticed.
   */
  void records(ListReader list) throws IOException {
    try (JsonParser parser = json.createParser(file)) {
      Members members = new Members(parser, new HashSet<>());
      toRecords(members);
      rest(members, list, 0);
    } catch (JsonProcessingException e) {
      throw broken(e, 0);
    }
  }

  /** The same; the parser reads what the vanguard leaves. */
  void records(Vanguard vanguard, ListReader list) throws IOException {
    Set<String> before = new HashSet<>();
    long start = start(before);
    if (start < 0) {
      records(list);
      return;
    }
    long stop = vanguard.read(file, start);
    // What was read is one empty text to the parser, so that it sees to all that comes behind it.
    byte[] prefix =
        (stop == start ? "{\"records\":[" : "{\"records\":[\"\"")
            .getBytes(StandardCharsets.US_ASCII);
    long skipped = stop - prefix.length;
    try (InputStream rest = Files.newInputStream(file.toPath());
        JsonParser parser =
            json.createParser(new SequenceInputStream(new ByteArrayInputStream(prefix), rest))) {
      rest.skipNBytes(stop);
      before.remove(RECORDS);
      Members members = new Members(parser, before);
      toRecords(members);
      if (stop > start) {
        parser.nextToken();
      }
      rest(members, list, skipped);
    } catch (JsonProcessingException e) {
      throw broken(e, skipped);
    }
  }

  /** Where the inside of the list of records begins, -1 in an encoding other than UTF-8. */
  private long start(Set<String> before) throws IOException {
    try (JsonParser parser = json.createParser(file)) {
      toRecords(new Members(parser, before));
      return parser.currentLocation().getByteOffset();
    } catch (JsonProcessingException e) {
      throw broken(e, 0);
    }
  }

  private void toDefinition(Members members) throws IOException {
    if (!members.find(DEFINITION)) {
      throw new UnreadableDocument(
          file.getName() + " has no definition, so it is no activity document of Alida", null);
    }
  }

  private List<Field> definition(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw new UnreadableDocument(
          file.getName()
              + " has a definition that is no object, so it is no activity document of Alida",
          null);
    }
    JsonNode definition = TREES.readTree(parser);
    return DefinitionReader.fields(definition);
  }

  private void toRecords(Members members) throws IOException {
    if (!members.find(RECORDS) || members.parser.currentToken() != JsonToken.START_ARRAY) {
      throw new UnreadableDocument(
          file.getName() + " has no list of records, so it is no activity document of Alida", null);
    }
  }

  private void rest(Members members, ListReader list, long skipped) throws IOException {
    list.read(members.parser, skipped);
    members.find(null);
    if (members.parser.nextToken() != null) {
      throw new UnreadableDocument(
          file.getName() + " goes on after the end of the document; order the export again", null);
    }
  }

  /** The document's members, one after the other. */
  private final class Members {
    private final JsonParser parser;

    /** Of those that are read: a second one would be another document's, or another version. */
    private final Set<String> seen;

    Members(JsonParser parser, Set<String> seen) {
      this.parser = parser;
      this.seen = seen;
    }

    /** Goes to the value of a member; false when the document ends before. */
    boolean find(@Nullable String member) throws IOException {
      if (parser.currentToken() == null && parser.nextToken() != JsonToken.START_OBJECT) {
        throw new UnreadableDocument(
            file.getName() + " is not one JSON object, so it is no activity document of Alida",
            null);
      }
      JsonToken token = parser.nextToken();
      while (token == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        if ((name.equals(DEFINITION) || name.equals(RECORDS)) && !seen.add(name)) {
          throw new UnreadableDocument(
              file.getName()
                  + " has \""
                  + name
                  + "\" twice, and nobody can tell which counts; order the export again",
              null);
        }
        parser.nextToken();
        if (name.equals(member)) {
          return true;
        }
        parser.skipChildren();
        token = parser.nextToken();
      }
      return false;
    }
  }

  /**
   * The parser's message quotes what stands there, which may be an answer: only the place is told.
   */
  private UnreadableDocument broken(JsonProcessingException e, long skipped) {
    String place =
        e.getLocation() == null || e.getLocation().getByteOffset() < 0
            ? ""
            : " at byte " + (skipped + e.getLocation().getByteOffset());
    if (e instanceof StreamConstraintsException) {
      return new UnreadableDocument(
          file.getName()
              + " has "
              + limits.exceeded(e.getOriginalMessage())
              + place
              + ", which is beyond what this step reads; nothing was written. The document may be"
              + " whole: deliver it as it is, or order it without that question (fieldIds)",
          null);
    }
    Matcher twice = TWICE.matcher(e.getOriginalMessage());
    if (twice.find()) {
      return new UnreadableDocument(
          file.getName()
              + " says \""
              + twice.group(1)
              + "\" twice in one place of its definition"
              + place
              + ", and nobody can tell which counts; order the export again",
          null);
    }
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
