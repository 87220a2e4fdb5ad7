package io.saddlebag.run;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** What happened on the way: polls, failures, schedules that made no run. */
public final class History {
  private final Jdbi jdbi;

  History(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** Keeps a poll's answer; the same answer again only counts up. */
  public void polled(
      String run,
      @Nullable String vendorStatus,
      String status,
      @Nullable Integer progress,
      Instant now) {
    jdbi.useTransaction(
        handle -> {
          polled(handle, run, vendorStatus, status, progress, now);
          new Counters.Change().add(Counters.POLLS, 1).write(handle);
        });
  }

  static void polled(
      Handle handle,
      String run,
      @Nullable String vendorStatus,
      String status,
      @Nullable Integer progress,
      Instant now) {
    int again =
        handle
            .createUpdate(
                "update poll set times = times + 1, last_at = :now where run = :run"
                    + " and at = (select max(at) from poll where run = :run)"
                    + " and status = :status and vendor_status is not distinct from :said"
                    + " and progress is not distinct from :progress")
            .bind("now", Times.text(now))
            .bind("run", run)
            .bind("status", status)
            .bindByType("said", vendorStatus, String.class)
            .bindByType("progress", progress, Integer.class)
            .execute();
    if (again == 0) {
      // Two answers within a millisecond need two times.
      Instant at =
          lastPoll(handle, run)
              .filter(last -> !last.isBefore(now))
              .map(last -> last.plusMillis(1))
              .orElse(now);
      handle
          .createUpdate(
              "insert into poll (run, at, vendor_status, status, progress, times, last_at)"
                  + " values (:run, :at, :said, :status, :progress, 1, :at)")
          .bind("run", run)
          .bind("at", Times.text(at))
          .bindByType("said", vendorStatus, String.class)
          .bind("status", status)
          .bindByType("progress", progress, Integer.class)
          .execute();
    }
  }

  private static Optional<Instant> lastPoll(Handle handle, String run) {
    return handle
        .createQuery("select at from poll where run = :run order by at desc limit 1")
        .bind("run", run)
        .map((row, context) -> Times.required(row, "at"))
        .findOne();
  }

  /** The polls of a run, in order. */
  public List<Poll> polls(String run) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery("select * from poll where run = :run order by at")
                .bind("run", run)
                .map((row, context) -> poll(row))
                .list());
  }

  private static Poll poll(java.sql.ResultSet row) throws java.sql.SQLException {
    int progress = row.getInt("progress");
    boolean none = row.wasNull();
    return new Poll(
        Times.required(row, "at"),
        Times.required(row, "last_at"),
        row.getString("vendor_status"),
        row.getString("status"),
        none ? null : progress,
        row.getInt("times"));
  }

  /** Keeps a failure. */
  public void failed(String run, RunState state, Failure failure, boolean last, Instant now) {
    jdbi.useTransaction(
        handle -> {
          handle
              .createUpdate(
                  "insert into failure (run, at, state, name, message, final)"
                      + " values (:run, :at, :state, :name, :message, :final)")
              .bind("run", run)
              .bind("at", Times.text(now))
              .bind("state", state.name())
              .bind("name", failure.name())
              .bind("message", failure.message())
              .bind("final", last ? 1 : 0)
              .execute();
          new Counters.Change().add(Counters.failures(failure.name()), 1).write(handle);
        });
  }

  /** The failures of a run, in order. */
  public List<FailureRecord> failures(String run) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery("select * from failure where run = :run order by at")
                .bind("run", run)
                .map((row, context) -> failure(row))
                .list());
  }

  /** The newest failure of a run. */
  public Optional<FailureRecord> lastFailure(String run) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery("select * from failure where run = :run order by at desc limit 1")
                .bind("run", run)
                .map((row, context) -> failure(row))
                .findOne());
  }

  private static FailureRecord failure(java.sql.ResultSet row) throws java.sql.SQLException {
    return new FailureRecord(
        Times.required(row, "at"),
        RunState.valueOf(row.getString("state")),
        row.getString("name"),
        row.getString("message"),
        row.getInt("final") == 1);
  }

  /** Keeps that a schedule fired without making a run. */
  public void skipped(Skip skip) {
    jdbi.useTransaction(handle -> skipped(handle, skip));
  }

  static void skipped(Handle handle, Skip skip) {
    boolean known =
        handle
                .createQuery("select count(*) from skip where export = :export and at = :at")
                .bind("export", skip.export())
                .bind("at", Times.text(skip.at()))
                .mapTo(Integer.class)
                .one()
            > 0;
    if (!known) {
      handle
          .createUpdate("insert into skip (export, at, reason) values (:export, :at, :reason)")
          .bind("export", skip.export())
          .bind("at", Times.text(skip.at()))
          .bind("reason", skip.reason())
          .execute();
    }
  }

  /** The newest skips first. */
  public List<Skip> skips(String export, int most) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "select * from skip where export = :export order by at desc limit :most")
                .bind("export", export)
                .bind("most", most)
                .map(
                    (row, context) ->
                        new Skip(
                            row.getString("export"),
                            Times.required(row, "at"),
                            row.getString("reason")))
                .list());
  }
}
