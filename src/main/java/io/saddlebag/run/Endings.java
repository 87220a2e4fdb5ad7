package io.saddlebag.run;

import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends runs, and knows when one has to stop before its end. */
final class Endings {
  private static final Logger LOG = LoggerFactory.getLogger(Endings.class);

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
  void stopped(Run run) {
    if (run.cancelRequested()) {
      end(run, RunState.CANCELLED, new Failure("CANCELLED", "cancelled by the operator"), null);
    } else {
      end(run, RunState.FAILED, overdue(run), null);
    }
  }

  private static Failure overdue(Run run) {
    if (run.state() == RunState.STAGED) {
      return new Failure(
          "DELIVERY_DEADLINE",
          "the staged file could not be delivered in time ("
              + run.waitingFor()
              + "); it is kept: mend the destination, then redeliver the run");
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
            + (run.waitingFor() == null ? "" : ", waiting for " + run.waitingFor())
            + "); run the export again, or give it a longer deadline");
  }

  /** Ends a run; {@code said} is the vendor's last word, null to keep the one that is known. */
  void end(Run run, RunState to, @Nullable Failure failure, @Nullable String said) {
    if (said != null) {
      ledger.runs().said(run.id(), said);
    }
    ledger.moves().finish(run.id(), run.state(), to, failure, clock.instant());
    if (failure == null) {
      LOG.info("{}: {}", run.id(), to);
    } else {
      LOG.warn("{}: {}: {}: {}", run.id(), to, failure.name(), failure.message());
    }
  }
}
