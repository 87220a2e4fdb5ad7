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

  /** Longer than any file is kept by default, and than any holiday. */
  private static final Duration LONG_AWAY = Duration.ofDays(60);

  private final Ledger ledger;
  private final String node;
  private final StagingArea staging;
  private final Duration keep;
  private final Clock clock;

  /** Of this node's disk: what others have staged is theirs. */
  Housekeeping(Ledger ledger, String node, StagingArea staging, Duration keep, Clock clock) {
    this.ledger = ledger;
    this.node = node;
    this.staging = staging;
    this.keep = keep;
    this.clock = clock;
  }

  void clean() {
    Instant now = clock.instant();
    Instant before = now.minus(keep);
    for (String run : ledger.receipts().keptSince(before, node)) {
      ledger.receipts().remove(run, node, before, now, () -> staging.removeRun(run));
    }
    for (String run : ledger.nodes().leftovers(node)) {
      ledger.nodes().removeLeftover(node, run, () -> staging.removeRun(run));
    }
    ledger.nodes().forget(LONG_AWAY);
    staging.removeStaleParts(Set.copyOf(ledger.runs().transferring()), STALE_PART);
  }
}
