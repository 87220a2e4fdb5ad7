package io.saddlebag.run;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntSupplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * The moves of runs through their states. A move starts from a run as it was seen: it fails with a
 * {@link StaleRunException} when the row has left the state or the attempt meanwhile, so that two
 * nodes, a late thread or a late answer can never move a run twice. A state alone would not do: a
 * run that was taken back and created again stands in the same state once more.
 *
 * <p>Every move begins another attempt and gives its number back; only who has that number moves
 * the run on.
 */
public final class Moves {
  private final Jdbi jdbi;

  Moves(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** Fixes what the run asks for, and what it continues from, before anything is sent. */
  public int plan(
      Run run,
      @Nullable Window window,
      String scope,
      @Nullable String checkpoint,
      @Nullable String next) {
    return change(
        run,
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
  public int nextCheckpoint(Run run, String next) {
    return change(run, RunState.READY, "checkpoint_next = :next", values("next", next));
  }

  /** The vendor has no create call: the file can be fetched at once. */
  public int readyAtOnce(Run run, Instant now) {
    return change(
        run,
        RunState.REQUESTED,
        RunState.READY,
        "creating_at = :now, job_at = :now, ready_at = :now, due_at = :now,"
            + " attempts = 0, waiting_for = null",
        values("now", now));
  }

  /** Commits that the create request is about to be sent. */
  public int creating(Run run, Instant now) {
    return change(
        run,
        RunState.REQUESTED,
        RunState.CREATING,
        "creating_at = :now, create_mark = null, create_status = null," + " waiting_for = null",
        values("now", now));
  }

  /** Keeps what the vendor had before the create request, so that what it makes can be told. */
  public int mark(Run run, String mark) {
    return change(run, RunState.CREATING, "create_mark = :mark", values("mark", mark));
  }

  /** Takes back {@link #creating}: the vendor provably has no job of it, or it is given up. */
  public int notCreated(Run run, int attempts, Instant due, String waitingFor) {
    return change(
        run,
        RunState.CREATING,
        RunState.REQUESTED,
        "creating_at = null, create_mark = null, create_status = null,"
            + " attempts = :attempts, due_at = :due, waiting_for = :waiting",
        values("attempts", attempts, "due", due, "waiting", waitingFor));
  }

  /**
   * Nobody can tell yet whether the vendor has the job: it is looked for before anything is sent.
   *
   * @param status the code of an answer that named no job, null when none came
   */
  public int unanswered(
      Run run, @Nullable Integer status, int attempts, Instant due, String waitingFor) {
    return change(
        run,
        RunState.CREATING,
        "create_status = :status, attempts = :attempts, due_at = :due, waiting_for = :waiting",
        values("status", status, "attempts", attempts, "due", due, "waiting", waitingFor));
  }

  /** Commits the vendor's job id. */
  public int created(Run run, String jobId, Instant now, Instant due) {
    return change(
        run,
        RunState.CREATING,
        RunState.PENDING,
        "job_id = :job, job_at = :now, due_at = :due, attempts = 0,"
            + " waiting_for = 'the vendor'",
        values("job", jobId, "now", now, "due", due));
  }

  /**
   * Keeps an answer that leaves the vendor's job under way, and when to ask again: of all moves
   * this is the one that is made most often, so it gives back the run as well.
   *
   * @param status what the answer means
   */
  public Run pending(
      Run run,
      @Nullable String vendorStatus,
      String status,
      @Nullable Integer progress,
      Instant now,
      Instant due) {
    return jdbi.inTransaction(
        handle -> {
          Run pending =
              handle
                  .createQuery(
                      change(
                              "vendor_status = :status, progress = :progress, due_at = :due,"
                                  + " attempts = 0, waiting_for = 'the vendor'")
                          + " returning *")
                  .bindByType("status", vendorStatus, String.class)
                  .bindByType("progress", progress, Integer.class)
                  .bind("due", Times.text(due))
                  .bind("id", run.id())
                  .bind("from", RunState.PENDING.name())
                  .bind("attempt", run.attempt())
                  .map(RunRow::of)
                  .findOne()
                  .orElseThrow(
                      () -> new StaleRunException(run.id(), RunState.PENDING, run.attempt()));
          History.polled(handle, run.id(), vendorStatus, status, progress, now);
          new Counters.Change().add(Counters.POLLS, 1).write(handle);
          return pending;
        });
  }

  /** The vendor's file can be fetched. */
  public int ready(Run run, @Nullable String vendorStatus, Instant now) {
    return change(
        run,
        RunState.PENDING,
        RunState.READY,
        "vendor_status = :status, ready_at = :now, due_at = :now, attempts = 0,"
            + " waiting_for = null",
        values("status", vendorStatus, "now", now));
  }

  /** Begins a transfer: one that was begun before, and still goes on somewhere, writes no more. */
  public int begin(Run run) {
    return change(run, run.state(), "waiting_for = null", values());
  }

  /**
   * Says which node carries the run's transfers from now on, because what they need is on its disk;
   * null when none has to.
   */
  public int carriedBy(Run run, @Nullable String node) {
    return change(run, run.state(), "node = :node", values("node", node));
  }

  /** The node that has the staged files is away: they are fetched again, by whichever can. */
  int fetchAgain(Run run, Instant now) {
    return change(
        run,
        RunState.STAGED,
        RunState.READY,
        "node = null, due_at = :now, attempts = 0, waiting_for = null",
        values("now", now));
  }

  /** Takes back {@link #fetchAgain}: the files that were staged before are delivered after all. */
  int asStagedBefore(Run run, boolean givenOnce, Instant now) {
    return change(
        run,
        RunState.READY,
        RunState.STAGED,
        "node = null, given_once = :once, due_at = :now, attempts = 0," + " waiting_for = null",
        values("once", givenOnce ? 1 : 0, "now", now));
  }

  /** All bytes are staged, the receipts are written before; delivery has a deadline of its own. */
  public int staged(Run run, Instant now, Instant deadline) {
    return change(
        run,
        RunState.READY,
        RunState.STAGED,
        "staged_at = :now, due_at = :now, deadline_at = :deadline, attempts = 0,"
            + " waiting_for = null",
        values("now", now, "deadline", deadline));
  }

  /** Waits in the state it has, after a failure or for another reason. */
  public int park(Run run, int attempts, Instant due, String waitingFor) {
    return change(
        run,
        run.state(),
        "attempts = :attempts, due_at = :due, waiting_for = :waiting",
        values("attempts", attempts, "due", due, "waiting", waitingFor));
  }

  /** Waits in the state it has for something that is no fault of its own; so does its deadline. */
  public int suspend(Run run, Instant due, Instant deadline, @Nullable String waitingFor) {
    return change(
        run,
        run.state(),
        "due_at = :due, deadline_at = :deadline, waiting_for = :waiting",
        values("due", due, "deadline", deadline, "waiting", waitingFor));
  }

  /**
   * Ends a run; one that ended well moves its export's checkpoint on in the same transaction. The
   * job id stays for whoever asks the vendor about it.
   */
  public int finish(Run run, RunState to, @Nullable Failure failure, Instant now) {
    return jdbi.inTransaction(
        handle -> {
          int attempt =
              change(
                  handle,
                  run,
                  run.state(),
                  to,
                  "failure = :failure, failure_message = :message,"
                      + " finished_at = :now, waiting_for = null",
                  values(
                      "failure",
                      failure == null ? null : failure.name(),
                      "message",
                      failure == null ? null : failure.message(),
                      "now",
                      now));
          if (to == RunState.DELIVERED || to == RunState.EMPTY) {
            Checkpoints.moveOn(handle, Runs.get(handle, run.id()), now);
          }
          new Counters.Change().moved(run.state(), to).write(handle);
          return attempt;
        });
  }

  /**
   * Looks whether {@link #reopenStaged} could be; only that one knows for certain.
   *
   * @throws NothingStaged when it could not
   */
  public void requireKept(Run run) {
    jdbi.useHandle(handle -> Receipts.requireKept(handle, run));
  }

  /**
   * Sets a finished run back to its staged file; of a delivered one all files count as not
   * delivered, at none of their destinations. All of it or nothing: a crash in between would leave
   * a delivered run without its deliveries, and the engine may deliver as soon as it sees the
   * state.
   *
   * @return false when another run of the export is active
   * @throws NothingStaged when the run was never staged as a whole, or its staged files were
   *     removed since; it stays as it is
   */
  public boolean reopenStaged(String id, RunState from, Instant now, Instant deadline) {
    return jdbi.inTransaction(
        handle -> {
          Run run = Runs.get(handle, id);
          if (Runs.active(handle, run.export()).isPresent()) {
            return false;
          }
          // The row first: whoever removes staged files holds it, too, and is waited for.
          change(
              handle,
              run,
              from,
              RunState.STAGED,
              "node = null, failure = null, failure_message = null, finished_at = null,"
                  + " told_at = null,"
                  + " attempts = 0, cancel_requested = 0, due_at = :now, deadline_at = :deadline",
              values("now", now, "deadline", deadline));
          Receipts.requireKept(handle, run);
          if (from == RunState.DELIVERED) {
            Receipts.undelivered(handle, id);
          }
          new Counters.Change().moved(from, RunState.STAGED).write(handle);
          return true;
        });
  }

  /**
   * Keeps several things of an attempt, all of them or none.
   *
   * @param writes begins with the run as it was seen, and gives back the attempt that it ends in
   * @throws StaleRunException when the run has left the attempt; nothing is kept then
   */
  public int together(Run run, IntSupplier writes) {
    return jdbi.inTransaction(
        handle -> {
          requireAttempt(handle, run);
          return writes.getAsInt();
        });
  }

  private static void requireAttempt(Handle handle, Run run) {
    int rows =
        handle
            .createUpdate(
                "update run set attempt = attempt"
                    + " where id = :id and state = :state and attempt = :attempt")
            .bind("id", run.id())
            .bind("state", run.state().name())
            .bind("attempt", run.attempt())
            .execute();
    if (rows != 1) {
      throw new StaleRunException(run.id(), run.state(), run.attempt());
    }
  }

  private int change(Run run, RunState from, String set, Map<String, @Nullable Object> values) {
    return jdbi.withHandle(handle -> change(handle, run, from, from, set, values));
  }

  private int change(
      Run run, RunState from, RunState to, String set, Map<String, @Nullable Object> values) {
    return jdbi.inTransaction(
        handle -> {
          int attempt = change(handle, run, from, to, set, values);
          new Counters.Change().moved(from, to).write(handle);
          return attempt;
        });
  }

  /** The move itself; who calls it counts it, at the end of the transaction. */
  private static int change(
      Handle handle,
      Run run,
      RunState from,
      RunState to,
      String set,
      Map<String, @Nullable Object> values) {
    int rows =
        handle
            .createUpdate(change(to == from ? set : "state = '" + to.name() + "', " + set))
            .bindMap(values)
            .bind("id", run.id())
            .bind("from", from.name())
            .bind("attempt", run.attempt())
            .execute();
    if (rows != 1) {
      throw new StaleRunException(run.id(), from, run.attempt());
    }
    return run.attempt() + 1;
  }

  private static String change(String set) {
    return "update run set attempt = attempt + 1, "
        + set
        + " where id = :id and state = :from and attempt = :attempt";
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
