package io.saddlebag.run;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Brings runs of a ledger into the states that tests begin with, one move after the other. */
final class Walk {
  private final Ledger ledger;
  private final Instant now;

  Walk(Ledger ledger, Instant now) {
    this.ledger = ledger;
    this.now = now;
  }

  /** A new run of the export fills. */
  Run requested() {
    RunId id = new RunId("fills", now);
    ledger.runs().add(id, "altcraft", "manual", null, now, now.plus(Duration.ofHours(6)));
    return ledger.runs().get(id.toString());
  }

  /** A run of the export fills that has come to this state, with one staged file from STAGED on. */
  Run to(RunState state) {
    Run run = requested();
    if (state == RunState.REQUESTED) {
      return run;
    }
    ledger.moves().creating(run, now);
    run = again(run);
    if (state == RunState.CREATING) {
      return run;
    }
    ledger.moves().created(run, "job-1", now, now);
    run = again(run);
    if (state == RunState.PENDING) {
      return run;
    }
    ledger.moves().ready(run, "completed", now);
    run = again(run);
    if (state == RunState.READY) {
      return run;
    }
    ledger.receipts().save(file(run, folder()), run.attempt());
    ledger.moves().staged(run, now, now.plus(Duration.ofHours(24)));
    run = again(run);
    if (state == RunState.STAGED) {
      return run;
    }
    ledger.moves().finish(run, state, state == RunState.FAILED ? failure() : null, now);
    return again(run);
  }

  /** The run as the ledger has it now. */
  Run again(Run run) {
    return ledger.runs().get(run.id());
  }

  /** A file of a run, which need not be there. */
  StagedFile file(Run run, Path folder) {
    return new StagedFile(
        run.id(),
        0,
        "fills.zip",
        3,
        "ab",
        null,
        folder.resolve("fills.zip"),
        null,
        List.of("length"),
        now,
        null,
        null);
  }

  static Failure failure() {
    return new Failure("DELIVERY_DEADLINE", "the destination was away");
  }

  private static Path folder() {
    return Path.of("staged");
  }
}
