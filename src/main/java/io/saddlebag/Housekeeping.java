package io.saddlebag;

import io.saddlebag.run.Ledger;
import io.saddlebag.staging.StagingArea;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/** Removes staged files that were kept long enough, and part files that nobody will resume. */
final class Housekeeping {
  private static final Duration STALE_PART = Duration.ofHours(1);

  private final Ledger ledger;
  private final StagingArea staging;
  private final Duration keep;
  private final Clock clock;

  Housekeeping(Ledger ledger, StagingArea staging, Duration keep, Clock clock) {
    this.ledger = ledger;
    this.staging = staging;
    this.keep = keep;
    this.clock = clock;
  }

  void clean() {
    Instant now = clock.instant();
    Instant before = now.minus(keep);
    for (String run : ledger.receipts().keptSince(before)) {
      ledger.receipts().remove(run, before, now, () -> staging.removeRun(run));
    }
    staging.removeStaleParts(Set.copyOf(ledger.runs().transferring()), STALE_PART);
  }
}
