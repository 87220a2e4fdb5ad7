package io.saddlebag.run;

/** The ledger cannot be opened, read or written; the message says what to do. */
public final class LedgerUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What is wrong with which ledger, and the remedy. */
  public LedgerUnavailable(String message, Throwable cause) {
    super(message, cause);
  }
}
