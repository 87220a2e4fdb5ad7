package io.saddlebag.run;

import io.saddlebag.export.DueTimes;
import io.saddlebag.export.ExportDefinition;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bean {@code schedules}: requests a run of each export that has become due since the ledger
 * was last moved on. {@link DueTimes} alone says what is due; the route {@code export-schedule} and
 * a look every second only wake. So what fell into a clock change, into an outage of the ledger or
 * between two of Quartz's fires is found all the same. What fell into a time in which nothing ran
 * is made up for once. Thread-safe.
 */
public final class Schedules {
  private static final Logger LOG = LoggerFactory.getLogger(Schedules.class);

  /** Quartz may fire a little before its time. */
  private static final Duration EARLY = Duration.ofSeconds(1);

  /** Nodes' clocks differ; a ledger that is further ahead than this was written by a wrong one. */
  private static final Duration AHEAD = Duration.ofMinutes(1);

  /** An edited export comes back at once, one that is gone does not. */
  private static final Duration EDIT = Duration.ofSeconds(10);

  /** So many that are due at once are settled in one transaction. */
  private static final int TOGETHER = 100;

  private final Ledger ledger;
  private final RunRequests requests;
  private final Clock clock;
  private final Map<String, Watch> watches = new ConcurrentHashMap<>();
  private final Set<String> failing = ConcurrentHashMap.newKeySet();
  private final AtomicReference<Instant> lastLook = new AtomicReference<>(Instant.MIN);
  private final ReentrantLock looking = new ReentrantLock();

  /** Schedules that request runs here. */
  public Schedules(Ledger ledger, RunRequests requests, Clock clock) {
    this.ledger = ledger;
    this.requests = requests;
    this.clock = clock;
  }

  /**
   * A schedule that this process watches.
   *
   * @param since since when this process has; what was due before, it was not there for
   * @param begun whether it was compared with what the ledger knows
   * @param next when it is due next, as far as this process knows; null for never
   * @param stopped when its export went; null while it is there
   */
  private record Watch(
      ExportDefinition export,
      DueTimes due,
      Instant since,
      boolean begun,
      @Nullable Instant next,
      @Nullable Instant stopped) {

    ScheduleLog.Entry entry(Instant now) {
      return new ScheduleLog.Entry(
          String.valueOf(export.schedule()), export.timeZone().getId(), now);
    }

    boolean dueBy(Instant until) {
      return stopped == null && (!begun || next != null && !next.isAfter(until));
    }

    Watch lookedAt(Instant now) {
      return new Watch(export, due, since, true, due.next(now).orElse(null), stopped);
    }

    Watch anew() {
      return new Watch(export, due, since, begun, Instant.MIN, stopped);
    }

    Watch stopped(Instant now) {
      return new Watch(export, due, since, begun, next, now);
    }
  }

  /**
   * Starts the schedules of exports, after a look at what each has missed. An edited cron counts at
   * once. What the ledger knows is asked for once for all of them.
   */
  public void start(List<ExportDefinition> exports) {
    Instant now = clock.instant();
    exports.forEach(export -> watch(export, now));
    looking.lock();
    try {
      Map<String, ScheduleLog.Entry> known = new TreeMap<>(ledger.schedules().all());
      for (ExportDefinition export : exports) {
        if (export.schedule() == null && known.containsKey(export.name())) {
          ledger.schedules().forget(export.name());
        }
      }
      List<Watch> begun =
          exports.stream()
              .map(export -> watches.get(export.name()))
              .filter(watch -> watch != null && watch.stopped() == null)
              .toList();
      Map<String, ScheduleLog.Entry> unknown = new TreeMap<>();
      begun.stream()
          .filter(watch -> !known.containsKey(watch.export().name()))
          .forEach(watch -> unknown.put(watch.export().name(), watch.entry(now)));
      ledger.schedules().begin(unknown);
      known.putAll(unknown);
      begun.forEach(
          watch -> {
            String name = watch.export().name();
            look(name, now, Optional.ofNullable(known.get(name)));
          });
    } catch (RuntimeException e) {
      LOG.error("Schedules cannot be compared with the ledger; that is tried again", e);
    } finally {
      looking.unlock();
    }
  }

