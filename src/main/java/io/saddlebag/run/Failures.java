package io.saddlebag.run;

import org.jspecify.annotations.Nullable;

/** The bean {@code failures}: lets a route end a step with a failure of its own, by name. */
public final class Failures {

  /** Ends the run. */
  public void reject(String name, String message) {
    throw new StepFailure.Rejected(name, message);
  }

  /** Ends the run, with the vendor's own words. */
  public void refuse(String name, String message, @Nullable String said) {
    throw new StepFailure.Rejected(
        name, said == null || said.isBlank() ? message : message + "; it says: " + said);
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
