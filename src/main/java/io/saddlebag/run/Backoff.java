package io.saddlebag.run;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait after failures in a row: exponential, with full jitter, up to a cap, so that
 * many runs that failed together do not come back together.
 *
 * @param first the longest wait after the first failure
 * @param cap the longest wait at all
 * @param random where the jitter comes from
 */
public record Backoff(Duration first, Duration cap, RandomGenerator random) {

  /** A wait for the next attempt after so many failures in a row (1 or more). */
  public Duration after(int failures) {
    int doublings = Math.min(Math.max(failures, 1) - 1, 30);
    long longest = Math.min(cap.toMillis(), first.toMillis() << doublings);
    return Duration.ofMillis(longest <= 1 ? longest : random.nextLong(longest / 10, longest + 1));
  }

  /**
   * What the vendor asks for, and up to a tenth more, so that waiting runs do not all return at
   * once.
   */
  public Duration atLeast(Duration wanted) {
    long millis = wanted.toMillis();
    return Duration.ofMillis(millis + random.nextLong(0, millis / 10 + 2));
  }
}
