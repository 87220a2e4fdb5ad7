package io.saddlebag.bench;

import io.saddlebag.run.PollPlan;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * How many polls the plan needs on a simulated clock, against the plan of even waits and against
 * the best plan that knows the distribution, both at the mean delay that the plan itself has. Ten
 * thousand jobs a row; the plan learns from the jobs before.
 */
@Tag("bench")
class PollPlanBench {
  private static final int JOBS = 10_000;
  private static final double MEDIAN = 600_000;
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofHours(2);

  /** What one plan did over all jobs. */
  private record Outcome(double polls, double delay) {}

  /** What the vendor says of a job; null for one that says nothing. */
  private interface Progress {
    @Nullable Integer at(double age, double takes, double bend);
  }

  @Test
  void polls_against_even_waits_and_against_the_best_plan() {
    System.out.println(
        "distribution             | polls | mean delay | polls / even waits | polls / best plan");
    for (double spread : new double[] {0.3, 0.5, 1.0}) {
      double[] durations = logNormal(spread, 7);
      print("log-normal " + spread, plan(durations, null), durations, spread);
      print("  with progress", plan(durations, PollPlanBench::bent), durations, spread);
      print("  with coarse progress", plan(durations, PollPlanBench::coarse), durations, spread);
    }
  }

  private static void print(String name, Outcome plan, double[] durations, double spread) {
    Outcome even = even(durations, plan.delay());
    Outcome best = best(durations, spread, plan.delay());
    System.out.printf(
        "%-24s | %5.2f | %8.1f s | %18.2f | %17.2f%n",
        name,
        plan.polls(),
        plan.delay() / 1000,
        plan.polls() / even.polls(),
        plan.polls() / best.polls());
  }

  private static double[] logNormal(double spread, long seed) {
    Random random = new Random(seed);
    double[] durations = new double[JOBS];
    for (int job = 0; job < JOBS; job++) {
      durations[job] = MEDIAN * Math.exp(spread * random.nextGaussian());
    }
    return durations;
  }

  /** A per cent that runs ahead or lags behind by up to a half of its way. */
  private static Integer bent(double age, double takes, double bend) {
    return (int) Math.min(100, 100 * Math.pow(age / takes, bend));
  }

  /** The same in quarters. */
  private static Integer coarse(double age, double takes, double bend) {
    return (int) Math.min(100, 100 * Math.pow(age / takes, bend)) / 25 * 25;
  }

  private static Outcome plan(double[] durations, @Nullable Progress progress) {
    PollPlan plan = new PollPlan(new Random(1));
    Random random = new Random(2);
    Deque<Duration> past = new ArrayDeque<>();
    long polls = 0;
    double delay = 0;
    for (double takes : durations) {
      double bend = Math.exp(0.4 * random.nextGaussian());
      double at = 0;
      List<Duration> known = new ArrayList<>(past);
      do {
        Integer told = progress == null || at == 0 ? null : progress.at(at, takes, bend);
        at += plan.next(known, Duration.ofMillis((long) at), told, SHORTEST, LONGEST).toMillis();
        polls++;
      } while (at < takes);
      delay += at - takes;
      past.addFirst(Duration.ofMillis((long) at));
      if (past.size() > 30) {
        past.removeLast();
      }
    }
    return new Outcome((double) polls / durations.length, delay / durations.length);
  }

  private static Outcome even(double[] durations, double delay) {
    Random random = new Random(3);
    double interval = 2 * delay;
    long polls = 0;
    double late = 0;
    for (double takes : durations) {
      double at = interval * random.nextDouble();
      polls++;
      while (at < takes) {
        at += interval;
        polls++;
      }
      late += at - takes;
    }
    return new Outcome((double) polls / durations.length, late / durations.length);
  }

  /** Intervals by the inverse root of the true hazard, scaled until the mean delay is the same. */
  private static Outcome best(double[] durations, double spread, double delay) {
    double low = 1e-3;
    double high = 1e6;
    Outcome outcome = new Outcome(0, 0);
    for (int i = 0; i < 60; i++) {
      double scale = Math.sqrt(low * high);
      outcome = byTrueHazard(durations, spread, scale);
      if (outcome.delay() > delay) {
        high = scale;
      } else {
        low = scale;
      }
    }
    return outcome;
  }

  private static Outcome byTrueHazard(double[] durations, double spread, double scale) {
    double step = MEDIAN / 2000;
    int steps = 200_000;
    DoubleUnaryOperator hazard = millis -> hazard(millis, spread);
    List<Double> moments = new ArrayList<>();
    double sum = 0.5;
    for (int i = 0; i < steps; i++) {
      sum += step * Math.sqrt(hazard.applyAsDouble((i + 0.5) * step)) / scale;
      while (sum >= 1) {
        moments.add((i + 1) * step);
        sum -= 1;
      }
    }
    moments.add(1e12);
    long polls = 0;
    double late = 0;
    for (double takes : durations) {
      int low = 0;
      int high = moments.size() - 1;
      while (low < high) {
        int middle = (low + high) / 2;
        if (moments.get(middle) >= takes) {
          high = middle;
        } else {
          low = middle + 1;
        }
      }
      polls += low + 1;
      late += moments.get(low) - takes;
    }
    return new Outcome((double) polls / durations.length, late / durations.length);
  }

  private static double hazard(double millis, double spread) {
    double deviations = Math.log(millis / MEDIAN) / spread;
    double density = Math.exp(-deviations * deviations / 2) / Math.sqrt(2 * Math.PI);
    double survival = 0.5 * erfc(deviations / Math.sqrt(2));
    return survival < 1e-250 ? 1 : density / survival / spread / millis;
  }

  /** The complementary error function, to seven digits (Numerical Recipes' Chebyshev fit). */
  private static double erfc(double x) {
    double z = Math.abs(x);
    double t = 1 / (1 + 0.5 * z);
    double answer =
        t
            * Math.exp(
                -z * z
                    - 1.26551223
                    + t
                        * (1.00002368
                            + t
                                * (0.37409196
                                    + t
                                        * (0.09678418
                                            + t
                                                * (-0.18628806
                                                    + t
                                                        * (0.27886807
                                                            + t
                                                                * (-1.13520398
                                                                    + t
                                                                        * (1.48851587
                                                                            + t
                                                                                * (-0.82215223
                                                                                    + t
                                                                                        * 0.17087277)))))))));
    return x >= 0 ? answer : 2 - answer;
  }
}
