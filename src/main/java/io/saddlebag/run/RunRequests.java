package io.saddlebag.run;

import io.saddlebag.export.ExportDefinition;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns a wish for a run, from a schedule or an operator, into a ledger row and a wake-up; one run
 * of an export at a time.
 */
public final class RunRequests {
  private static final Logger LOG = LoggerFactory.getLogger(RunRequests.class);

  private final Ledger ledger;
  private final Wakeups wakeups;
  private final Clock clock;

  /** Requests runs in this ledger. */
  public RunRequests(Ledger ledger, Wakeups wakeups, Clock clock) {
    this.ledger = ledger;
    this.wakeups = wakeups;
    this.clock = clock;
  }

  /**
   * What became of a request.
   *
   * @param run the new run, or the one that is in the way
   * @param made whether the run is new
   */
  public record Outcome(Run run, boolean made) {}

  /**
   * Requests a run for a moment. Asking twice for the same moment makes one run, on however many
   * nodes; while another run of the export is active, a schedule is recorded as skipped.
   *
   * @param origin {@code schedule}, {@code catch-up} or {@code manual}
   */
  public Outcome request(ExportDefinition export, Instant at, String origin) {
    return request(export, at, origin, null);
  }

  /**
   * Requests a run of one window.
   *
   * @param window the span of time that the run must ask for; null when it decides that itself
   */
  public Outcome request(
      ExportDefinition export, Instant at, String origin, @Nullable Window window) {
    RunId id = new RunId(export.name(), at);
    Instant now = clock.instant();
    boolean made =
        ledger.runs().add(id, export.flow(), origin, window, now, now.plus(export.deadline()));
    Optional<Run> run = ledger.runs().find(id.toString());
    if (run.isPresent()) {
      wakeups.ensure(run.get());
      if (made) {
        LOG.info("{}: requested by {}", id, origin);
      }
      return new Outcome(run.get(), made);
    }
    Optional<Run> active = ledger.runs().active(export.name());
    if (active.isEmpty()) {
      // The run that was in the way has ended between the two looks.
      return request(export, at, origin, window);
    }
    if (origin.equals("schedule") || origin.equals("catch-up")) {
      ledger
          .history()
          .skipped(new Skip(export.name(), id.at(), active.get().id() + " was still active"));
      LOG.warn("{}: skipped, {} is still active", id, active.get().id());
    }
    return new Outcome(active.get(), false);
  }

  /**
   * What became of a due moment.
   *
   * @param id the run that is due
   * @param origin {@code schedule} or {@code catch-up}
   * @param at when it was asked for
   * @param trace what the ledger made of it
   */
  record Settled(RunId id, String origin, Instant at, ScheduleLog.Trace trace) {}

  /**
   * Requests the run of a due moment, or keeps why there is none, and moves the schedule on, all in
   * one transaction.
   *
   * @param at the due moment, which names the run
   * @param origin {@code schedule} or {@code catch-up}
   * @param seen the schedule as it was when somebody looked what is due
   * @param then the schedule from now on
   * @param skips other due moments, of which no run is made
   * @return what became of it; to be {@link #told} when it is committed
   */
  Settled due(
      ExportDefinition export,
      Instant at,
      String origin,
      ScheduleLog.Entry seen,
      ScheduleLog.Entry then,
      List<Skip> skips) {
    RunId id = new RunId(export.name(), at);
    Instant now = clock.instant();
    ScheduleLog.Wanted wanted =
        new ScheduleLog.Wanted(id, export.flow(), origin, now, now.plus(export.deadline()));
    ScheduleLog.Trace trace = ledger.schedules().settle(export.name(), seen, then, skips, wanted);
    return new Settled(id, origin, now, trace);
  }

  /** Wakes the runs that were requested for due moments, and says what became of the others. */
  void told(List<Settled> settled) {
    wakeups.ensure(
        settled.stream()
            .filter(one -> one.trace() == ScheduleLog.Trace.RUN)
            .collect(
                Collectors.toMap(one -> one.id().toString(), Settled::at, (one, same) -> one)));
    for (Settled one : settled) {
      switch (one.trace()) {
        case RUN -> LOG.info("{}: requested by {}", one.id(), one.origin());
        case SKIPPED -> LOG.warn("{}: skipped, another run is still active", one.id());
        case DEALT_WITH -> LOG.debug("{}: another node was quicker", one.id());
      }
    }
  }
}
