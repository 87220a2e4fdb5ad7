package io.saddlebag.run;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * The moves of runs through their states. Every move names the state it starts from and fails when
 * the row has left it, so that two nodes, or a late thread, can never move a run twice.
 */
public final class Moves {
  private final Jdbi jdbi;

  Moves(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** Fixes what the run asks for, and what it continues from, before anything is sent. */
  public void plan(
      String id,
      @Nullable Window window,
      String scope,
      @Nullable String checkpoint,
      @Nullable String next) {
    change(
        id,
        RunState.REQUESTED,
        "window_from = :start, window_to = :end, checkpoint_scope = :scope,"
            + " checkpoint_used = :used, checkpoint_next = :next",
        values(
            "start",
            window == null ? null : window.from(),
            "end",
            window == null ? null : window.to(),
            "scope",
            scope,
            "used",
            checkpoint,
            "next",
            next));
  }

  /** Keeps the token that the vendor handed out with the file. */
  public void nextCheckpoint(String id, String next) {
    change(id, RunState.READY, "checkpoint_next = :next", values("next", next));
  }

  /** The vendor has no create call: the file can be fetched at once. */
  public void readyAtOnce(String id, Instant now) {
    change(
        id,
        RunState.REQUESTED,
        "state = 'READY', creating_at = :now, job_at = :now, ready_at = :now, due_at = :now,"
            + " attempts = 0, waiting_for = null",
        values("now", now));
  }

  /** Commits that the create request is about to be sent. */
  public void creating(String id, Instant now) {
    change(
        id,
        RunState.REQUESTED,
        "state = 'CREATING', creating_at = :now, waiting_for = null",
        values("now", now));
  }

  /** Takes back {@link #creating}: the request provably had no effect. */
  public void notCreated(String id, int attempts, Instant due, String waitingFor) {
    change(
        id,
        RunState.CREATING,
        "state = 'REQUESTED', creating_at = null, attempts = :attempts, due_at = :due,"
            + " waiting_for = :waiting",
        values("attempts", attempts, "due", due, "waiting", waitingFor));
  }

  /** Commits the vendor's job id. */
  public void created(String id, String jobId, Instant now, Instant due) {
    change(
        id,
        RunState.CREATING,
        "state = 'PENDING', job_id = :job, job_at = :now, due_at = :due, attempts = 0,"
            + " waiting_for = 'the vendor'",
        values("job", jobId, "now", now, "due", due));
  }

  /** Keeps what the vendor said and when to ask again. */
  public void pending(
      String id, @Nullable String vendorStatus, @Nullable Integer progress, Instant due) {
    change(
        id,
        RunState.PENDING,
        "vendor_status = :status, progress = :progress, due_at = :due, attempts = 0,"
            + " waiting_for = 'the vendor'",
        values("status", vendorStatus, "progress", progress, "due", due));
  }

  /** The vendor's file can be fetched. */
  public void ready(String id, @Nullable String vendorStatus, Instant now) {
    change(
        id,
        RunState.PENDING,
        "state = 'READY', vendor_status = :status, ready_at = :now, due_at = :now, attempts = 0,"
            + " waiting_for = null",
        values("status", vendorStatus, "now", now));
  }

  /** All bytes are staged, the receipts are written before; delivery has a deadline of its own. */
  public void staged(String id, Instant now, Instant deadline) {
    change(
        id,
        RunState.READY,
        "state = 'STAGED', staged_at = :now, due_at = :now, deadline_at = :deadline, attempts = 0,"
            + " waiting_for = null",
        values("now", now, "deadline", deadline));
  }

  /** Waits in the state it has, after a failure or for another reason. */
  public void park(String id, RunState state, int attempts, Instant due, String waitingFor) {
    change(
        id,
        state,
        "attempts = :attempts, due_at = :due, waiting_for = :waiting",
        values("attempts", attempts, "due", due, "waiting", waitingFor));
  }

  /**
   * Ends a run; one that ended well moves its export's checkpoint on in the same transaction. The
   * job id stays for whoever asks the vendor about it.
   */
  public void finish(
      String id, RunState from, RunState to, @Nullable Failure failure, Instant now) {
    jdbi.useTransaction(
        handle -> {
          finish(handle, id, from, to, failure, now);
          if (to == RunState.DELIVERED || to == RunState.EMPTY) {
            Checkpoints.moveOn(handle, Runs.get(handle, id), now);
          }
        });
  }

  private static void finish(
      Handle handle,
      String id,
      RunState from,
      RunState to,
      @Nullable Failure failure,
      Instant now) {
    change(
        handle,
        id,
        from,
        "state = :to, failure = :failure, failure_message = :message, finished_at = :now,"
            + " waiting_for = null",
        values(
            "to",
            to.name(),
            "failure",
            failure == null ? null : failure.name(),
            "message",
            failure == null ? null : failure.message(),
            "now",
            now));
  }

  /**
   * Sets a finished run back to its staged file; of a delivered one all files count as not
   * delivered, at none of their destinations. All of it or nothing: a crash in between would leave
   * a delivered run without its deliveries, and the engine may deliver as soon as it sees the
   * state.
   *
   * @return false when another run of the export is active
   */
  public boolean reopenStaged(String id, RunState from, Instant now, Instant deadline) {
    return jdbi.inTransaction(
        handle -> {
          if (Runs.active(handle, Runs.get(handle, id).export()).isPresent()) {
            return false;
          }
          reopenStaged(handle, id, from, now, deadline);
          if (from == RunState.DELIVERED) {
            Receipts.undelivered(handle, id);
          }
          return true;
        });
  }

  private static void reopenStaged(
      Handle handle, String id, RunState from, Instant now, Instant deadline) {
    change(
        handle,
        id,
        from,
        "state = 'STAGED', failure = null, failure_message = null, finished_at = null, attempts = 0,"
            + " cancel_requested = 0, due_at = :now, deadline_at = :deadline",
        values("now", now, "deadline", deadline));
  }

  private void change(String id, RunState from, String set, Map<String, @Nullable Object> values) {
    jdbi.useHandle(handle -> change(handle, id, from, set, values));
  }

  private static void change(
      Handle handle, String id, RunState from, String set, Map<String, @Nullable Object> values) {
    int rows =
        handle
            .createUpdate("update run set " + set + " where id = :id and state = :from")
            .bindMap(values)
            .bind("id", id)
            .bind("from", from.name())
            .execute();
    if (rows != 1) {
      throw new StaleRunException(id, from);
    }
  }

  private static Map<String, @Nullable Object> values(@Nullable Object... namesAndValues) {
    Map<String, @Nullable Object> values = new HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      Object value = namesAndValues[i + 1];
      values.put(
          String.valueOf(namesAndValues[i]),
          value instanceof Instant ? Times.text((Instant) value) : value);
    }
    return values;
  }
}
