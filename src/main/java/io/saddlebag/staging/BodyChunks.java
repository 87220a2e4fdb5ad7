package io.saddlebag.staging;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * A body in pieces that are worth a write: TLS hands out what one record holds, 9 KB say, and
 * writing each by itself costs more than deciphering half of it. What came before a transfer breaks
 * off is handed out first, so that it need not be fetched again.
 */
final class BodyChunks {
  /** As much as one read of a socket gives at most; stays in the processor's cache. */
  static final int BYTES = 128 << 10;

  private final InputStream body;
  private final byte[] buffer = new byte[BYTES];
  private @Nullable IOException broken;

  BodyChunks(InputStream body) {
    this.body = body;
  }

  /** Where each piece lies, from its beginning. */
  byte[] buffer() {
    return buffer;
  }

  /** Reads the next piece; gives its length, fewer than {@code most} before an end, -1 at it. */
  int next(int most) throws IOException {
    if (broken != null) {
      throw broken;
    }
    int filled = 0;
    while (filled < most) {
      try {
        int count = body.read(buffer, filled, most - filled);
        if (count < 0) {
          return filled == 0 ? -1 : filled;
        }
        filled += count;
      } catch (IOException e) {
        if (filled == 0) {
          throw e;
        }
        broken = e;
        return filled;
      }
    }
    return filled;
  }
}
