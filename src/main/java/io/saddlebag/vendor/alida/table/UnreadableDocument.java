package io.saddlebag.vendor.alida.table;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A file that is not a whole activity document; the message says where and what to do. */
public final class UnreadableDocument extends IOException {
  private static final long serialVersionUID = 1L;

  /** With one sentence and, where there is one, the parser's own complaint. */
  public UnreadableDocument(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
