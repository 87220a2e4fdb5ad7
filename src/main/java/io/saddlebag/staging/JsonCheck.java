package io.saddlebag.staging;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Whether a file is one whole JSON document. Read as a stream, so that its size does not matter; a
 * transfer that was cut off shows only at the end (Alida's sheet, trap 10).
 */
final class JsonCheck {
  private static final int DEEPEST = 500;
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .build();

  private JsonCheck() {}

  static void check(Path file) throws IOException {
    try (JsonParser parser = FACTORY.createParser(file.toFile())) {
      if (parser.nextToken() == null) {
        throw broken("is empty");
      }
      parser.skipChildren();
      if (parser.nextToken() != null) {
        throw broken("has something after its end");
      }
    } catch (StreamConstraintsException e) {
      throw StagingFailure.last(
          "HOSTILE_FILE",
          "the JSON document is nested deeper than " + DEEPEST + " levels, which no export is");
    } catch (JsonProcessingException e) {
      throw broken("ends too early or is garbled (" + e.getOriginalMessage() + ")");
    }
  }

  private static StagingFailure broken(String how) {
    return StagingFailure.retry(
        "BROKEN_JSON", "the vendor's JSON document " + how + "; it is fetched again");
  }
}
