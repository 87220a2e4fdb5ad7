package io.saddlebag.run;

import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/** When each export's schedule fired last, so that a schedule missed while down is noticed. */
public final class ScheduleLog {
  private final Jdbi jdbi;

  ScheduleLog(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * A schedule as it was last seen.
   *
   * @param cron the Quartz expression
   * @param timeZone its zone
   * @param lastFireAt when it fired last, or when it was first seen
   */
  public record Entry(String cron, String timeZone, Instant lastFireAt) {}

  /** What is known of an export's schedule. */
  public Optional<Entry> find(String export) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery("select * from schedule where export = :export")
                .bind("export", export)
                .map(
                    (row, context) ->
                        new Entry(
                            row.getString("cron"),
                            row.getString("time_zone"),
                            Times.required(row, "last_fire_at")))
                .findOne());
  }

  /** Keeps a schedule and when it fired last. */
  public void save(String export, Entry entry) {
    jdbi.useTransaction(
        handle -> {
          handle
              .createUpdate("delete from schedule where export = :export")
              .bind("export", export)
              .execute();
          handle
              .createUpdate(
                  "insert into schedule (export, cron, time_zone, last_fire_at)"
                      + " values (:export, :cron, :zone, :fire)")
              .bind("export", export)
              .bind("cron", entry.cron())
              .bind("zone", entry.timeZone())
              .bind("fire", Times.text(entry.lastFireAt()))
              .execute();
        });
  }
}
