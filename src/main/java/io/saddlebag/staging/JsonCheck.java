package io.saddlebag.staging;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.io.BufferedReader;
import java.io.CharConversionException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Proves that a file is one JSON document from its first to its last byte, of the shape that was
 * asked for. It is read as a stream of tokens: long strings are passed over, names are not
 * remembered, so memory is constant.
 */
final class JsonCheck {
  private static final int DEEPEST = 1_000;
  private static final String SEPARATORS = ",;|\t";

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

  /** Throws BROKEN_JSON, JSON_LIMIT or NOT_THE_FILE. */
  List<String> check(JsonShape shape) throws IOException {
    try (Ending in = new Ending(Files.newInputStream(file));
        JsonParser parser = json.createParser((InputStream) in)) {
      try {
        require(one(parser, shape), shape);
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

  /**
   * Whether a file that should be text is a JSON object or array instead, or one that is cut off,
   * or an object with something behind it: rows that only begin with a bracket are not.
   */
  boolean insteadOfText() throws IOException {
    try (Ending in = new Ending(Files.newInputStream(file));
        JsonParser parser = json.createParser((InputStream) in)) {
      try {
        JsonToken first = parser.nextToken();
        if (first == null || !first.isStructStart()) {
          return first == JsonToken.VALUE_NULL && parser.nextToken() == null;
        }
        boolean object = parser.nextToken() == JsonToken.FIELD_NAME;
        toEnd(parser);
        char next = behind(parser.currentLocation().getCharOffset());
        return next == 0 || object && SEPARATORS.indexOf(next) < 0;
      } catch (JsonEOFException e) {
        return true;
      } catch (JsonProcessingException | CharConversionException e) {
        return in.ended && !parser.getParsingContext().inRoot();
      }
    }
  }

  private static void toEnd(JsonParser parser) throws IOException {
    while (!parser.getParsingContext().inRoot()) {
      parser.nextToken();
    }
  }

  /** The first sign that is no space behind so many of them; 0 where there is none to be read. */
  private char behind(long signs) throws IOException {
    try (Reader in = new BufferedReader(new InputStreamReader(Files.newInputStream(file), UTF_8))) {
      in.mark(1);
      if (in.read() != '\uFEFF') {
        in.reset();
      }
      in.skip(signs);
      int next = in.read();
      while (next != '\t' && Character.isWhitespace(next)) {
        next = in.read();
      }
      return next < 0 ? 0 : (char) next;
    }
  }

  private static @Nullable String one(JsonParser parser, JsonShape shape) throws IOException {
    if (parser.nextToken() == null) {
      throw broken("holds nothing");
    }
    String fault = shape.fault(parser);
    if (parser.nextToken() != null) {
      throw broken("goes on behind its end");
    }
    return fault;
  }

  /** A document without a shape of its own must at least not be an error. */
  private void require(@Nullable String fault, JsonShape shape) throws IOException {
    if (fault == null && shape != JsonShape.ANY) {
      return;
    }
    Optional<ErrorDocument> error = ErrorDocument.in(file);
    if (error.isPresent()) {
      throw StagingFailure.instead(
          "NOT_THE_FILE",
          "the vendor sent an error instead of the file" + ContentChecks.saying(error.get()),
          error.get());
    }
    if (fault != null) {
      throw StagingFailure.retry(
          "NOT_THE_FILE",
          "the JSON document that the vendor sent is not the file that was asked for: it " + fault);
    }
  }

  private static StagingFailure cutOff() {
    return broken("ends in its middle");
  }

  private static StagingFailure broken(String how) {
    return StagingFailure.retry("BROKEN_JSON", "the JSON document " + how);
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
