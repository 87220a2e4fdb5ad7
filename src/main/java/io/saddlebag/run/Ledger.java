package io.saddlebag.run;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.saddlebag.file.OwnerOnly;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * The database of runs: what was committed here is continued, never repeated. SQLite in a file by
 * default, PostgreSQL by another URL. Thread-safe; other processes may read and write it meanwhile.
 */
public final class Ledger implements AutoCloseable {
  private final LedgerSettings settings;
  private final HikariDataSource pool;
  private final Jdbi jdbi;
  private final Runs runs;
  private final Moves moves;
  private final Receipts receipts;
  private final History history;
  private final ScheduleLog schedules;
  private final Checkpoints checkpoints;
  private final AlertLog alerts;
  private final Counters counters;
  private final Retention retention;
  private final PendingCommits commits;
  private final CredentialLog credentials;
  private final CallBudgets budgets;
  private final Overdue overdue;
  private final Nodes nodes;

  Ledger(LedgerSettings settings, HikariDataSource pool) {
    this.settings = settings;
    this.pool = pool;
    jdbi = Jdbi.create(pool);
    Migrations.apply(jdbi, settings.sqlite());
    runs = new Runs(jdbi);
    moves = new Moves(jdbi);
    receipts = new Receipts(jdbi);
    history = new History(jdbi);
    schedules = new ScheduleLog(jdbi);
    checkpoints = new Checkpoints(jdbi);
    alerts = new AlertLog(jdbi, settings.sqlite());
    nodes = new Nodes(jdbi, settings.sqlite());
    counters = new Counters(jdbi, settings);
    retention = new Retention(jdbi);
    counters.begin();
    commits = new PendingCommits(pool::isClosed);
    credentials = new CredentialLog(jdbi);
    budgets = new CallBudgets(jdbi);
    overdue = new Overdue(jdbi);
  }

  /** Opens the ledger, makes it if there is none, and brings it to this version's shape. */
  public static Ledger open(LedgerSettings settings) {
    HikariDataSource pool = null;
    try {
      makeFile(settings);
      pool = new HikariDataSource(configuration(settings));
      return new Ledger(settings, pool);
    } catch (RuntimeException | IOException e) {
      if (pool != null) {
        pool.close();
      }
      throw unavailable(settings, e);
    }
  }

  /** The rows of runs. */
  public Runs runs() {
    return runs;
  }

  /** Moves runs from state to state. */
  public Moves moves() {
    return moves;
  }

  /** What was staged and delivered. */
  public Receipts receipts() {
    return receipts;
  }

  /** Polls, failures and skipped schedules. */
  public History history() {
    return history;
  }

  /** When each schedule fired last. */
  public ScheduleLog schedules() {
    return schedules;
  }

  /** What the next run of each export continues from. */
  public Checkpoints checkpoints() {
    return checkpoints;
  }

  /** What the alert route was told of. */
  public AlertLog alerts() {
    return alerts;
  }

  /** What metrics show. */
  public Counters counters() {
    return counters;
  }

  /** Removes what is not kept any longer. */
  public Retention retention() {
    return retention;
  }

  /** Commits what cannot be got a second time. */
  public PendingCommits commits() {
    return commits;
  }

  /** Which credentials vendors refused, and which are being tried. */
  public CredentialLog credentials() {
    return credentials;
  }

  /** How many calls all nodes have made of those that a vendor allows. */
  public CallBudgets budgets() {
    return budgets;
  }

  /** The runs that are due. */
  public Overdue overdue() {
    return overdue;
  }

  /** The nodes that work on it. */
  public Nodes nodes() {
    return nodes;
  }

  /** The connections, for the timers that share the database. */
  public DataSource dataSource() {
    return pool;
  }

  /** Whether it can be read at this moment. */
  public boolean readable() {
    try {
      runs.find("");
      return true;
    } catch (RuntimeException e) {
      return false;
    }
  }

  /** Writes to it, to see whether that can be done; throws when it cannot. */
  void write() {
    jdbi.useHandle(
        handle ->
            handle
                .createUpdate(
                    "insert into probe (id, at) values ('health', :at)"
                        + " on conflict (id) do update set at = excluded.at")
                .bind("at", Times.text(Instant.now()))
                .execute());
  }

  /** Where it is. */
  public LedgerSettings settings() {
    return settings;
  }

  @Override
  public void close() {
    pool.close();
  }

  static HikariConfig configuration(LedgerSettings settings) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("ledger");
    config.setJdbcUrl(settings.url());
    config.setUsername(settings.user());
    config.setPassword(settings.password());
    config.setConnectionTimeout(30_000);
    config.setInitializationFailTimeout(5_000);
    if (settings.sqlite()) {
      // One writer is all that SQLite has; FULL puts a commit on disk before it returns.
      config.setMaximumPoolSize(1);
      config.addDataSourceProperty("journal_mode", "WAL");
      config.addDataSourceProperty("synchronous", "FULL");
      config.addDataSourceProperty("busy_timeout", "10000");
      config.addDataSourceProperty("transaction_mode", "IMMEDIATE");
    } else {
      config.setMaximumPoolSize(10);
      // A server that is away is noticed, and told of, in seconds.
      config.setConnectionTimeout(10_000);
    }
    return config;
  }

  /**
   * Makes a ledger's file, and its folder, for nobody but this user; corrects one that is there.
   */
  private static void makeFile(LedgerSettings settings) throws IOException {
    Path file = settings.file();
    if (file == null) {
      return;
    }
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      OwnerOnly.makeFolder(folder);
    }
    try {
      Files.createFile(file, OwnerOnly.file(file));
    } catch (FileAlreadyExistsException thereAlready) {
      // The files beside it get the permissions that it has.
      for (String beside : List.of("", "-wal", "-shm", "-journal")) {
        OwnerOnly.correct(file.resolveSibling(file.getFileName() + beside));
      }
    }
  }

  private static LedgerUnavailable unavailable(LedgerSettings settings, Exception e) {
    return new LedgerUnavailable(
        "the ledger "
            + settings
            + " cannot be opened: "
            + settings.clean(reason(e))
            + "; "
            + remedy(settings),
        e);
  }

  /** What to do about a ledger that refuses. */
  static String remedy(LedgerSettings settings) {
    return settings.sqlite()
        ? "see that the folder exists and may be written, that the disk is not full and that no"
            + " other program holds the file"
        : "see that the server runs and that ledger.url, ledger.user and ledger.password are right";
  }

  /** The words of the driver, or of the disk. */
  static String reason(Throwable e) {
    return String.valueOf(innermost(e));
  }

  private static @Nullable String innermost(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException
          || cause instanceof IOException
          || cause.getCause() == null) {
        return cause.getMessage();
      }
    }
    return e.getMessage();
  }
}
