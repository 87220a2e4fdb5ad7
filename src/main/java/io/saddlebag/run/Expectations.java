package io.saddlebag.run;

import io.saddlebag.export.DueTimes;
import io.saddlebag.export.ExportDefinition;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds runs that have not ended when they were expected to, and scheduled runs that were due and
 * had not even begun by then: while nothing ran, while the ledger was away, or because a fire was
 * lost. A run that is made up for later came too late all the same. The ledger is asked of an
 * export only when something can have become late since the last look. Thread-safe.
 */
final class Expectations {
  /** What is due just before it is expected has this time to begin. */
  private static final Duration BEGIN = Duration.ofMinutes(1);

  private static final int AT_ONCE = 200;

  private final Ledger ledger;
  private final Map<String, Settled> settled = new ConcurrentHashMap<>();
  private final Map<String, Settled> inTime = new ConcurrentHashMap<>();

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

  /**
   * A run that has not ended.
   *
   * @param expected when it was expected to have ended
   */
  record Late(Run run, Instant expected) {}

  /** Nothing new can be told of an export from the one moment to the other. */
  private record Settled(ExportDefinition export, Instant from, Instant until) {
    boolean covers(ExportDefinition other, Instant now) {
      return export.equals(other) && !now.isBefore(from) && now.isBefore(until);
    }
  }

  /** The unfinished runs of these exports that are late at this moment, and nobody was told. */
  List<Late> late(Collection<ExportDefinition> exports, Instant now) {
    List<ExportDefinition> open = new ArrayList<>();
    for (ExportDefinition export : exports) {
      Settled before = inTime.get(export.name());
      if (export.expectBy() != null && (before == null || !before.covers(export, now))) {
        open.add(export);
      }
    }
    List<Late> late = new ArrayList<>();
    for (int from = 0; from < open.size(); from += AT_ONCE) {
      late.addAll(late(open.subList(from, Math.min(from + AT_ONCE, open.size())), now));
    }
    return late;
  }

  private List<Late> late(List<ExportDefinition> exports, Instant now) {
    Map<String, Run> active = new HashMap<>();
    ledger
        .runs()
        .active(exports.stream().map(ExportDefinition::name).toList())
        .forEach(run -> active.put(run.export(), run));
    List<Late> late = new ArrayList<>();
    for (ExportDefinition export : exports) {
      DueTimes daily = DueTimes.daily(Objects.requireNonNull(export.expectBy()), export.timeZone());
      Run run = active.get(export.name());
      Instant expected = run == null ? now : daily.next(run.requestedAt()).orElseThrow();
      if (run != null
          && !now.isBefore(expected)
          && !ledger.alerts().told(run.id(), AlertLog.LATE, expected)) {
        late.add(new Late(run, expected));
      } else {
        inTime.put(export.name(), new Settled(export, now, daily.next(now).orElseThrow()));
      }
    }
    return late;
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
            .filter(at -> remembers(known.get(), at))
            .map(at -> new Missing(new RunId(export.name(), at), expected.next(at).orElseThrow()))
            .filter(this::isNews);
    if (missing.isEmpty()) {
      Instant until = expected.next(now.minus(BEGIN)).orElseThrow().plus(BEGIN);
      settled.put(export.name(), new Settled(export, now, until));
    }
    return missing;
  }

  /** What ended so long ago that it was removed is not missing. */
  private boolean remembers(ScheduleLog.Entry known, Instant at) {
    return !at.isBefore(known.lastFireAt())
        || ledger.retention().prunedBefore().filter(at::isBefore).isEmpty();
  }

  private boolean isNews(Missing missing) {
    RunId run = missing.run();
    Instant until = missing.expected().plus(BEGIN);
    return !ledger.runs().underWay(run.export(), run.at(), until)
        && !ledger.alerts().told(run.toString(), AlertLog.LATE, missing.expected());
  }
}
