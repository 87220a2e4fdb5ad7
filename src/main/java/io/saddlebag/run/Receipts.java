package io.saddlebag.run;

import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementContext;

/** What was staged for each run, and what of it was delivered. */
public final class Receipts {
  private static final int AT_ONCE = 1000;

  /** The failure of a run whose file is another one when it is fetched again. */
  static final String FILE_CHANGED = "FILE_CHANGED";

  private final Jdbi jdbi;

  Receipts(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * Keeps the receipt of a staged file; one of the same position is replaced. A file that was
   * fetched again, because the node that has the first one is away, must be the same if anything of
   * the run was delivered: otherwise this throws a {@link StepFailure}.
   *
   * @param attempt the attempt that staged it; one that was given up meanwhile keeps nothing
   */
  public void save(StagedFile file, int attempt) {
    jdbi.useTransaction(
        handle -> {
          requireAttempt(handle, file.run(), RunState.READY, attempt);
          Optional<StagedFile> before = find(handle, file.run(), file.position());
          boolean same = before.filter(old -> old.sha256().equals(file.sha256())).isPresent();
          if (before.isPresent() && !same && anythingReached(handle, file.run())) {
            throw changed(before.get(), file);
          }
          long replaced = delete(handle, file.run(), file.position());
          handle
              .createUpdate(
                  "insert into receipt (run, position, name, bytes, sha256, content_type, path,"
                      + " vendor_modified, checks, staged_at, source, delivered_at, node) values (:run,"
                      + " :position, :name, :bytes, :sha256, :type, :path, :modified, :checks,"
                      + " :staged, :source, :delivered, (select node from run where id = :run))")
              .bindByType("source", file.source(), String.class)
              .bindByType(
                  "delivered",
                  before
                      .filter(old -> same)
                      .map(StagedFile::deliveredAt)
                      .map(Times::text)
                      .orElse(null),
                  String.class)
              .bind("run", file.run())
              .bind("position", file.position())
              // Destinations may know the file by its name already.
              .bind("name", before.filter(old -> same).map(StagedFile::name).orElse(file.name()))
              .bind("bytes", file.bytes())
              .bind("sha256", file.sha256())
              .bindByType("type", file.contentType(), String.class)
              .bind("path", file.path().toString())
              .bindByType("modified", file.vendorModified(), String.class)
              .bind("checks", String.join(" ", file.checks()))
              .bind("staged", Times.text(file.stagedAt()))
              .execute();
          new Counters.Change().add(Counters.STAGED_BYTES, file.bytes() - replaced).write(handle);
        });
  }

  private static StepFailure changed(StagedFile old, StagedFile now) {
    return new StepFailure.Rejected(
        FILE_CHANGED,
        "the node that has the staged file "
            + old.name()
            + " (SHA-256 "
            + old.sha256()
            + ") on its disk is away, some of the run was delivered already, and the vendor now gives"
            + " other bytes (SHA-256 "
            + now.sha256()
            + "): nothing more is delivered, so that no destination gets another file than the"
            + " others. Start that node and redeliver the run, or run the export again");
  }

  private static boolean anythingReached(Handle handle, String run) {
    return handle
            .createQuery(
                "select (select count(*) from receipt where run = :run and delivered_at is not null)"
                    + " + (select count(*) from delivered_part where run = :run)")
            .bind("run", run)
            .mapTo(Integer.class)
            .one()
        > 0;
  }

  private static Optional<StagedFile> find(Handle handle, String run, int position) {
    return handle
        .createQuery("select * from receipt where run = :run and position = :position")
        .bind("run", run)
        .bind("position", position)
        .map(Receipts::row)
        .findOne();
  }

  /**
   * Forgets a file that proved to be another than was asked for; it is fetched again.
   *
   * @param attempt the attempt that saw that; one that was given up meanwhile forgets nothing
   */
  public void forget(String run, int position, int attempt) {
    jdbi.useTransaction(
        handle -> {
          requireAttempt(handle, run, RunState.READY, attempt);
          new Counters.Change()
              .add(Counters.STAGED_BYTES, -delete(handle, run, position))
              .write(handle);
        });
  }

  /** Deletes a receipt; gives its bytes back, none when there was no receipt. */
  private static long delete(Handle handle, String run, int position) {
    return handle
        .createQuery(
            "delete from receipt where run = :run and position = :position returning bytes")
        .bind("run", run)
        .bind("position", position)
        .mapTo(Long.class)
        .findOne()
        .orElse(0L);
  }

  /** The files of a run, in order. */
  public List<StagedFile> of(String run) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery("select * from receipt where run = :run order by position")
                .bind("run", run)
                .map(Receipts::row)
                .list());
  }

  /** Keeps that the user's steps took this file, in this attempt to deliver it. */
  public void delivered(String run, int position, int attempt, Instant now) {
    jdbi.useTransaction(
        handle -> {
          requireAttempt(handle, run, RunState.STAGED, attempt);
          handle
              .createUpdate(
                  "update receipt set delivered_at = :now where run = :run and position = :position")
              .bind("run", run)
              .bind("position", position)
              .bind("now", Times.text(now))
              .execute();
        });
  }

  /** Throws unless the run is in this attempt, and keeps it there until the transaction ends. */
  private static void requireAttempt(Handle handle, String run, RunState state, int attempt) {
    int rows =
        handle
            .createUpdate(
                "update run set attempt = attempt"
                    + " where id = :run and state = :state and attempt = :attempt")
            .bind("run", run)
            .bind("state", state.name())
            .bind("attempt", attempt)
            .execute();
    if (rows != 1) {
      throw new StaleRunException(run, state, attempt);
    }
  }

  /**
   * Throws unless everything that a run brought was staged, and all of it is still kept: in the
   * transaction that is about to deliver it again.
   */
  static void requireKept(Handle handle, Run run) {
    boolean whole = run.stagedAt() != null || run.state() == RunState.EMPTY;
    Integer files = count(handle, run.id(), "");
    if (!whole || files == 0) {
      throw new NothingStaged(
          run.id()
              + (files == 0
                  ? " has no staged file"
                  : " was not staged as a whole: it ended while it was fetched")
              + "; run the export again with `saddlebag run "
              + run.export()
              + "`");
    }
    if (count(handle, run.id(), " and removed_at is not null") > 0) {
      throw new NothingStaged(
          run.id()
              + " cannot be delivered again: its staged files were removed when staging.keep was"
              + " over; run the export again with `saddlebag run "
              + run.export()
              + "`"
              + (run.window() == null
                  ? ""
                  : ", or for its window " + run.window() + " with `saddlebag backfill`"));
    }
  }

  private static int count(Handle handle, String run, String which) {
    return handle
        .createQuery("select count(*) from receipt where run = :run" + which)
        .bind("run", run)
        .mapTo(Integer.class)
        .one();
  }

  /** Sets all files of a run back to not delivered, at none of their destinations. */
  static void undelivered(Handle handle, String run) {
    handle
        .createUpdate("update receipt set delivered_at = null where run = :run")
        .bind("run", run)
        .execute();
    handle.createUpdate("delete from delivered_part where run = :run").bind("run", run).execute();
  }

  /**
   * Removes the staged files of a run that has ended, and keeps that they are gone; which
   * destinations they reached is of no use any more. A run that is delivered again at the same
   * moment keeps its files, or is told that they are gone.
   *
   * @param node the node whose disk is looked at; what others have stays
   * @param before only of a run that ended before this moment
   * @param files removes them from the disk
   * @return whether they were removed
   */
  public boolean remove(String run, String node, Instant before, Instant now, Runnable files) {
    return jdbi.inTransaction(
        handle -> {
          int rows =
              handle
                  .createUpdate(
                      "update run set attempt = attempt where id = :run"
                          + " and finished_at is not null and finished_at < :before")
                  .bind("run", run)
                  .bind("before", Times.text(before))
                  .execute();
          if (rows != 1) {
            return false;
          }
          // A crash after this leaves receipts of files that are gone: they are looked for again.
          files.run();
          handle
              .createUpdate(
                  "update receipt set removed_at = :now where run = :run and removed_at is null"
                      + " and (node is null or node = :node)")
              .bind("run", run)
              .bind("node", node)
              .bind("now", Times.text(now))
              .execute();
          handle
              .createUpdate("delete from delivered_part where run = :run")
              .bind("run", run)
              .execute();
          return true;
        });
  }

  /** Keeps that a file reached one of its destinations; false when that was known. */
  boolean reached(String run, int position, String part, Instant now) {
    return jdbi.withHandle(
        handle ->
            handle
                    .createUpdate(
                        "insert into delivered_part (run, position, part, delivered_at) values"
                            + " (:run, :position, :part, :now) on conflict do nothing")
                    .bind("run", run)
                    .bind("position", position)
                    .bind("part", part)
                    .bind("now", Times.text(now))
                    .execute()
                == 1);
  }

  /** The same, by the attempt that delivers; one that was given up meanwhile keeps nothing. */
  boolean reached(String run, int position, String part, int attempt, Instant now) {
    return jdbi.inTransaction(
        handle -> {
          requireAttempt(handle, run, RunState.STAGED, attempt);
          return reached(run, position, part, now);
        });
  }

  /** Whether a file reached one of its destinations. */
  boolean wasReached(String run, int position, String part) {
    return jdbi.withHandle(
        handle ->
            handle
                    .createQuery(
                        "select count(*) from delivered_part where run = :run"
                            + " and position = :position and part = :part")
                    .bind("run", run)
                    .bind("position", position)
                    .bind("part", part)
                    .mapTo(Integer.class)
                    .one()
                > 0);
  }

  /** Takes back {@link #reached}; false when there was nothing to take back. */
  boolean notReached(String run, int position, String part) {
    return jdbi.withHandle(
        handle ->
            handle
                    .createUpdate(
                        "delete from delivered_part where run = :run and position = :position"
                            + " and part = :part")
                    .bind("run", run)
                    .bind("position", position)
                    .bind("part", part)
                    .execute()
                > 0);
  }

  /** The same, by the attempt that delivers; one that was given up meanwhile takes nothing back. */
  boolean notReached(String run, int position, String part, int attempt) {
    return jdbi.inTransaction(
        handle -> {
          requireAttempt(handle, run, RunState.STAGED, attempt);
          return notReached(run, position, part);
        });
  }

  /**
   * Runs that ended before a moment and of which a node still keeps staged files, or nobody knows
   * which node does: those staged first, and not more at once than can be removed in a while.
   */
  public List<String> keptSince(Instant before, String node) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "select receipt.run from receipt join run on run.id = receipt.run"
                        + " where receipt.removed_at is null and receipt.staged_at < :before"
                        + " and (receipt.node is null or receipt.node = :node)"
                        + " and run.finished_at < :before"
                        + " order by receipt.staged_at limit :limit")
                .bind("node", node)
                .bind("before", Times.text(before))
                .bind("limit", AT_ONCE)
                .mapTo(String.class)
                .stream()
                .distinct()
                .toList());
  }

  /** Since when an export's runs, this one left out, have brought nothing but these bytes. */
  public Optional<Instant> sameBytesSince(String export, String run, String sha256) {
    Instant since = null;
    for (StagedFile file : earlier(export, run)) {
      if (!file.sha256().equals(sha256)) {
        break;
      }
      since = file.stagedAt();
    }
    return Optional.ofNullable(since);
  }

  /** When an export's runs, this one left out, brought a file last. */
  public Optional<Instant> lastStaged(String export, String run) {
    return earlier(export, run).stream().findFirst().map(StagedFile::stagedAt);
  }

  /** The newest first; a year of nights is more than any comparison needs. */
  private List<StagedFile> earlier(String export, String run) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "select receipt.* from (select id, requested_at from run"
                        + " where export = :export and id <> :run and ready_at is not null"
                        + " order by requested_at desc limit 400) as earlier"
                        + " join receipt on receipt.run = earlier.id and receipt.position = 0"
                        + " order by receipt.staged_at desc")
                .bind("export", export)
                .bind("run", run)
                .map(Receipts::row)
                .list());
  }

  private static StagedFile row(ResultSet row, StatementContext context) throws SQLException {
    String checks = row.getString("checks");
    return new StagedFile(
        row.getString("run"),
        row.getInt("position"),
        row.getString("name"),
        row.getLong("bytes"),
        row.getString("sha256"),
        row.getString("content_type"),
        Path.of(row.getString("path")),
        row.getString("vendor_modified"),
        checks.isBlank() ? List.of() : List.of(checks.split(" ", -1)),
        Times.required(row, "staged_at"),
        Times.optional(row, "delivered_at"),
        row.getString("source"),
        row.getString("node"));
  }
}
