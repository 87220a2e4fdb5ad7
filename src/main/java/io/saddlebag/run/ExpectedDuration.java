package io.saddlebag.run;

import java.time.Duration;
import java.util.List;

/**
 * How long a vendor's job may take, learnt from past ones: a log-normal distribution, mixed with a
 * wide one for the job that is unlike all before. Immutable.
 *
 * <p>A vendor's per cent makes it narrower. It is believed the more the further the job is, and
 * never wholly: vendors' per cents jump back, and reach 100 before the file is there.
 */
final class ExpectedDuration {
  /** How many past jobs are worth looking at: older ones tell of another amount of data. */
  static final int PAST_JOBS = 30;

  private static final double PRIOR_JOBS = 2;
  private static final double PRIOR_SPREAD = 0.5;
  private static final double UNLIKE_ALL = 0.03;
  private static final double WIDE_SPREAD = 1.5;

  private final double mean;
  private final double spread;

  private ExpectedDuration(double mean, double spread) {
    this.mean = mean;
    this.spread = spread;
  }

  /**
   * What past jobs tell of the next one.
   *
   * @param past how long they took, at least one
   */
  static ExpectedDuration of(List<Duration> past) {
    double[] logs =
        past.stream().mapToDouble(took -> Math.log(Math.max(took.toMillis(), 1))).toArray();
    double mean = 0;
    for (double log : logs) {
      mean += log / logs.length;
    }
    double squares = PRIOR_JOBS * PRIOR_SPREAD * PRIOR_SPREAD;
    for (double log : logs) {
      squares += (log - mean) * (log - mean);
    }
    double variance = squares / (PRIOR_JOBS + logs.length - 1);
    // The mean itself is only known from so many jobs.
    return new ExpectedDuration(mean, Math.sqrt(variance * (1 + 1.0 / logs.length)));
  }

  /** The same, once the vendor has said that this much of the job is done. */
  ExpectedDuration at(Duration age, int percent) {
    double done = percent / 100.0;
    double told = Math.log(Math.max(age.toMillis(), 1) / done);
    // A tenth of what is left at the least, and what a whole per cent hides.
    double doubt = 0.1 + 0.6 * (1 - done) + 0.01 / done;
    double prior = 1 / (spread * spread);
    double likelihood = 1 / (doubt * doubt);
    return new ExpectedDuration(
        (mean * prior + told * likelihood) / (prior + likelihood),
        1 / Math.sqrt(prior + likelihood));
  }

  /** A duration that only few jobs, or many, take less than, in milliseconds. */
  double quantile(double deviations) {
    return Math.exp(mean + deviations * spread);
  }

  /** The median, in milliseconds. */
  double median() {
    return Math.exp(mean);
  }

  /** How likely, for each millisecond, a job that has run this long is done now. */
  double hazard(double millis) {
    double log = Math.log(Math.max(millis, 1));
    double narrow = (log - mean) / spread;
    double wide = (log - mean) / WIDE_SPREAD;
    double density =
        (1 - UNLIKE_ALL) * density(narrow) / spread + UNLIKE_ALL * density(wide) / WIDE_SPREAD;
    double survival = (1 - UNLIKE_ALL) * above(narrow) + UNLIKE_ALL * above(wide);
    return density / Math.max(survival, 1e-300) / Math.max(millis, 1);
  }

  private static double density(double deviations) {
    return Math.exp(-deviations * deviations / 2) / Math.sqrt(2 * Math.PI);
  }

  /** The upper tail of the normal distribution (Abramowitz and Stegun 26.2.17). */
  private static double above(double deviations) {
    if (deviations < 0) {
      return 1 - above(-deviations);
    }
    double t = 1 / (1 + 0.2316419 * deviations);
    double series =
        t
            * (0.319381530
                + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
    return density(deviations) * series;
  }
}
