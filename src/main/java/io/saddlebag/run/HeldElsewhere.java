package io.saddlebag.run;

/** What is left to deliver of a run is on the disk of another node than carries it now. */
final class HeldElsewhere extends RuntimeException {
  private static final long serialVersionUID = 1L;

  HeldElsewhere(String runId) {
    super("what is left to deliver of " + runId + " is on another node");
  }
}
