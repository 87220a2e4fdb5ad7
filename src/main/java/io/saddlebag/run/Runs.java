package io.saddlebag.run;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;

/**
 * The rows of runs: adds them, finds them, counts them, and keeps remarks that change no state.
 * What moves a run from state to state is {@link Moves}.
 */
public final class Runs {
  private static final int PAGE = 2000;

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
        handle -> {
          Query query =
              handle.createQuery(
                  "select * from run"
                      + (export == null ? "" : " where export = :export")
                      + " order by requested_at desc, id desc limit :most");
          if (export != null) {
            query.bind("export", export);
          }
          return query.bind("most", most).map(RunRow::of).list();
        });
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

  /** The runs of these exports that have not finished. */
  List<Run> active(Collection<String> exports) {
    return exports.isEmpty()
        ? List.of()
        : jdbi.withHandle(
            handle ->
                handle
                    .createQuery(
                        "select * from run where export in (<exports>) and finished_at is null")
                    .bindList("exports", List.copyOf(exports))
                    .map(RunRow::of)
                    .list());
  }

  /** The ids of the runs that fetch or deliver, or wait to. */
  public List<String> transferring() {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "select id from run where finished_at is null and state in ('READY', 'STAGED')")
                .mapTo(String.class)
                .list());
  }

  /**
   * Finds unfinished runs that nothing will wake. All unfinished runs are looked at in the
   * database, a page at a time, so that nobody waits long for it; only those that are found are
   * read.
   *
   * @param dueBefore only runs that were due before this moment
   * @return how many unfinished runs there are
   */
  int unwoken(Instant dueBefore, Consumer<Run> found) {
    String after = "";
    int unfinished = 0;
    while (true) {
      Page page = page(after);
      if (page.last() == null) {
        return unfinished;
      }
      unfinished += page.runs();
      unwoken(after, page.last(), dueBefore).forEach(found);
      after = page.last();
    }
  }

  /** So many unfinished runs, up to the one of this export; null when there are none left. */
  private record Page(int runs, @Nullable String last) {}

  private Page page(String after) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "select count(*), max(export) from (select export from run"
                        + " where finished_at is null and export > :after"
                        + " order by export limit :page) as unfinished")
                .bind("after", after)
                .bind("page", PAGE)
                .map((row, context) -> new Page(row.getInt(1), row.getString(2)))
                .one());
  }

  private List<Run> unwoken(String after, String last, Instant dueBefore) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "select * from run where finished_at is null and export > :after"
                        + " and export <= :last and due_at < :before and case"
                        + " when state in ('READY', 'STAGED') then"
                        + " (select 1 from scheduled_transfers where task_name ="
                        + " case when run.node is null then 'run' else 'run@' || run.node end"
                        + " and task_instance = run.id)"
                        + " else (select 1 from scheduled_steps where task_name = 'run'"
                        + " and task_instance = run.id) end is null")
                .bind("after", after)
                .bind("last", last)
                .bind("before", Times.text(dueBefore))
                .map(RunRow::of)
                .list());
  }

  /** All that have not finished, the most urgent first: for tests, as it reads every one. */
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

  /** Whether another run of the export holds or held this job of the vendor's. */
  public boolean isOfAnother(String jobId, Run run) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "select 1 from run where export = :export and job_id = :job and id <> :id limit 1")
                .bind("export", run.export())
                .bind("job", jobId)
                .bind("id", run.id())
                .mapTo(Integer.class)
                .findOne()
                .isPresent());
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
            boolean taken = isRun(handle, id) || active(handle, id.export()).isPresent();
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

  static boolean isRun(Handle handle, RunId id) {
    return handle
            .createQuery("select count(*) from run where id = :id")
            .bind("id", id.toString())
            .mapTo(Integer.class)
            .one()
        > 0;
  }

  /** Adds the row, as the last thing of its transaction. */
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
    new Counters.Change().add(Counters.runs(RunState.REQUESTED), 1).write(handle);
  }

  /** Whether a run of this export was under way at some moment from the one to the other. */
  boolean underWay(String export, Instant from, Instant to) {
    return jdbi.withHandle(
        handle ->
            active(handle, export).filter(run -> !run.requestedAt().isAfter(to)).isPresent()
                || handle
                    .createQuery(
                        "select 1 from run where export = :export and finished_at >= :from"
                            + " and requested_at <= :to limit 1")
                    .bind("export", export)
                    .bind("from", Times.text(from))
                    .bind("to", Times.text(to))
                    .mapTo(Integer.class)
                    .findOne()
                    .isPresent());
  }

  /** The windows of an export's runs that ended well, for the same values of its parameters. */
  public List<Window> covered(String export, String scope) {
    return jdbi.withHandle(
        handle -> {
          List<Window> covered = new ArrayList<>(Retention.covered(handle, export, scope));
          handle
              .createQuery(
                  "select window_from, window_to from run where export = :export"
                      + " and checkpoint_scope = :scope and window_to is not null"
                      + " and state in ('DELIVERED', 'EMPTY') order by window_to")
              .bind("export", export)
              .bind("scope", scope)
              .map((row, context) -> new Window(row.getString(1), row.getString(2)))
              .forEach(covered::add);
          return covered;
        });
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
