package io.saddlebag.simulator.surveysolutions;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One parameter set of the v1 export API: its file, overwritten in place, and the process that
 * makes the next one (Survey Solutions sheet, section 2.2). Guarded by its simulator.
 */
final class V1Export {
  private static final int STEPS = 4;
  private static final String IDLE = "NotStarted";

  private final V1Mode mode;
  private @Nullable Instant started;
  private @Nullable Instant updated;
  private boolean fails;
  private int job;
  private int generation;
  private String last = IDLE;

  V1Export(V1Mode mode) {
    this.mode = mode;
  }

  /** The start of the process that is queued or running, or null. */
  @Nullable Instant started() {
    return started;
  }

  /** When the file was made, or null when there is none. */
  @Nullable Instant updated() {
    return updated;
  }

  /** The job id that a start answers with in mode B. */
  int job() {
    return job;
  }

  /** Which making of the file this is, from one on. */
  int generation() {
    return generation;
  }

  void start(Instant at, int number, boolean willFail) {
    started = at;
    job = number;
    fails = willFail;
  }

  /** The record of the process is removed; the file stays (section 2.2). */
  void forget() {
    started = null;
    last = IDLE;
  }

  /** The process begins again, as mode B's queue makes it after a restart. */
  void startAgain(Instant at) {
    if (started != null) {
      started = at;
    }
  }

  /** Ends a process that has gone through all its steps (section 8 items 23 and 24). */
  void settle(Instant now, Duration step, boolean withoutFile, String errorWord) {
    Instant begun = started;
    if (begun == null || now.isBefore(begun.plus(step.multipliedBy(STEPS)))) {
      return;
    }
    started = null;
    if (!fails && !withoutFile) {
      updated = begun.plus(step.multipliedBy(STEPS));
      generation++;
    }
    last = mode != V1Mode.A ? IDLE : fails ? errorWord : "Finished";
  }

  String status(Instant now, Duration step) {
    Instant begun = started;
    if (begun == null) {
      return last;
    }
    int steps = (int) steps(begun, now, step);
    if (mode == V1Mode.A) {
      return steps < 2 ? "Queued" : "Running";
    }
    return switch (steps) {
      case 0 -> "Queued";
      case 1 -> "Preparing";
      case 2 -> "Running";
      default -> "Compressing";
    };
  }

  int progress(Instant now, Duration step) {
    Instant begun = started;
    double steps = begun == null ? 0 : steps(begun, now, step);
    if (steps < 2) {
      return 0;
    }
    return (int) (100 * (mode == V1Mode.A ? (steps - 2) / 2 : steps % 1));
  }

  private static double steps(Instant begun, Instant now, Duration step) {
    return (double) Duration.between(begun, now).toNanos() / Math.max(1, step.toNanos());
  }
}
