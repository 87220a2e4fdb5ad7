package io.saddlebag.run;

/** The run has left the state that a step started from: another node or an operator was quicker. */
public final class StaleRunException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StaleRunException(String runId, RunState expected) {
    super("the run " + runId + " is no longer " + expected + ": it was moved meanwhile");
  }
}
