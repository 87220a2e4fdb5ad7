package io.saddlebag.run;

import io.saddlebag.export.ExportDefinition;
import io.saddlebag.export.Exports;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import java.util.TimeZone;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.TemplatedRouteBuilder;
import org.jspecify.annotations.Nullable;
import org.quartz.CronExpression;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bean {@code schedules}: makes a quartz route for each export that has a schedule, requests a
 * run when it fires, and catches up once on a schedule that was missed while nothing ran.
 */
public final class Schedules {
  private static final Logger LOG = LoggerFactory.getLogger(Schedules.class);

  private final CamelContext camel;
  private final Exports exports;
  private final Ledger ledger;
  private final RunRequests requests;
  private final Clock clock;

  /** Schedules in this context. */
  public Schedules(
      CamelContext camel, Exports exports, Ledger ledger, RunRequests requests, Clock clock) {
    this.camel = camel;
    this.exports = exports;
    this.ledger = ledger;
    this.requests = requests;
    this.clock = clock;
  }

  /**
   * Starts an export's schedule, after a look at what was missed. An edited cron counts at once.
   */
  public void start(ExportDefinition export) {
    String cron = export.schedule();
    if (cron == null) {
      return;
    }
    catchUp(export, cron);
    try {
      TemplatedRouteBuilder.builder(camel, "export-schedule")
          .routeId(routeId(export))
          .parameter("export", export.name())
          .parameter("cron", cron)
          .parameter("timeZone", export.timeZone().getId())
          .add();
    } catch (Exception e) {
      throw new IllegalStateException(
          "the schedule of " + export.name() + " cannot be started: " + e.getMessage(), e);
    }
  }

  /** Stops an export's schedule. */
  public void stop(ExportDefinition export) {
    String id = routeId(export);
    try {
      if (camel.getRoute(id) != null) {
        camel.getRouteController().stopRoute(id);
        camel.removeRoute(id);
      }
    } catch (Exception e) {
      LOG.error("The schedule of {} cannot be stopped", export.name(), e);
    }
  }

  /** A schedule fired: the fire time that Quartz planned names the run, on every node the same. */
  public void fired(Exchange exchange) {
    String name = exchange.getVariable(RunVariables.RUN_EXPORT, String.class);
    Date planned = exchange.getMessage().getHeader("scheduledFireTime", Date.class);
    Instant at = planned == null ? clock.instant() : planned.toInstant();
    Optional<ExportDefinition> export = exports.find(name);
    if (export.isPresent()) {
      remember(export.get(), at);
      requests.request(export.get(), at, "schedule");
    }
  }

  private void catchUp(ExportDefinition export, String cron) {
    Optional<ScheduleLog.Entry> known = ledger.schedules().find(export.name());
    boolean same =
        known.isPresent()
            && known.get().cron().equals(cron)
            && known.get().timeZone().equals(export.timeZone().getId());
    if (!same) {
      remember(export, clock.instant());
      return;
    }
    Instant missed = lastMissed(export, cron, known.get().lastFireAt());
    if (missed == null) {
      return;
    }
    remember(export, missed);
    if (export.catchUp()) {
      requests.request(export, missed, "catch-up");
    } else {
      ledger
          .history()
          .skipped(
              new Skip(export.name(), missed, "missed while nothing ran, and catchUp is false"));
      LOG.warn("{}: the schedule of {} was missed, and catchUp is false", export.name(), missed);
    }
  }

  private void remember(ExportDefinition export, Instant fire) {
    ledger
        .schedules()
        .save(
            export.name(),
            new ScheduleLog.Entry(
                String.valueOf(export.schedule()), export.timeZone().getId(), fire));
  }

  /** The latest planned time between the last fire and now; null when none was missed. */
  private @Nullable Instant lastMissed(ExportDefinition export, String cron, Instant lastFire) {
    try {
      CronExpression expression = new CronExpression(cron);
      expression.setTimeZone(TimeZone.getTimeZone(export.timeZone()));
      Instant now = clock.instant();
      Instant missed = null;
      Date next = expression.getNextValidTimeAfter(Date.from(lastFire));
      while (next != null && !next.toInstant().isAfter(now)) {
        missed = next.toInstant();
        next = expression.getNextValidTimeAfter(next);
      }
      return missed;
    } catch (ParseException e) {
      throw new IllegalStateException("a checked cron expression must parse: " + cron, e);
    }
  }

  private static String routeId(ExportDefinition export) {
    return "schedule-" + export.name();
  }
}
