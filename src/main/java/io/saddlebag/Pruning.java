package io.saddlebag;

import io.saddlebag.export.Durations;
import io.saddlebag.export.Exports;
import io.saddlebag.run.Retention;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Removes what {@code saddlebag.ledger.keep} does not keep: so many batches at a time, through all
 * ended runs once, and again an hour later.
 */
final class Pruning {
  private static final int BATCHES = 50;
  private static final Duration REST = Duration.ofHours(1);

  private final Retention retention;
  private final Exports exports;
  private final Duration keep;
  private final Clock clock;
  private Retention.Place place = Retention.Place.beginning();
  private Instant notBefore = Instant.MIN;

  Pruning(Retention retention, Exports exports, Duration keep, Clock clock) {
    this.retention = retention;
    this.exports = exports;
    this.keep = keep;
    this.clock = clock;
  }

  void prune() {
    Instant now = clock.instant();
    if (now.isBefore(notBefore) && now.plus(REST).isAfter(notBefore.minusMillis(1))) {
      return;
    }
    Instant before = now.minus(kept());
    for (int batch = 0; batch < BATCHES; batch++) {
      Optional<Retention.Place> next = retention.prune(place, before);
      place = next.orElse(Retention.Place.beginning());
      if (next.isEmpty()) {
        notBefore = now.plus(REST);
        return;
      }
    }
  }

  /** A vendor's file that must change within some time is compared with those of all that time. */
  private Duration kept() {
    return exports.all().stream()
        .map(export -> export.text("maxAge"))
        .flatMap(
            maxAge ->
                maxAge == null
                    ? Optional.<Duration>empty().stream()
                    : Durations.parse(maxAge).stream())
        .filter(maxAge -> maxAge.compareTo(keep) > 0)
        .max(Duration::compareTo)
        .map(longest -> longest.plusDays(1))
        .orElse(keep);
  }
}
