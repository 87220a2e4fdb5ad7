package io.saddlebag.run;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Update;

/** Which failures and delays the alert route was told of, and which are still to be told. */
public final class AlertLog {
  /** A run ended as a failure. */
  static final String FAILED = "FAILED";

  /** A run has not ended when it was expected to. */
  static final String LATE = "LATE";

  private static final int AT_ONCE = 100;

  private static final String UNCLAIM =
      "delete from alert_claim where run = :run and kind = :kind and at = :at";

  private final Jdbi jdbi;

  /** The database's time, in its own words. */
  private final String now;

  AlertLog(Jdbi jdbi, boolean sqlite) {
    this.jdbi = jdbi;
    this.now = Nodes.in(Duration.ZERO, sqlite);
  }

  /** Failed runs that nobody was told of, the oldest first; a run that failed again is one anew. */
  List<Run> failures() {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "select * from run where state = 'FAILED' and told_at is null"
                        + " order by finished_at limit :limit")
                .bind("limit", AT_ONCE)
                .map(RunRow::of)
                .list());
  }

  /** Whether the alert route was told of this. */
  boolean told(String run, String kind, Instant at) {
    return jdbi.withHandle(handle -> told(handle, run, kind, at));
  }

  private static boolean told(Handle handle, String run, String kind, Instant at) {
    return handle
            .createQuery(
                "select count(*) from alert where run = :run and kind = :kind and at = :at")
            .bind("run", run)
            .bind("kind", kind)
            .bind("at", Times.text(at))
            .mapTo(Integer.class)
            .one()
        > 0;
  }

  /**
   * Claims an alert, so that no other node tells it meanwhile.
   *
   * @return false when it was told, or another node that is there has claimed it
   */
  boolean claim(String run, String kind, Instant at, String node) {
    return jdbi.inTransaction(
        handle -> {
          boolean mine =
              alert(
                          handle,
                          "insert into alert_claim (run, kind, at, node)"
                              + " values (:run, :kind, :at, :node) on conflict do nothing",
                          run,
                          kind,
                          at)
                      .bind("node", node)
                      .execute()
                  == 1;
          // A claim of a node whose lease is over is nobody's; one of this node's is of a process
          // that has ended before it told, or before it could keep that it had.
          mine =
              mine
                  || alert(
                              handle,
                              "update alert_claim set node = :node where run = :run and kind = :kind"
                                  + " and at = :at and (node = :node or node not in"
                                  + " (select id from node where lease_until > "
                                  + now
                                  + "))",
                              run,
                              kind,
                              at)
                          .bind("node", node)
                          .execute()
                      == 1;
          if (mine && told(handle, run, kind, at)) {
            // Whoever told it has given its claim back in between.
            alert(handle, UNCLAIM, run, kind, at).execute();
            return false;
          }
          return mine;
        });
  }

  /** Gives a claim back: the alert could not be told. */
  void unclaim(String run, String kind, Instant at, String node) {
    jdbi.useHandle(
        handle ->
            alert(handle, UNCLAIM + " and node = :node", run, kind, at)
                .bind("node", node)
                .execute());
  }

  /** The alert route was told of this. */
  void tell(String run, String kind, Instant at, Instant now) {
    jdbi.useTransaction(
        handle -> {
          if (kind.equals(FAILED)) {
            // Not of a run that was delivered again meanwhile: when that fails, it is told anew.
            handle
                .createUpdate(
                    "update run set told_at = :now where id = :run and state = 'FAILED'"
                        + " and finished_at = :at")
                .bind("run", run)
                .bind("at", Times.text(at))
                .bind("now", Times.text(now))
                .execute();
          }
          alert(
                  handle,
                  "insert into alert (run, kind, at, sent_at) values (:run, :kind, :at, :now)"
                      + " on conflict do nothing",
                  run,
                  kind,
                  at)
              .bind("now", Times.text(now))
              .execute();
          alert(handle, UNCLAIM, run, kind, at).execute();
        });
  }

  private static Update alert(Handle handle, String sql, String run, String kind, Instant at) {
    return handle.createUpdate(sql).bind("run", run).bind("kind", kind).bind("at", Times.text(at));
  }
}
