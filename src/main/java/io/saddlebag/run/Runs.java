package io.saddlebag.run;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;

/**
 * The rows of runs. Every move names the state it starts from and fails when the row has left it,
 * so that two nodes, or a late thread, can never move a run twice.
 */
public final class Runs {
  private final Jdbi jdbi;

  Runs(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** The run with this id. */
  public Optional<Run> find(String id) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery("select * from run where id = :id")
                .bind("id", id)
                .map(Runs::row)
                .findOne());
  }

  /** The run with this id; throws when there is none. */
  public Run get(String id) {
    return find(id).orElseThrow(() -> new IllegalArgumentException("there is no run " + id));
  }

  private static Run get(Handle handle, String id) {
    return handle
        .createQuery("select * from run where id = :id")
        .bind("id", id)
        .map(Runs::row)
        .one();
  }

  /** The newest runs first, of one export or of all. */
  public List<Run> newest(@Nullable String export, int most) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "select * from run where (:export is null or export = :export)"
                        + " order by requested_at desc, id desc limit :most")
                .bindByType("export", export, String.class)
                .bind("most", most)
                .map(Runs::row)
                .list());
  }

  /** The run of this export that has not finished. */
  public Optional<Run> active(String export) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery("select * from run where export = :export and finished_at is null")
                .bind("export", export)
                .map(Runs::row)
                .findOne());
  }

  /** All that have not finished, the most urgent first. */
  public List<Run> unfinished() {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery("select * from run where finished_at is null order by due_at")
                .map(Runs::row)
                .list());
  }

  /** How many have not finished. */
  public int countUnfinished() {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery("select count(*) from run where finished_at is null")
                .mapTo(Integer.class)
                .one());
  }

  /** How many runs stand in each state. */
  public Map<RunState, Integer> countByState() {
    Map<RunState, Integer> counts = new EnumMap<>(RunState.class);
    jdbi.useHandle(
        handle ->
            handle
                .createQuery("select state, count(*) as runs from run group by state")
                .map((row, context) -> Map.entry(RunState.valueOf(row.getString(1)), row.getInt(2)))
                .forEach(entry -> counts.put(entry.getKey(), entry.getValue())));
    return counts;
  }

  /** The vendor jobs of an export that other runs hold or held. */
  public List<String> otherJobs(String export, String runId) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "select job_id from run where export = :export and id <> :id and job_id is not null")
                .bind("export", export)
                .bind("id", runId)
                .mapTo(String.class)
                .list());
  }

  /** How long the vendor usually takes: the median of the last eleven runs; null without any. */
  public @Nullable Duration usualDuration(String export) {
    List<Long> millis = new ArrayList<>();
    jdbi.useHandle(
        handle ->
            handle
                .createQuery(
                    "select job_at, ready_at from run where export = :export and ready_at is not null"
                        + " order by requested_at desc limit 11")
                .bind("export", export)
                .map(
                    (row, context) ->
                        Duration.between(
                                Times.required(row, "job_at"), Times.required(row, "ready_at"))
                            .toMillis())
                .forEach(millis::add));
    if (millis.isEmpty()) {
      return null;
    }
    millis.sort(null);
    return Duration.ofMillis(millis.get(millis.size() / 2));
  }

  /**
   * Adds a run unless its id is known or another run of the export is active.
   *
   * @param window the span of time that it must ask for; null when it decides that itself
   * @return whether it was added
   */
  public boolean add(
      RunId id,
      String flow,
      String origin,
      @Nullable Window window,
      Instant now,
      Instant deadline) {
    try {
      return jdbi.inTransaction(
          handle -> {
            boolean taken =
                handle
                        .createQuery(
                            "select count(*) from run where id = :id or (export = :export and finished_at is null)")
                        .bind("id", id.toString())
                        .bind("export", id.export())
                        .mapTo(Integer.class)
                        .one()
                    > 0;
            if (!taken) {
              insert(handle, id, flow, origin, window, now, deadline);
            }
            return !taken;
          });
    } catch (UnableToExecuteStatementException e) {
      // Another node was quicker: the unique index keeps one run of an export.
      if (active(id.export()).isPresent() || find(id.toString()).isPresent()) {
        return false;
      }
      throw e;
    }
  }

  private static void insert(
      Handle handle,
      RunId id,
      String flow,
      String origin,
      @Nullable Window window,
      Instant now,
      Instant deadline) {
    handle
        .createUpdate(
            "insert into run (id, export, flow, origin, state, attempts, due_at, cancel_requested,"
                + " requested_at, deadline_at, window_from, window_to) values (:id, :export, :flow,"
                + " :origin, 'REQUESTED', 0, :now, 0, :now, :deadline, :from, :to)")
        .bindByType("from", window == null ? null : window.from(), String.class)
        .bindByType("to", window == null ? null : window.to(), String.class)
        .bind("id", id.toString())
        .bind("export", id.export())
        .bind("flow", flow)
        .bind("origin", origin)
        .bind("now", Times.text(now))
        .bind("deadline", Times.text(deadline))
        .execute();
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

  /** The windows of an export's runs that ended well, for the same values of its parameters. */
  public List<Window> covered(String export, String scope) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "select window_from, window_to from run where export = :export"
                        + " and checkpoint_scope = :scope and window_to is not null"
                        + " and state in ('DELIVERED', 'EMPTY') order by window_to")
                .bind("export", export)
                .bind("scope", scope)
                .map((row, context) -> new Window(row.getString(1), row.getString(2)))
                .list());
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
            Checkpoints.moveOn(handle, get(handle, id), now);
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
   * Sets a finished run back to its staged file.
   *
   * @return false when another run of the export is active
   */
  public boolean reopenStaged(String id, RunState from, Instant now, Instant deadline) {
    if (active(get(id).export()).isPresent()) {
      return false;
    }
    change(
        id,
        from,
        "state = 'STAGED', failure = null, failure_message = null, finished_at = null, attempts = 0,"
            + " cancel_requested = 0, due_at = :now, deadline_at = :deadline",
        values("now", now, "deadline", deadline));
    return true;
  }

  /** Lets a run ask the vendor now; false when it does not wait for the vendor any more. */
  public boolean hasten(String id, Instant now) {
    return jdbi.withHandle(
        handle ->
            handle
                    .createUpdate(
                        "update run set due_at = :now where id = :id and state = 'PENDING'"
                            + " and due_at > :now")
                    .bind("id", id)
                    .bind("now", Times.text(now))
                    .execute()
                == 1);
  }

  /** Keeps a remark for the operator. */
  public void note(String id, String note) {
    jdbi.useHandle(
        handle ->
            handle
                .createUpdate("update run set note = :note where id = :id")
                .bind("note", note)
                .bind("id", id)
                .execute());
  }

  /** Keeps the vendor's last word on a run, whatever its state. */
  public void said(String id, @Nullable String vendorStatus) {
    jdbi.useHandle(
        handle ->
            handle
                .createUpdate(
                    "update run set vendor_status = coalesce(:status, vendor_status) where id = :id")
                .bindByType("status", vendorStatus, String.class)
                .bind("id", id)
                .execute());
  }

  /** Asks for a cancel; false when the run has finished. */
  public boolean requestCancel(String id, Instant now) {
    return jdbi.withHandle(
        handle ->
            handle
                    .createUpdate(
                        "update run set cancel_requested = 1, due_at = :now"
                            + " where id = :id and finished_at is null")
                    .bind("id", id)
                    .bind("now", Times.text(now))
                    .execute()
                == 1);
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

  static Run row(ResultSet row, StatementContext context) throws SQLException {
    int progress = row.getInt("progress");
    boolean noProgress = row.wasNull();
    return new Run(
        row.getString("id"),
        row.getString("export"),
        row.getString("flow"),
        row.getString("origin"),
        RunState.valueOf(row.getString("state")),
        row.getString("job_id"),
        row.getString("vendor_status"),
        noProgress ? null : progress,
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
        row.getString("window_to") == null
            ? null
            : new Window(row.getString("window_from"), row.getString("window_to")),
        row.getString("checkpoint_scope"),
        row.getString("checkpoint_used"),
        row.getString("checkpoint_next"));
  }
}
