package io.saddlebag.run;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes runs that ended long ago, with their polls, failures and receipts. A batch is a short
 * transaction, so that nobody waits for it.
 *
 * <p>Kept are, however old: what has staged files, what the alert route was not told of, the run
 * that set a checkpoint, the newest run of each export, and as many of its newest runs with a file
 * as the durations of the next ones are learnt from. Of windows that were delivered it is kept that
 * they were, see docs/decisions/0029-history-is-bounded.md.
 */
public final class Retention {
  private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
  private static final int BATCH = 100;

  private final Jdbi jdbi;

  Retention(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** How far a pass through the ended runs, the oldest first, has come. */
  public static final class Place {
    private static final Place BEGINNING = new Place("", "");

    private final String finishedAt;
    private final String id;

    private Place(String finishedAt, String id) {
      this.finishedAt = finishedAt;
      this.id = id;
    }

    /** The beginning. */
    public static Place beginning() {
      return BEGINNING;
    }
  }

  private record Removed(
      String id,
      String export,
      RunState state,
      @Nullable String scope,
      @Nullable String from,
      @Nullable String to) {

    boolean covers() {
      return scope != null
          && to != null
          && (state == RunState.DELIVERED || state == RunState.EMPTY);
    }
  }

  /**
   * Looks at the next runs of a pass, and removes those that are not needed.
   *
   * @param before only runs that ended before this moment, and skips of before it
   * @return where to go on; empty when the pass is at its end
   */
  public Optional<Place> prune(Place from, Instant before) {
    String limit = Times.text(before);
    return jdbi.inTransaction(
        handle -> {
          List<Place> candidates = candidates(handle, from, limit);
          List<String> ids = candidates.stream().map(place -> place.id).toList();
          List<String> needless = ids.isEmpty() ? List.of() : needless(handle, ids);
          if (!needless.isEmpty()) {
            remove(handle, needless, limit);
          }
          removeSkips(handle, limit);
          return candidates.size() < BATCH
              ? Optional.empty()
              : Optional.of(candidates.get(candidates.size() - 1));
        });
  }

  /** Up to when runs may have been removed; empty when none ever was. */
  Optional<Instant> prunedBefore() {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery("select max(before_at) from pruned")
                .map((row, context) -> Optional.ofNullable(row.getString(1)).map(Instant::parse))
                .one());
  }

  private static List<Place> candidates(Handle handle, Place from, String before) {
    return handle
        .createQuery(
            "select finished_at, id from run where finished_at < :before"
                + " and (finished_at, id) > (:at, :id) order by finished_at, id limit :batch")
        .bind("before", before)
        .bind("at", from.finishedAt)
        .bind("id", from.id)
        .bind("batch", BATCH)
        .map((row, context) -> new Place(row.getString(1), row.getString(2)))
        .list();
  }

  private static List<String> needless(Handle handle, List<String> ids) {
    return handle
        .createQuery(
            "select id from run where id in (<ids>)"
                + " and not (state = 'FAILED' and told_at is null)"
                + " and not exists (select 1 from checkpoint where checkpoint.run = run.id)"
                + " and not exists (select 1 from receipt"
                + " where receipt.run = run.id and receipt.removed_at is null)"
                + " and case when ready_at is null then (select newer.id from run as newer"
                + " where newer.export = run.export and newer.requested_at > run.requested_at"
                + " order by newer.requested_at limit 1)"
                + " else (select newer.id from run as newer where newer.export = run.export"
                + " and newer.ready_at is not null and newer.requested_at > run.requested_at"
                + " order by newer.requested_at limit 1 offset "
                + (ExpectedDuration.PAST_JOBS - 1)
                + ") end is not null")
        .bindList("ids", ids)
        .mapTo(String.class)
        .list();
  }

