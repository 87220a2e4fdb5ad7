package io.saddlebag.run;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** The rows of checkpoints: one for each export and the values that it belongs to. */
public final class Checkpoints {
  private final Jdbi jdbi;

  Checkpoints(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** The checkpoint of an export for these values. */
  public Optional<Checkpoint> find(String export, String scope) {
    return jdbi.withHandle(handle -> find(handle, export, scope));
  }

  /** All checkpoints, of one export or of all, by export. */
  public List<Checkpoint> all(@Nullable String export) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "select * from checkpoint where (:export is null or export = :export)"
                        + " order by export, saved_at desc")
                .bindByType("export", export, String.class)
                .map(Checkpoints::row)
                .list());
  }

  /** Sets a checkpoint by hand. */
  public void set(String export, String scope, String token, Instant now) {
    jdbi.useTransaction(handle -> put(handle, export, scope, token, "operator", now));
  }

  /** Forgets a checkpoint, so that the next run begins anew; false when there is none. */
  public boolean remove(String export, String scope) {
    return jdbi.withHandle(
        handle ->
            handle
                    .createUpdate(
                        "delete from checkpoint where export = :export and scope = :scope")
                    .bind("export", export)
                    .bind("scope", scope)
                    .execute()
                > 0);
  }

  /**
   * Moves an export's checkpoint on, in the transaction that ends its run. Only a run that
   * continued from the present checkpoint may: an older run that is redelivered, or a checkpoint
   * that was set by hand meanwhile, must not be overruled.
   */
  static void moveOn(Handle handle, Run run, Instant now) {
    String scope = run.checkpointScope();
    String next = run.nextCheckpoint();
    if (scope == null || next == null) {
      return;
    }
    @Nullable String present =
        find(handle, run.export(), scope).map(Checkpoint::token).orElse(null);
    if (Objects.equals(present, run.checkpoint())) {
      put(handle, run.export(), scope, next, run.id(), now);
    }
  }

  private static Optional<Checkpoint> find(Handle handle, String export, String scope) {
    return handle
        .createQuery("select * from checkpoint where export = :export and scope = :scope")
        .bind("export", export)
        .bind("scope", scope)
        .map(Checkpoints::row)
        .findOne();
  }

  private static void put(
      Handle handle, String export, String scope, String token, String run, Instant now) {
    handle
        .createUpdate(
            "insert into checkpoint (export, scope, token, run, saved_at)"
                + " values (:export, :scope, :token, :run, :now)"
                + " on conflict (export, scope) do update set token = excluded.token,"
                + " run = excluded.run, saved_at = excluded.saved_at")
        .bind("export", export)
        .bind("scope", scope)
        .bind("token", token)
        .bind("run", run)
        .bind("now", Times.text(now))
        .execute();
  }

  private static Checkpoint row(ResultSet row, StatementContext context) throws SQLException {
    return new Checkpoint(
        row.getString("export"),
        row.getString("scope"),
        row.getString("token"),
        row.getString("run"),
        Times.required(row, "saved_at"));
  }
}
