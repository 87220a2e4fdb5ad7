package io.saddlebag.run;

import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Jdbi;

/** Which failures and delays the alert route was told of, and which are still to be told. */
public final class AlertLog {
  /** A run ended as a failure. */
  static final String FAILED = "FAILED";

  /** A run has not ended when it was expected to. */
  static final String LATE = "LATE";

  private static final int AT_ONCE = 100;

  private final Jdbi jdbi;

  AlertLog(Jdbi jdbi) {
    this.jdbi = jdbi;
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
    return jdbi.withHandle(
        handle ->
            handle
                    .createQuery(
                        "select count(*) from alert where run = :run and kind = :kind and at = :at")
                    .bind("run", run)
                    .bind("kind", kind)
                    .bind("at", Times.text(at))
                    .mapTo(Integer.class)
                    .one()
                > 0);
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
          handle
              .createUpdate(
                  "insert into alert (run, kind, at, sent_at) values (:run, :kind, :at, :now)"
                      + " on conflict do nothing")
              .bind("run", run)
              .bind("kind", kind)
              .bind("at", Times.text(at))
              .bind("now", Times.text(now))
              .execute();
        });
  }
}
