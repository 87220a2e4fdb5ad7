package io.saddlebag.run;

import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * When to ask the vendor again. Of all plans that notice a finished job equally soon, the one with
 * the fewest polls asks at intervals proportional to the inverse root of the hazard: how likely the
 * job is to be done now, as it was not done before. The hazard is learnt from the export's past
 * jobs and from the vendor's per cent; without either, the waits grow with the job's age. Every
 * wait is jittered by a tenth and lies within the export's bounds.
 *
 * <p>Why the inverse root: with r polls a second, a job that ends now waits 1/(2r) on average, and
 * r polls a second are paid for as long as it has not ended. The sum of both, weighted, is least
 * where r grows with the root of the hazard.
 */
public final class PollPlan {
  /** A finished job is noticed, on average, a twentieth of its usual duration later. */
  private static final double INTERVAL_OF_USUAL = 0.1;

  private static final double STEP = 0.01;

  private final RandomGenerator random;

  /** A plan whose jitter comes from here. */
  public PollPlan(RandomGenerator random) {
    this.random = random;
  }

  /**
   * The wait before the next poll.
   *
   * @param past how long earlier jobs of the export took; may be empty
   * @param age how long this job has run, zero before its first poll
   * @param progress the vendor's per cent, null when it gives none
   */
  public Duration next(
      List<Duration> past,
      Duration age,
      @Nullable Integer progress,
      Duration pollMin,
      Duration pollMax) {
    int percent = progress == null || progress >= 100 ? 0 : Math.max(progress, 0);
    double wanted;
    if (past.isEmpty()) {
      wanted = percent > 0 ? byProgress(age, percent) : age.toMillis() / 10.0;
    } else {
      ExpectedDuration usual = ExpectedDuration.of(past);
      double interval =
          Math.max(
              pollMin.toMillis(), Math.min(usual.median() * INTERVAL_OF_USUAL, pollMax.toMillis()));
      ExpectedDuration expected = percent > 0 ? usual.at(age, percent) : usual;
      wanted = byHazard(expected, age.toMillis(), interval, pollMax.toMillis());
    }
    return jittered(wanted, pollMin, pollMax);
  }

  /** A vendor's per cent may jump back or never reach 100, so it never makes a wait longer. */
  private static double byProgress(Duration age, int progress) {
    double remaining = age.toMillis() * (100.0 - progress) / progress;
    return Math.min(remaining / 2, age.toMillis());
  }

  /**
   * Goes on from the job's age until one poll's worth of hazard has passed.
   *
   * @param interval the interval of the plan of even waits that notices a finished job as soon
   */
  private static double byHazard(
      ExpectedDuration expected, double age, double interval, double longest) {
    double scale = interval / meanInverseRoot(expected);
    double at = age;
    double polls = 0;
    while (polls < 1 && at - age < longest) {
      double step = Math.max(1, Math.min(longest, Math.max(expected.median(), at)) * STEP);
      polls += step * Math.sqrt(expected.hazard(at + step / 2)) / scale;
      at += step;
    }
    return at - age;
  }

  /** The mean of the inverse root of the hazard over the moments at which jobs end. */
  private static double meanInverseRoot(ExpectedDuration expected) {
    double sum = 0;
    double weights = 0;
    for (double deviations = -3; deviations <= 3; deviations += 0.25) {
      double weight = Math.exp(-deviations * deviations / 2);
      sum += weight / Math.sqrt(expected.hazard(expected.quantile(deviations)));
      weights += weight;
    }
    return sum / weights;
  }

  private Duration jittered(double wanted, Duration pollMin, Duration pollMax) {
    double factor = 0.95 + 0.1 * random.nextDouble();
    long millis = (long) (wanted * factor);
    return Duration.ofMillis(
        Math.max(
            pollMin.toMillis(),
            Math.min(millis, Math.max(pollMin.toMillis(), pollMax.toMillis()))));
  }
}
