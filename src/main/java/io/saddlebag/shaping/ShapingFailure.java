package io.saddlebag.shaping;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * A file that cannot be shaped; the message is a sentence that says what is wrong and what to do.
 */
public final class ShapingFailure extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  /** A failure that has no cause but itself. */
  public ShapingFailure(String message) {
    super(message);
  }

  /** A failure that comes from another. */
  public ShapingFailure(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
