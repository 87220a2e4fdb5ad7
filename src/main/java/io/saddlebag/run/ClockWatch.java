package io.saddlebag.run;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees when the clock was put back, and brings what was planned by the clock before into line: when
 * runs are due, when they are woken, and when a node was alive last. Otherwise a clock that was
 * hours ahead for a moment would park runs for these hours. Not thread-safe.
 */
public final class ClockWatch {
  private static final Logger LOG = LoggerFactory.getLogger(ClockWatch.class);

  /** Nodes' clocks differ a little, and are corrected a little. */
  private static final Duration AHEAD = Duration.ofMinutes(1);

  private static final Duration BACK = Duration.ofSeconds(5);

  private final Ledger ledger;
  private final Jdbi jdbi;
  private final Wakeups wakeups;
  private final Runnable wakeTimers;
  private final Clock clock;
  private Instant lastSeen;
  private long lastNanos;
  private boolean begun;

  /**
   * Watches this clock.
   *
   * @param wakeTimers makes timers that wait for a moment look again
   */
  public ClockWatch(Ledger ledger, Wakeups wakeups, Runnable wakeTimers, Clock clock) {
    this.ledger = ledger;
    this.jdbi = Jdbi.create(ledger.dataSource());
    this.wakeups = wakeups;
    this.wakeTimers = wakeTimers;
    this.clock = clock;
    this.lastSeen = clock.instant();
    this.lastNanos = System.nanoTime();
  }

  /** Looks at the clock; the first look finds what was put back while nothing ran. */
  public void look() {
    Instant now = clock.instant();
    long nanos = System.nanoTime();
    Duration back = Duration.ofNanos(nanos - lastNanos).minus(Duration.between(lastSeen, now));
    lastSeen = now;
    lastNanos = nanos;
    if (!begun || back.compareTo(BACK) > 0) {
      if (begun) {
        LOG.warn("The clock was put back by {}: what was planned by it is planned anew", back);
        wakeTimers.run();
      }
      planAnew(now);
      begun = true;
    }
  }

  private void planAnew(Instant now) {
    Instant soon = now.plus(AHEAD);
    List<Run> ahead = ledger.runs().parkedFromAfter(soon);
    for (Run run : ahead) {
      Instant parked = ledger.runs().lastTrace(run);
      Duration wait = Duration.between(parked, run.dueAt());
      Instant due = now.plus(wait.isNegative() ? Duration.ZERO : wait);
      if (due.isBefore(run.dueAt()) && ledger.runs().bringForward(run, due)) {
        wakeups.now(ledger.runs().get(run.id()), due);
        LOG.warn("{}: was planned by a clock that was ahead; it goes on at {}", run.id(), due);
      }
    }
    for (Lane lane : Lane.values()) {
      alive(lane, now, soon);
      for (String id : wokenAfterItIsDue(lane, soon)) {
        ledger
            .runs()
            .find(id)
            .filter(run -> !run.state().finished() && run.state().lane() == lane)
            .ifPresent(run -> wakeups.now(run, run.dueAt()));
      }
    }
  }

  /** A pick whose node seems to live in the future would never be taken for dead. */
  private void alive(Lane lane, Instant now, Instant soon) {
    jdbi.useHandle(
        handle ->
            handle
                .createUpdate(
                    "update "
                        + lane.table()
                        + " set last_heartbeat = :now where picked = :picked"
                        + " and last_heartbeat > :soon")
                .bind("now", Timestamp.from(now))
                .bind("picked", true)
                .bind("soon", Timestamp.from(soon))
                .execute());
  }

  private List<String> wokenAfterItIsDue(Lane lane, Instant soon) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "select task_instance from "
                        + lane.table()
                        + " join run on run.id = task_instance where picked = :picked"
                        + " and execution_time > :soon and due_at <= :due")
                .bind("picked", false)
                .bind("soon", Timestamp.from(soon))
                .bind("due", Times.text(soon))
                .mapTo(String.class)
                .list());
  }
}