  private void watch(ExportDefinition export, Instant now) {
    String cron = export.schedule();
    if (cron == null) {
      watches.remove(export.name());
      return;
    }
    DueTimes due = DueTimes.of(cron, export.timeZone());
    watches.compute(
        export.name(),
        (name, before) -> new Watch(export, due, since(before, now), false, null, null));
    if (due.next(now).isEmpty()) {
      LOG.warn(
          "{}: its schedule {} lies in the past and will not be due again", export.name(), cron);
    }
  }

  /** An edit is no time in which nothing ran. */
  private static Instant since(@Nullable Watch before, Instant now) {
    boolean edited =
        before != null && (before.stopped() == null || before.stopped().plus(EDIT).isAfter(now));
    return edited && before != null ? before.since() : now;
  }

  /** Stops an export's schedule. */
  public void stop(ExportDefinition export) {
    watches.computeIfPresent(export.name(), (name, watch) -> watch.stopped(clock.instant()));
  }

  /** Quartz fired, as it does each second: it is time for a look. */
  public void fired(Exchange exchange) {
    Date planned = exchange.getMessage().getHeader("scheduledFireTime", Date.class);
    Instant now = clock.instant();
    boolean early =
        planned != null
            && planned.toInstant().isAfter(now)
            && planned.toInstant().isBefore(now.plus(EARLY));
    if (looking.tryLock()) { // Else somebody looks already.
      try {
        lookAtAll(early ? planned.toInstant() : now);
      } finally {
        looking.unlock();
      }
    }
  }

  /** Looks at all schedules: what has become due, by whatever way, is requested. */
  public void look() {
    looking.lock();
    try {
      lookAtAll(clock.instant());
    } finally {
      looking.unlock();
    }
  }

  private void lookAtAll(Instant until) {
    Instant now = clock.instant();
    if (now.isBefore(lastLook.getAndSet(now))) {
      // The clock was put back: when each is due next is found anew.
      watches.replaceAll((name, watch) -> watch.anew());
    }
    List<String> due =
        watches.values().stream()
            .filter(watch -> watch.dueBy(until))
            .map(watch -> watch.export().name())
            // In the same order on all nodes, so that none waits for what another holds.
            .sorted()
            .toList();
    for (int from = 0; from < due.size(); from += TOGETHER) {
      List<String> some = due.subList(from, Math.min(due.size(), from + TOGETHER));
      if (some.size() > 1 && lookTogether(some, until)) {
        continue;
      }
      for (String name : some) {
        if (!look(name, until, null) && !ledger.readable()) {
          return;
        }
      }
    }
  }

  /**
   * Looks at many that are due at once; false when one of them could not be kept: then none is, and
   * each is looked at by itself.
   */
  private boolean lookTogether(List<String> names, Instant now) {
    List<RunRequests.Settled> settled = new ArrayList<>();
    List<Watch> movedOn = new ArrayList<>();
    try {
      ledger
          .schedules()
          .together(
              () -> {
                Map<String, ScheduleLog.Entry> known = ledger.schedules().of(names);
                for (String name : names) {
                  Watch watch = watches.get(name);
                  if (watch != null
                      && watch.dueBy(now)
                      && settle(watch, Optional.ofNullable(known.get(name)), now, settled)) {
                    movedOn.add(watch);
                  }
                }
              });
    } catch (RuntimeException e) {
      LOG.debug("{} schedules are not settled together", names.size(), e);
      return false;
    }
    movedOn.forEach(watch -> watches.replace(watch.export().name(), watch, watch.lookedAt(now)));
    names.forEach(this::goesOn);
    try {
      requests.told(settled);
    } catch (RuntimeException e) {
      LOG.error("Runs that were requested could not be woken; they are looked for", e);
    }
    return true;
  }

  private void goesOn(String name) {
    if (failing.remove(name)) {
      LOG.info("{}: its schedule goes on", name);
    }
  }

