package io.saddlebag.run;

/**
 * The run has left the state or the attempt that a step started from: another node, an operator or
 * a later attempt was quicker.
 */
public final class StaleRunException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StaleRunException(String runId, RunState expected, int attempt) {
    super(
        "the run "
            + runId
            + " is no longer "
            + expected
            + " in attempt "
            + attempt
            + ": it was moved meanwhile");
  }
}