  /** The rows of the runs first: one that is delivered again at the same moment stays. */
  private static void remove(Handle handle, List<String> ids, String before) {
    List<Removed> removed =
        handle
            .createQuery(
                "delete from run where id in (<ids>) and finished_at < :before returning"
                    + " id, export, state, checkpoint_scope, window_from, window_to")
            .bindList("ids", ids)
            .bind("before", before)
            .map(
                (row, context) ->
                    new Removed(
                        row.getString(1),
                        row.getString(2),
                        RunState.valueOf(row.getString(3)),
                        row.getString(4),
                        row.getString(5),
                        row.getString(6)))
            .list();
    if (removed.isEmpty()) {
      return;
    }
    List<String> gone = removed.stream().map(Removed::id).toList();
    Counters.Change change = counts(handle, gone);
    removed.forEach(run -> change.add(Counters.runs(run.state()), 1));
    for (String table :
        List.of("poll", "failure", "receipt", "delivered_part", "alert", "alert_claim")) {
      handle
          .createUpdate("delete from " + table + " where run in (<ids>)")
          .bindList("ids", gone)
          .execute();
    }
    keepCoverage(handle, removed);
    handle
        .createUpdate("insert into pruned (before_at) values (:before) on conflict do nothing")
        .bind("before", before)
        .execute();
    handle
        .createUpdate("delete from pruned where before_at < :before")
        .bind("before", before)
        .execute();
    change.writePruned(handle);
  }

  private static Counters.Change counts(Handle handle, List<String> runs) {
    Counters.Change change = new Counters.Change();
    change.add(
        Counters.POLLS, sum(handle, "select coalesce(sum(times), 0) from poll where run in", runs));
    change.add(
        Counters.STAGED_BYTES,
        sum(handle, "select coalesce(sum(bytes), 0) from receipt where run in", runs));
    handle
        .createQuery("select name, count(*) from failure where run in (<ids>) group by name")
        .bindList("ids", runs)
        .map((row, context) -> Map.entry(row.getString(1), row.getLong(2)))
        .forEach(entry -> change.add(Counters.failures(entry.getKey()), entry.getValue()));
    return change;
  }

  private static long sum(Handle handle, String query, List<String> runs) {
    return handle.createQuery(query + " (<ids>)").bindList("ids", runs).mapTo(Long.class).one();
  }

  private record Scope(String export, String scope) {}

  private static void keepCoverage(Handle handle, List<Removed> removed) {
    Map<Scope, List<Window>> more = new LinkedHashMap<>();
    for (Removed run : removed) {
      if (run.scope() != null && run.covers()) {
        more.computeIfAbsent(new Scope(run.export(), run.scope()), scope -> new ArrayList<>())
            .add(new Window(run.from(), run.to()));
      }
    }
    more.forEach((scope, windows) -> keepCoverage(handle, scope, windows));
  }

  private static void keepCoverage(Handle handle, Scope scope, List<Window> more) {
    List<Window> windows = new ArrayList<>(covered(handle, scope.export(), scope.scope()));
    windows.addAll(more);
    handle
        .createUpdate("delete from covered where export = :export and scope = :scope")
        .bind("export", scope.export())
        .bind("scope", scope.scope())
        .execute();
    for (Window window : joined(windows)) {
      handle
          .createUpdate(
              "insert into covered (export, scope, window_from, window_to)"
                  + " values (:export, :scope, :from, :to)")
          .bind("export", scope.export())
          .bind("scope", scope.scope())
          .bindByType("from", window.from(), String.class)
          .bindByType("to", window.to(), String.class)
          .execute();
    }
  }

  private static List<Window> joined(List<Window> windows) {
    try {
      return Coverage.joined(windows);
    } catch (DateTimeException e) {
      LOG.warn("Windows that cannot be read are kept as they are: {}", e.getMessage());
      return windows;
    }
  }

  /** What removed runs had covered. */
  static List<Window> covered(Handle handle, String export, String scope) {
    return handle
        .createQuery(
            "select window_from, window_to from covered where export = :export and scope = :scope")
        .bind("export", export)
        .bind("scope", scope)
        .map((row, context) -> new Window(row.getString(1), row.getString(2)))
        .list();
  }

  private static void removeSkips(Handle handle, String before) {
    handle
        .createUpdate(
            "delete from skip where (export, at) in (select export, at from skip"
                + " where at < :before order by at limit :batch)")
        .bind("before", before)
        .bind("batch", BATCH)
        .execute();
  }
}
