package io.saddlebag.run;

/**
 * The bean {@code failures}: lets a route end a step with a failure of its own, by name.
 */
public final class Failures {

  /** Ends the run. */
  public void reject(String name, String message) {
    throw new StepFailure.Rejected(name, message);
  }

  /** Tries the step again later, with back-off, so many times in a row at most. */
  public void recheck(String name, String message, int attempts) {
    throw new StepFailure.RetryLater(name, message, null, attempts, null);
  }

  /** Sends the create request later: provably, the vendor has not begun the job. */
  public void createLater(String name, String message, long seconds) {
    throw new StepFailure.NotSent(name, message, java.time.Duration.ofSeconds(seconds));
  }
}
