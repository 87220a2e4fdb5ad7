package io.saddlebag.run;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * When to ask the vendor again: first after the usual duration of past runs, then by progress and
 * age, jittered by a tenth, never outside the export's bounds.
 */
public final class PollPlan {
  private final RandomGenerator random;

  /** A plan whose jitter comes from here. */
  public PollPlan(RandomGenerator random) {
    this.random = random;
  }

  /** The wait before the first poll; {@code usual} is the median of past runs, null without any. */
  public Duration first(@Nullable Duration usual, Duration pollMin, Duration pollMax) {
    return jittered(usual == null ? pollMin : usual, pollMin, pollMax);
  }

  /**
   * The wait before the next poll. A vendor's per cent may jump back or never reach 100, so it only
   * moves the wait between the bounds.
   *
   * @param age how long the job has run
   * @param progress the vendor's per cent, null when it gives none
   */
  public Duration next(
      Duration age, @Nullable Integer progress, Duration pollMin, Duration pollMax) {
    long byAge = age.toMillis() / 10;
    long wanted = byAge;
    if (progress != null && progress > 0 && progress < 100) {
      long remaining = age.toMillis() * (100 - progress) / progress;
      wanted = Math.min(remaining / 2, age.toMillis());
    }
    return jittered(Duration.ofMillis(wanted), pollMin, pollMax);
  }

  private Duration jittered(Duration wanted, Duration pollMin, Duration pollMax) {
    double factor = 0.9 + 0.2 * random.nextDouble();
    long millis = (long) (wanted.toMillis() * factor);
    return Duration.ofMillis(
        Math.max(
            pollMin.toMillis(),
            Math.min(millis, Math.max(pollMin.toMillis(), pollMax.toMillis()))));
  }
}
