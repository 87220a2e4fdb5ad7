package io.saddlebag.destination;

import org.jspecify.annotations.Nullable;

/**
 * A destination did not take a file. The message says what is wrong and what to do, without
 * secrets; the delivery is repeated from the staged file.
 */
public final class DestinationFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A failure with a sentence for its reader. */
  public DestinationFailure(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
