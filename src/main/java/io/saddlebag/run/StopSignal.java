package io.saddlebag.run;

import java.util.concurrent.atomic.AtomicBoolean;

/** Says that the process stops: what fails from now on is not a failure of a run. Thread-safe. */
public final class StopSignal {
  private final AtomicBoolean requested = new AtomicBoolean();

  /** From now on the process stops. */
  public void request() {
    requested.set(true);
  }

  /** Whether the process stops. */
  public boolean requested() {
    return requested.get();
  }
}