  /**
   * Looks at one schedule; false when the ledger refused, and the next look does it then.
   *
   * @param known what the ledger knows of it; null when that is yet to be asked
   */
  private boolean look(String name, Instant now, @Nullable Optional<ScheduleLog.Entry> known) {
    Watch watch = watches.get(name);
    if (watch == null || !watch.dueBy(now)) {
      return true;
    }
    try {
      List<RunRequests.Settled> settled = new ArrayList<>();
      if (settle(watch, known == null ? ledger.schedules().find(name) : known, now, settled)) {
        watches.replace(name, watch, watch.lookedAt(now));
      }
      requests.told(settled);
      goesOn(name);
      return true;
    } catch (RuntimeException e) {
      if (failing.add(name)) {
        LOG.error("{}: its schedule cannot be kept; that is tried again every second", name, e);
      }
      return false;
    }
  }

  /** False when another node has moved the schedule on meanwhile. */
  private boolean settle(
      Watch watch,
      Optional<ScheduleLog.Entry> known,
      Instant now,
      List<RunRequests.Settled> settled) {
    String name = watch.export().name();
    if (known.isEmpty()) {
      ledger.schedules().begin(name, watch.entry(now));
      return true;
    }
    ScheduleLog.Entry seen = known.get();
    if (seen.lastFireAt().isAfter(now.plus(AHEAD))) {
      // Written by a clock that was wrong: it must not keep the schedule from being due until then.
      return moveOn(name, seen, watch.begun() ? seen.at(now) : watch.entry(now), List.of());
    }
    if (watch.begun() || seen.sameSchedule(watch.entry(now))) {
      return settle(watch, watch.due(), seen, null, now, settled);
    }
    // Edited: until now it was due as before, from now on as it is.
    Optional<DueTimes> before = dueTimes(seen);
    return before.isPresent()
        ? settle(watch, before.get(), seen, watch.entry(now), now, settled)
        : moveOn(name, seen, watch.entry(now), List.of());
  }

  /** When a schedule in the ledger was due; empty when this version cannot read it. */
  private static Optional<DueTimes> dueTimes(ScheduleLog.Entry entry) {
    try {
      return Optional.of(DueTimes.of(entry.cron(), ZoneId.of(entry.timeZone())));
    } catch (RuntimeException e) {
      LOG.warn("The schedule {} {} is not read", entry.cron(), entry.timeZone(), e);
      return Optional.empty();
    }
  }

  /**
   * Makes one run for all that has become due, named by the last of it.
   *
   * @param edited what the schedule is from now on; null when it stays
   * @param settled what became of it is added here
   */
  private boolean settle(
      Watch watch,
      DueTimes due,
      ScheduleLog.Entry seen,
      ScheduleLog.@Nullable Entry edited,
      Instant now,
      List<RunRequests.Settled> settled) {
    String name = watch.export().name();
    Optional<Instant> last = due.last(seen.lastFireAt(), now);
    if (last.isEmpty()) {
      return edited == null || moveOn(name, seen, edited, List.of());
    }
    Instant at = last.get();
    Instant first = due.next(seen.lastFireAt()).orElse(at);
    ScheduleLog.Entry then = edited == null ? seen.at(at) : edited;
    boolean missed = !at.isAfter(watch.since());
    if (missed && !watch.export().catchUp()) {
      LOG.warn("{}: the schedule of {} was missed, and catchUp is false", name, at);
      return moveOn(
          name,
          seen,
          then,
          List.of(new Skip(name, at, "missed while nothing ran, and catchUp is false")));
    }
    RunRequests.Settled one =
        requests.due(
            watch.export(),
            at,
            missed ? "catch-up" : "schedule",
            seen,
            then,
            first.equals(at)
                ? List.of()
                : List.of(
                    new Skip(
                        name,
                        first,
                        "missed, with all until "
                            + at
                            + "; "
                            + new RunId(name, at)
                            + " makes up for"
                            + " them")));
    settled.add(one);
    return one.trace() != ScheduleLog.Trace.DEALT_WITH;
  }

  private boolean moveOn(
      String name, ScheduleLog.Entry seen, ScheduleLog.Entry then, List<Skip> skips) {
    return ledger.schedules().settle(name, seen, then, skips, null) != ScheduleLog.Trace.DEALT_WITH;
  }
}
