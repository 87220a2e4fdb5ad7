package io.saddlebag.run;

import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends runs, and knows when one has to stop before its end. */
final class Endings {
  private static final Logger LOG = LoggerFactory.getLogger(Endings.class);

  private static final String CANCEL = "its cancel: ";

  private final Ledger ledger;
  private final Clock clock;

  Endings(Ledger ledger, Clock clock) {
    this.ledger = ledger;
    this.clock = clock;
  }

  /** Whether the operator, or the deadline, wants the run stopped. */
  boolean due(Run run) {
    return run.cancelRequested() || !clock.instant().isBefore(run.deadlineAt());
  }

  /** A moment to go on, but not after the deadline. */
  static Instant within(Run run, Instant wanted) {
    return wanted.isBefore(run.deadlineAt()) ? wanted : run.deadlineAt();
  }

  /** Ends a run that the operator, or its deadline, stopped. */
  int stopped(Run run) {
    if (run.cancelRequested()) {
      return end(
          run,
          RunState.CANCELLED,
          new Failure("CANCELLED", "cancelled by the operator" + unknownJob(run)),
          null);
    }
    return end(run, RunState.FAILED, overdue(run), null);
  }

  private Failure overdue(Run run) {
    if (run.state() == RunState.STAGED) {
      return new Failure(
          "DELIVERY_DEADLINE",
          "the staged file could not be delivered by "
              + run.deadlineAt()
              + lastFailure(run)
              + "; it is kept: mend the destination, then redeliver the run");
    }
    return new Failure(
        "DEADLINE",
        "not finished by "
            + run.deadlineAt()
            + " (state "
            + run.state()
            + (run.vendorStatus() == null
                ? ""
                : ", the vendor's last word \"" + run.vendorStatus() + "\"")
            + (run.waitingFor() == null || run.attempts() > 0
                ? ""
                : ", waiting for " + run.waitingFor())
            + ")"
            + lastFailure(run)
            + unknownJob(run)
            + "; run the export again, or give it a longer deadline");
  }

  /** The sentence of the failure that the run could not get over; nothing when there is none. */
  private String lastFailure(Run run) {
    if (run.attempts() == 0 || cancelFailed(run)) {
      return "";
    }
    return ledger
        .history()
        .lastFailure(run.id())
        .map(
            failure ->
                "; after "
                    + attempts(run.attempts())
                    + " the last failure was "
                    + failure.name()
                    + ": "
                    + failure.message())
        .orElse("");
  }

  /** What a run waits for whose cancel failed. */
  static String cancelWaits(Failure failure, int attempts) {
    return CANCEL + failure.name() + ", attempt " + attempts;
  }

  /** Whether the failures in a row that the run counts are those of its cancel. */
  static boolean cancelFailed(Run run) {
    return run.waitingFor() != null && run.waitingFor().startsWith(CANCEL);
  }

  /** So many attempts, in words that fit one as well. */
  static String attempts(int attempts) {
    return attempts == 1 ? "1 attempt" : attempts + " attempts";
  }

  private static String unknownJob(Run run) {
    return run.state() == RunState.CREATING
        ? "; whether the vendor has a job of it is not known: look there"
        : "";
  }

  /** Ends a run; {@code said} is the vendor's last word, null to keep the one that is known. */
  int end(Run run, RunState to, @Nullable Failure failure, @Nullable String said) {
    if (said != null) {
      ledger.runs().said(run.id(), said);
    }
    int attempt = ledger.moves().finish(run, to, failure, clock.instant());
    if (failure == null) {
      LOG.info("{}: {}", run.id(), to);
    } else {
      LOG.warn("{}: {}: {}: {}", run.id(), to, failure.name(), failure.message());
    }
    return attempt;
  }
}
