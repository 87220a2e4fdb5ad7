package io.saddlebag.http;

import io.saddlebag.run.StepFailure;
import io.saddlebag.staging.ContentCoding;
import io.saddlebag.staging.GzipStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Collection;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/**
 * Undoes the content coding of an API's answer, which nobody asked for: gzip is read, a body that
 * is only said to be gzip is taken as it is, everything else cannot be read. Files have their own
 * rules, in staging.
 */
final class UnaskedCoding {
  private static final int ATTEMPTS = 5;
  private static final int MAGIC = 2;

  private UnaskedCoding() {}

  /** Keeps Camel from undoing it: a header that lies would be a broken connection to it. */
  static void leaveToUs(Exchange exchange) {
    exchange.setProperty(Exchange.SKIP_GZIP_ENCODING, Boolean.TRUE);
  }

  /**
   * The Content-Encoding of an answer, several headers joined by commas; null when there is none.
   */
  static @Nullable String header(Message message) {
    Object header = message.getHeader("Content-Encoding");
    if (header instanceof Collection<?> several) {
      return several.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
    return header == null ? null : header.toString();
  }

  /**
   * The body without its coding.
   *
   * @throws StepFailure.RetryLater when it is in another coding than gzip
   */
  static InputStream undone(InputStream body, @Nullable String header) throws IOException {
    return switch (ContentCoding.of(header)) {
      case NONE -> body;
      case OTHER ->
          throw new StepFailure.RetryLater(
              "UNSUPPORTED_CODING",
              "the vendor's answer is in a content coding that nobody asked for and only gzip can be"
                  + " undone; see what stands between here and the vendor",
              null,
              ATTEMPTS,
              null);
      case GZIP -> {
        byte[] head = body.readNBytes(MAGIC);
        InputStream whole = new SequenceInputStream(new ByteArrayInputStream(head), body);
        yield GzipStream.begins(head) ? new GzipStream(whole) : whole;
      }
    };
  }

  /** An answer whose gzip cannot be read to its end. */
  static StepFailure broken(GzipStream.Broken how) {
    return new StepFailure.RetryLater(
        "BAD_ANSWER",
        "the vendor's answer is packed (gzip), and what it is packed in " + how.getMessage(),
        null,
        ATTEMPTS,
        how);
  }
}
