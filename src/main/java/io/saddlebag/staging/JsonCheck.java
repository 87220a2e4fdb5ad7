package io.saddlebag.staging;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.io.CharConversionException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Proves that a file is one JSON document from its first to its last byte. It is read as a stream
 * of tokens: long strings are passed over, names are not remembered, so memory is constant.
 */
final class JsonCheck {
  private static final int DEEPEST = 1_000;
  private final JsonFactory json =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
          .build();

  private final Path file;

  JsonCheck(Path file) {
    this.file = file;
  }

  /** Throws BROKEN_JSON or JSON_LIMIT. */
  List<String> check() throws IOException {
    try (Ending in = new Ending(Files.newInputStream(file));
        JsonParser parser = json.createParser((InputStream) in)) {
      try {
        one(parser);
        return List.of("json");
      } catch (StreamConstraintsException e) {
        throw StagingFailure.last(
            "JSON_LIMIT",
            "the JSON document is nested more than "
                + DEEPEST
                + " deep, or has a name or number without end; no reader would take it, see what the"
                + " export is made of");
      } catch (JsonEOFException e) {
        // The cause is left out here and below: its message quotes the document.
        throw cutOff();
      } catch (JsonProcessingException | CharConversionException e) {
        // A token that is cut off is not said to be: true, cut to tru, is just an unknown word.
        if (in.ended && !parser.getParsingContext().inRoot()) {
          throw cutOff();
        }
        throw broken("is no JSON near line " + parser.currentLocation().getLineNr());
      }
    }
  }

  private static void one(JsonParser parser) throws IOException {
    if (parser.nextToken() == null) {
      throw broken("holds nothing");
    }
    parser.skipChildren();
    if (parser.nextToken() != null) {
      throw broken("goes on behind its end");
    }
  }

  private static StagingFailure cutOff() {
    return broken("ends in its middle");
  }

  private static StagingFailure broken(String how) {
    return StagingFailure.retry(
        "BROKEN_JSON", "the JSON document " + how + "; ask the vendor if this repeats");
  }

  /** Remembers that the parser wanted more than there was. */
  private static final class Ending extends FilterInputStream {
    private boolean ended;

    Ending(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = super.read(bytes, offset, length);
      ended |= count < 0;
      return count;
    }
  }
}
