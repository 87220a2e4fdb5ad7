package io.saddlebag.run;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs whose export is not loaded: its file was taken away or is wrong. They ask the vendor nothing
 * and deliver nothing until it is there; their deadline waits with them, and a cancel ends them.
 */
final class MissingExports {
  /** What such a run waits for, for people. */
  static final String WAITING = "its export's file, which is gone or cannot be loaded";

  private static final Logger LOG = LoggerFactory.getLogger(MissingExports.class);
  private static final Duration LOOK = Duration.ofSeconds(5);

  private final Ledger ledger;
  private final Endings endings;
  private final Clock clock;

  MissingExports(Ledger ledger, Clock clock) {
    this.ledger = ledger;
    this.endings = new Endings(ledger, clock);
    this.clock = clock;
  }

  /** Lets a run wait a while longer, or ends it when the operator wants that; gives it back. */
  Run wait(Run run) {
    if (run.cancelRequested()) {
      endings.stopped(run);
      if (run.state() == RunState.PENDING || run.state() == RunState.READY) {
        ledger
            .runs()
            .note(
                run.id(),
                "the vendor's job was not cancelled: that needs the export, which is not loaded");
      }
    } else {
      if (!waits(run)) {
        LOG.warn("{}: waits for {}; see `saddlebag check`", run.id(), WAITING);
      }
      ledger.moves().suspend(run, clock.instant().plus(LOOK), deadline(run), WAITING);
    }
    return ledger.runs().get(run.id());
  }

  /**
   * A run whose export is loaded; one that waited for it goes on, with the time that it had left.
   */
  Run back(Run run) {
    if (!waits(run)) {
      return run;
    }
    LOG.info("{}: its export is loaded, it goes on", run.id());
    ledger.moves().suspend(run, clock.instant(), deadline(run), null);
    return ledger.runs().get(run.id());
  }

  private static boolean waits(Run run) {
    return WAITING.equals(run.waitingFor());
  }

  /**
   * What has passed since the last look does not count; a deadline that had passed before stays.
   */
  private Instant deadline(Run run) {
    Instant lastLook = run.dueAt().minus(LOOK);
    return waits(run) && run.deadlineAt().isAfter(lastLook)
        ? run.deadlineAt().plus(Duration.between(lastLook, clock.instant()))
        : run.deadlineAt();
  }
}
