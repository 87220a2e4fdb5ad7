package io.saddlebag.run;

import io.saddlebag.export.DueTimes;
import io.saddlebag.export.ExportDefinition;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds scheduled runs that were due and had not begun when they were expected to have ended: while
 * nothing ran, while the ledger was away, or because a fire was lost. A run that is made up for
 * later came too late all the same. Thread-safe.
 */
final class Expectations {
  /** What is due just before it is expected has this time to begin. */
  private static final Duration BEGIN = Duration.ofMinutes(1);

  private final Ledger ledger;
  private final Map<String, Settled> settled = new ConcurrentHashMap<>();

  Expectations(Ledger ledger) {
    this.ledger = ledger;
  }

  /**
   * A run that did not begin.
   *
   * @param run its id, if it had begun
   * @param expected when it was expected to have ended
   */
  record Missing(RunId run, Instant expected) {}

  /** Nothing new can be missing of an export from the one moment to the other. */
  private record Settled(ExportDefinition export, Instant from, Instant until) {
    boolean covers(ExportDefinition other, Instant now) {
      return export.equals(other) && !now.isBefore(from) && now.isBefore(until);
    }
  }

  /** The newest run of an export that is missing at this moment and that nobody was told of. */
  Optional<Missing> notBegun(ExportDefinition export, Instant now) {
    LocalTime expectBy = export.expectBy();
    String cron = export.schedule();
    Settled before = settled.get(export.name());
    if (expectBy == null || cron == null || before != null && before.covers(export, now)) {
      return Optional.empty();
    }
    Optional<ScheduleLog.Entry> known =
        ledger
            .schedules()
            .find(export.name())
            .filter(entry -> entry.cron().equals(cron))
            .filter(entry -> entry.timeZone().equals(export.timeZone().getId()));
    if (known.isEmpty()) {
      return Optional.empty();
    }
    DueTimes due = DueTimes.of(cron, export.timeZone());
    DueTimes expected = DueTimes.daily(expectBy, export.timeZone());
    Instant since = known.get().knownSince();
    Optional<Missing> missing =
        expected
            .last(since, now.minus(BEGIN))
            .flatMap(last -> due.last(since, last.minusMillis(1)))
            .map(at -> new Missing(new RunId(export.name(), at), expected.next(at).orElseThrow()))
            .filter(this::isNews);
    if (missing.isEmpty()) {
      Instant until = expected.next(now.minus(BEGIN)).orElseThrow().plus(BEGIN);
      settled.put(export.name(), new Settled(export, now, until));
    }
    return missing;
  }

  private boolean isNews(Missing missing) {
    RunId run = missing.run();
    Instant until = missing.expected().plus(BEGIN);
    return !ledger.runs().underWay(run.export(), run.at(), until)
        && !ledger.alerts().told(run.toString(), AlertLog.LATE, missing.expected());
  }
}
