package io.saddlebag.run;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Up to when each export's schedule has been dealt with. It moves on in the transaction that leaves
 * a trace of what was due, so that a due moment is never lost and never a run twice.
 */
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
   * @param knownSince since when it has been this one
   * @param lastFireAt the last due moment that was dealt with, or when it was first seen
   */
  public record Entry(String cron, String timeZone, Instant knownSince, Instant lastFireAt) {

    /** A schedule that has been this one since it fired last. */
    public Entry(String cron, String timeZone, Instant lastFireAt) {
      this(cron, timeZone, lastFireAt, lastFireAt);
    }

    /** The same, dealt with up to this moment. */
    Entry at(Instant fire) {
      return new Entry(cron, timeZone, knownSince.isAfter(fire) ? fire : knownSince, fire);
    }

    boolean sameSchedule(Entry other) {
      return cron.equals(other.cron) && timeZone.equals(other.timeZone);
    }
  }

  /**
   * A run that a schedule asks for.
   *
   * @param origin {@code schedule} or {@code catch-up}
   */
  record Wanted(RunId id, String flow, String origin, Instant now, Instant deadline) {}

  /** What became of a due moment. */
  enum Trace {
    /** There is a run of it. */
    RUN,
    /** It is known why there is none. */
    SKIPPED,
    /** Somebody else has dealt with it. */
    DEALT_WITH
  }

  /** What is known of an export's schedule. */
  public Optional<Entry> find(String export) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery("select * from schedule where export = :export")
                .bind("export", export)
                .map((row, context) -> entry(row))
                .findOne());
  }

  /** What is known of the schedules of some exports, by their names. */
  Map<String, Entry> of(Collection<String> exports) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery("select * from schedule where export in (<exports>)")
                .bindList("exports", exports)
                .map((row, context) -> Map.entry(row.getString("export"), entry(row)))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
  }

  /** Settles several schedules in one transaction: all of them, or none. */
  void together(Runnable settling) {
    jdbi.useTransaction(handle -> settling.run());
  }

  /** What is known of all exports' schedules, by their names. */
  Map<String, Entry> all() {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery("select * from schedule")
                .map((row, context) -> Map.entry(row.getString("export"), entry(row)))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
  }

  private static Entry entry(ResultSet row) throws SQLException {
    Instant fire = Times.required(row, "last_fire_at");
    Instant since = Times.optional(row, "known_since");
    return new Entry(
        row.getString("cron"), row.getString("time_zone"), since == null ? fire : since, fire);
  }

  /** Keeps a schedule, whatever was known of it. */
  public void save(String export, Entry entry) {
    jdbi.useTransaction(
        handle -> {
          delete(handle, export);
          add(handle, export, entry);
        });
  }

  /** Keeps a schedule that was not known; leaves one that was. */
  void begin(String export, Entry entry) {
    jdbi.useHandle(handle -> add(handle, export, entry));
  }

  /** Keeps schedules that were not known, all or none; leaves those that were. */
  void begin(Map<String, Entry> entries) {
    if (!entries.isEmpty()) {
      jdbi.useTransaction(handle -> entries.forEach((export, entry) -> add(handle, export, entry)));
    }
  }

  /** Forgets the schedule of an export that has none any more. */
  void forget(String export) {
    jdbi.useHandle(handle -> delete(handle, export));
  }

  /**
   * Moves a schedule on and leaves the traces of what was due, in one transaction: all of it is
   * kept, or nothing.
   *
   * @param seen the schedule as it was when somebody looked what is due
   * @param then the schedule from now on
   * @param skips due moments of which no run is made; those of which there is one are left out
   * @param wanted the run that is due; null for none
   */
  Trace settle(String export, Entry seen, Entry then, List<Skip> skips, @Nullable Wanted wanted) {
    return jdbi.inTransaction(
        handle -> {
          if (!moved(handle, export, seen, then)) {
            return Trace.DEALT_WITH;
          }
          skips.stream()
              .filter(skip -> !Runs.isRun(handle, new RunId(skip.export(), skip.at())))
              .forEach(skip -> History.skipped(handle, skip));
          return wanted == null ? Trace.SKIPPED : run(handle, wanted);
        });
  }

  private static Trace run(Handle handle, Wanted wanted) {
    if (Runs.isRun(handle, wanted.id())) {
      // Made before a clock was put back, or before the schedule was edited to and fro.
      return Trace.RUN;
    }
    Optional<Run> active = Runs.active(handle, wanted.id().export());
    if (active.isPresent()) {
      History.skipped(
          handle,
          new Skip(
              wanted.id().export(), wanted.id().at(), active.get().id() + " was still active"));
      return Trace.SKIPPED;
    }
    Runs.insert(
        handle, wanted.id(), wanted.flow(), wanted.origin(), null, wanted.now(), wanted.deadline());
    return Trace.RUN;
  }

  /** False when another node was quicker: the row is not as it was seen. */
  private static boolean moved(Handle handle, String export, Entry seen, Entry then) {
    return handle
            .createUpdate(
                "update schedule set cron = :cron, time_zone = :zone, known_since = :since,"
                    + " last_fire_at = :fire where export = :export and cron = :seenCron"
                    + " and time_zone = :seenZone and last_fire_at = :seenFire")
            .bind("export", export)
            .bind("cron", then.cron())
            .bind("zone", then.timeZone())
            .bind("since", Times.text(then.knownSince()))
            .bind("fire", Times.text(then.lastFireAt()))
            .bind("seenCron", seen.cron())
            .bind("seenZone", seen.timeZone())
            .bind("seenFire", Times.text(seen.lastFireAt()))
            .execute()
        == 1;
  }

  private static void add(Handle handle, String export, Entry entry) {
    handle
        .createUpdate(
            "insert into schedule (export, cron, time_zone, known_since, last_fire_at)"
                + " values (:export, :cron, :zone, :since, :fire) on conflict do nothing")
        .bind("export", export)
        .bind("cron", entry.cron())
        .bind("zone", entry.timeZone())
        .bind("since", Times.text(entry.knownSince()))
        .bind("fire", Times.text(entry.lastFireAt()))
        .execute();
  }

  private static void delete(Handle handle, String export) {
    handle
        .createUpdate("delete from schedule where export = :export")
        .bind("export", export)
        .execute();
  }
}
