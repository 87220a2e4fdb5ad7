package io.saddlebag.run;

import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Jdbi;

/** Runs that are due and that no node carries on at this moment. Thread-safe. */
public final class Overdue {
  private final Jdbi jdbi;

  Overdue(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * A run that is due.
   *
   * @param id its id
   * @param export its export's name
   * @param dueAt since when
   */
  public record Due(String id, String export, Instant dueAt) {}

  /** Runs that have waited since before this moment, the oldest first, so many at most. */
  public List<Due> since(Instant before, int most) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "select id, export, due_at from run where finished_at is null"
                        + " and due_at < :before and not exists (select 1 from scheduled_steps"
                        + " where task_instance = run.id and task_name = 'run' and picked = :picked)"
                        + " and not exists (select 1 from scheduled_transfers"
                        + " where task_instance = run.id and task_name in ('run', 'run@' || run.node)"
                        + " and picked = :picked)"
                        + " order by due_at limit :most")
                .bind("picked", true)
                .bind("before", Times.text(before))
                .bind("most", most)
                .map(
                    (row, context) ->
                        new Due(
                            row.getString("id"),
                            row.getString("export"),
                            Times.required(row, "due_at")))
                .list());
  }
}
