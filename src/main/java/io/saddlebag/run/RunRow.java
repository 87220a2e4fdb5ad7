package io.saddlebag.run;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.jdbi.v3.core.statement.StatementContext;

/** Reads a row of the table {@code run}. */
final class RunRow {
  private RunRow() {}

  static Run of(ResultSet row, StatementContext context) throws SQLException {
    int progress = row.getInt("progress");
    boolean noProgress = row.wasNull();
    int createStatus = row.getInt("create_status");
    boolean noCreateStatus = row.wasNull();
    return new Run(
        row.getString("id"),
        row.getString("export"),
        row.getString("flow"),
        row.getString("origin"),
        RunState.valueOf(row.getString("state")),
        row.getString("job_id"),
        row.getString("vendor_status"),
        noProgress ? null : progress,
        row.getInt("attempt"),
        row.getInt("attempts"),
        Times.required(row, "due_at"),
        row.getString("waiting_for"),
        row.getInt("cancel_requested") == 1,
        Times.required(row, "requested_at"),
        Times.optional(row, "creating_at"),
        Times.optional(row, "job_at"),
        Times.optional(row, "ready_at"),
        Times.optional(row, "staged_at"),
        Times.optional(row, "finished_at"),
        Times.required(row, "deadline_at"),
        row.getString("failure"),
        row.getString("failure_message"),
        row.getString("note"),
        row.getString("window_from") == null && row.getString("window_to") == null
            ? null
            : new Window(row.getString("window_from"), row.getString("window_to")),
        row.getString("checkpoint_scope"),
        row.getString("checkpoint_used"),
        row.getString("checkpoint_next"),
        row.getString("create_mark"),
        noCreateStatus ? null : createStatus,
        row.getString("node"),
        row.getInt("given_once") == 1);
  }
}
