package io.saddlebag.observe;

import io.saddlebag.export.Exports;
import io.saddlebag.run.Ledger;
import io.saddlebag.run.Overdue;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * By connection, the runs that are due and that no node has begun: what a slow vendor, a spent
 * budget or too few threads show in. Looked up in the ledger at most every two seconds, the oldest
 * thousand runs at most. Thread-safe.
 */
final class Lateness {
  private static final int MOST = 1000;
  private static final Duration PUNCTUAL = Duration.ofSeconds(1);
  private static final long STALE = Duration.ofSeconds(2).toNanos();

  private final Ledger ledger;
  private final Exports exports;
  private final Clock clock;
  private @Nullable Map<String, Late> last;
  private long lookedAt;

  /**
   * The late runs of a connection.
   *
   * @param runs how many
   * @param longest how late the latest is
   */
  record Late(int runs, Duration longest) {
    static final Late NONE = new Late(0, Duration.ZERO);

    Late with(Duration other) {
      return new Late(runs + 1, other.compareTo(longest) > 0 ? other : longest);
    }
  }

  Lateness(Ledger ledger, Exports exports, Clock clock) {
    this.ledger = ledger;
    this.exports = exports;
    this.clock = clock;
  }

  /** The late runs of a connection. */
  Late of(String connection) {
    return byConnection().getOrDefault(connection, Late.NONE);
  }

  /** The connections that have late runs. */
  synchronized Map<String, Late> byConnection() {
    long now = System.nanoTime();
    Map<String, Late> known = last;
    if (known == null || now - lookedAt > STALE) {
      known = look();
      last = known;
      lookedAt = now;
    }
    return known;
  }

  private Map<String, Late> look() {
    Instant now = clock.instant();
    Map<String, Late> late = new TreeMap<>();
    for (Overdue.Due due : ledger.overdue().since(now.minus(PUNCTUAL), MOST)) {
      exports
          .find(due.export())
          .ifPresent(
              export ->
                  late.merge(
                      export.connection(),
                      Late.NONE.with(Duration.between(due.dueAt(), now)),
                      (one, other) -> one.with(other.longest())));
    }
    return late;
  }
}
