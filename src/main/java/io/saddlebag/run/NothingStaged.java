package io.saddlebag.run;

/** A run cannot be delivered again: its files were never all staged, or they are there no more. */
public final class NothingStaged extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With a sentence that says why, and what to do instead. */
  public NothingStaged(String message) {
    super(message);
  }
}
