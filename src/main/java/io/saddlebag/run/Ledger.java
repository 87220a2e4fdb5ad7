package io.saddlebag.run;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
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
  private final Runs runs;
  private final Moves moves;
  private final Receipts receipts;
  private final History history;
  private final ScheduleLog schedules;
  private final Checkpoints checkpoints;
  private final AlertLog alerts;
  private final Nodes nodes;

  private Ledger(LedgerSettings settings, HikariDataSource pool) {
    this.settings = settings;
    this.pool = pool;
    Jdbi jdbi = Jdbi.create(pool);
    Migrations.apply(jdbi, settings.sqlite());
    runs = new Runs(jdbi);
    moves = new Moves(jdbi);
    receipts = new Receipts(jdbi);
    history = new History(jdbi);
    schedules = new ScheduleLog(jdbi);
    checkpoints = new Checkpoints(jdbi);
    alerts = new AlertLog(jdbi, settings.sqlite());
    nodes = new Nodes(jdbi, settings.sqlite());
  }

  /** Opens the ledger, makes it if there is none, and brings it to this version's shape. */
  public static Ledger open(LedgerSettings settings) {
    HikariDataSource pool = null;
    try {
      makeFolder(settings);
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
      runs.countUnfinished();
      return true;
    } catch (RuntimeException e) {
      return false;
    }
  }

  /** Where it is. */
  public LedgerSettings settings() {
    return settings;
  }

  @Override
  public void close() {
    pool.close();
  }

  private static HikariConfig configuration(LedgerSettings settings) {
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
    }
    return config;
  }

  private static void makeFolder(LedgerSettings settings) throws IOException {
    if (settings.sqlite()) {
      Path folder = Path.of(settings.url().substring("jdbc:sqlite:".length())).getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
    }
  }

  private static LedgerUnavailable unavailable(LedgerSettings settings, Exception e) {
    String remedy =
        settings.sqlite()
            ? "see that the folder exists and may be written, that the disk is not full and that no"
                + " other program holds the file"
            : "see that the server runs and that ledger.url, ledger.user and ledger.password are right";
    return new LedgerUnavailable(
        "the ledger "
            + settings
            + " cannot be opened: "
            + settings.clean(String.valueOf(reason(e)))
            + "; "
            + remedy,
        e);
  }

  private static @Nullable String reason(Throwable e) {
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
