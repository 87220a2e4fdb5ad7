package io.saddlebag.run;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;

/**
 * The rows of runs: adds them, finds them, counts them, and keeps remarks that change no state.
 * What moves a run from state to state is {@link Moves}.
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
                .map(RunRow::of)
                .findOne());
  }

  /** The run with this id; throws when there is none. */
  public Run get(String id) {
    return find(id).orElseThrow(() -> new IllegalArgumentException("there is no run " + id));
  }

  static Run get(Handle handle, String id) {
    return handle
        .createQuery("select * from run where id = :id")
        .bind("id", id)
        .map(RunRow::of)
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
                .map(RunRow::of)
                .list());
  }

  /** The run of this export that has not finished. */
  public Optional<Run> active(String export) {
    return jdbi.withHandle(handle -> active(handle, export));
  }

  static Optional<Run> active(Handle handle, String export) {
    return handle
        .createQuery("select * from run where export = :export and finished_at is null")
        .bind("export", export)
        .map(RunRow::of)
        .findOne();
  }

  /** All that have not finished, the most urgent first. */
  public List<Run> unfinished() {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery("select * from run where finished_at is null order by due_at")
                .map(RunRow::of)
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

  /** How long the vendor took for the last jobs of an export, the newest first. */
  public List<Duration> pastDurations(String export, int most) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "select job_at, ready_at from run where export = :export and ready_at is not null"
                        + " order by requested_at desc limit :most")
                .bind("export", export)
                .bind("most", most)
                .map(
                    (row, context) ->
                        Duration.between(
                            Times.required(row, "job_at"), Times.required(row, "ready_at")))
                .list());
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

  static void insert(
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

  /** Whether a run of this export was under way at some moment from the one to the other. */
  boolean underWay(String export, Instant from, Instant to) {
    return jdbi.withHandle(
        handle ->
            handle
                    .createQuery(
                        "select count(*) from run where export = :export and requested_at <= :to"
                            + " and (finished_at is null or finished_at >= :from)")
                    .bind("export", export)
                    .bind("from", Times.text(from))
                    .bind("to", Times.text(to))
                    .mapTo(Integer.class)
                    .one()
                > 0);
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

  /**
   * The unfinished runs that are due after a moment and have traces from after it: a clock that was
   * ahead has planned them.
   */
  List<Run> parkedFromAfter(Instant moment) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "select * from run where finished_at is null and due_at > :moment"
                        + " and (requested_at > :moment or creating_at > :moment"
                        + " or job_at > :moment or ready_at > :moment or staged_at > :moment"
                        + " or exists (select 1 from poll where poll.run = run.id"
                        + " and poll.last_at > :moment)"
                        + " or exists (select 1 from failure where failure.run = run.id"
                        + " and failure.at > :moment))")
                .bind("moment", Times.text(moment))
                .map(RunRow::of)
                .list());
  }

  /** When a run was last at work, by the clock that it went by. */
  Instant lastTrace(Run run) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "select max(at) from (select requested_at as at from run where id = :id"
                        + " union all select creating_at from run where id = :id"
                        + " union all select job_at from run where id = :id"
                        + " union all select ready_at from run where id = :id"
                        + " union all select staged_at from run where id = :id"
                        + " union all select max(last_at) from poll where run = :id"
                        + " union all select max(at) from failure where run = :id) as traces")
                .bind("id", run.id())
                .map((row, context) -> Instant.parse(row.getString(1)))
                .one());
  }

  /** Lets a run that nobody has moved meanwhile go on earlier; false when somebody has. */
  boolean bringForward(Run run, Instant due) {
    return jdbi.withHandle(
        handle ->
            handle
                    .createUpdate(
                        "update run set due_at = :due where id = :id and attempt = :attempt"
                            + " and due_at = :seen and finished_at is null")
                    .bind("due", Times.text(due))
                    .bind("id", run.id())
                    .bind("attempt", run.attempt())
                    .bind("seen", Times.text(run.dueAt()))
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
}
