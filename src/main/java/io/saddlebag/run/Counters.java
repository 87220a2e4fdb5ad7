package io.saddlebag.run;

import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Update;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;

/**
 * What metrics show, kept in the ledger: a counter changes in the transaction of what it counts, so
 * that it is right after any crash, and reading all of them costs the same after a year.
 *
 * <p>The names are {@code runs.<STATE>}, {@code failures.<NAME>}, {@code polls} and {@code
 * staged.bytes}. Runs are those in the ledger; the others count what happened, and keep what
 * retention removes.
 */
public final class Counters {
  /** The counter of status calls to vendors. */
  public static final String POLLS = "polls";

  /** The counter of bytes that were staged. */
  public static final String STAGED_BYTES = "staged.bytes";

  private static final String RUNS = "runs.";
  private static final String FAILURES = "failures.";

  /** So many rows of a counter, so that nodes and threads seldom wait for the same. */
  private static final int SHARDS = 8;

  /** The row of what was removed from the ledger and counts all the same. */
  private static final int PRUNED = -1;

  /** Of all processes on a PostgreSQL ledger one counts at a time. */
  private static final long RECOUNT_LOCK = 0x5add1eba6L;

  private final Jdbi jdbi;
  private final LedgerSettings settings;

  Counters(Jdbi jdbi, LedgerSettings settings) {
    this.jdbi = jdbi;
    this.settings = settings;
  }

  /** The counter of runs in a state. */
  public static String runs(RunState state) {
    return RUNS + state.name();
  }

  static String failures(String name) {
    return FAILURES + name;
  }

  /** The counters of failures, by the failure's name. */
  public static Map<String, Long> failures(Map<String, Long> counters) {
    Map<String, Long> failures = new TreeMap<>();
    counters.forEach(
        (name, value) -> {
          if (name.startsWith(FAILURES)) {
            failures.put(name.substring(FAILURES.length()), value);
          }
        });
    return failures;
  }

  /** What a transaction changes; it is written as the last statement of that transaction. */
  static final class Change {
    private final Map<String, Long> by = new TreeMap<>();

    Change add(String name, long more) {
      by.merge(name, more, Long::sum);
      return this;
    }

    Change moved(RunState from, RunState to) {
      return add(Counters.runs(from), -1).add(Counters.runs(to), 1);
    }

    /**
     * Writes it. The rows of all counters are taken in the order of their names and after all other
     * rows, so that no two transactions can wait for each other.
     */
    void write(Handle handle) {
      write(handle, (int) (Thread.currentThread().getId() % SHARDS));
    }

    /** Writes it as removed from the ledger: what happened keeps counting. */
    void writePruned(Handle handle) {
      Change kept = new Change();
      Change gone = new Change();
      by.forEach(
          (name, value) -> {
            gone.add(name, -value);
            if (!name.startsWith(RUNS)) {
              kept.add(name, value);
            }
          });
      kept.write(handle, PRUNED);
      gone.write(handle);
    }

    private void write(Handle handle, int shard) {
      by.values().removeIf(value -> value == 0);
      if (by.isEmpty()) {
        return;
      }
      Update update =
          handle.createUpdate(
              "insert into counter (name, shard, value) values "
                  + "(?, ?, ?), ".repeat(by.size() - 1)
                  + "(?, ?, ?) on conflict (name, shard)"
                  + " do update set value = counter.value + excluded.value");
      int at = 0;
      for (Map.Entry<String, Long> entry : by.entrySet()) {
        update.bind(at++, entry.getKey()).bind(at++, shard).bind(at++, entry.getValue());
      }
      update.execute();
    }
  }

  /** All counters that are not zero, by name. */
  public Map<String, Long> all() {
    return jdbi.withHandle(Counters::all);
  }

  private static Map<String, Long> all(Handle handle) {
    return values(handle, "select name, sum(value) from counter group by name");
  }

  private static Map<String, Long> values(Handle handle, String query) {
    Map<String, Long> values = new TreeMap<>();
    handle
        .createQuery(query)
        .map((row, context) -> Map.entry(row.getString(1), row.getLong(2)))
        .forEach(entry -> values.put(entry.getKey(), entry.getValue()));
    values.values().removeIf(value -> value == 0);
    return values;
  }

  /** What the counters should be: everything that is in the ledger is counted. */
  Map<String, Long> counted() {
    return jdbi.withHandle(Counters::counted);
  }

  private static Map<String, Long> counted(Handle handle) {
    Map<String, Long> counted =
        values(handle, "select name, value from counter where shard = " + PRUNED);
    add(counted, values(handle, "select 'runs.' || state, count(*) from run group by state"));
    add(counted, values(handle, "select 'polls', coalesce(sum(times), 0) from poll"));
    add(counted, values(handle, "select 'failures.' || name, count(*) from failure group by name"));
    add(counted, values(handle, "select 'staged.bytes', coalesce(sum(bytes), 0) from receipt"));
    return counted;
  }

  private static void add(Map<String, Long> sum, Map<String, Long> values) {
    values.forEach((name, value) -> sum.merge(name, value, Long::sum));
  }

  /** Counts when nothing has been counted yet, or when somebody emptied the counters to have it. */
  void begin() {
    boolean none =
        jdbi.withHandle(
            handle ->
                handle
                    .createQuery("select 1 from counter limit 1")
                    .mapTo(Integer.class)
                    .findOne()
                    .isEmpty());
    if (none) {
      recount();
    }
  }

  /**
   * Counts everything and puts the counters right, for rows that were written past Saddlebag. It
   * takes seconds for a million runs and holds nobody up: the counters and what they count are read
   * as they were at one moment, and only the difference between the two is added.
   *
   * @return what was wrong, by name; empty when nothing was
   */
  public Map<String, Long> recount() {
    return settings.sqlite() ? recountFile() : jdbi.withHandle(this::recountAlone);
  }

  private Map<String, Long> recountFile() {
    // Over a connection of its own: the ledger's only one goes on working.
    Map<String, Long> wrong = Jdbi.create(settings.url()).inTransaction(Counters::wrong);
    mend(wrong);
    return wrong;
  }

  private Map<String, Long> recountAlone(Handle handle) {
    boolean alone =
        handle
            .createQuery("select pg_try_advisory_lock(:lock)")
            .bind("lock", RECOUNT_LOCK)
            .mapTo(Boolean.class)
            .one();
    if (!alone) {
      return Map.of();
    }
    try {
      Map<String, Long> wrong =
          handle.inTransaction(TransactionIsolationLevel.REPEATABLE_READ, Counters::wrong);
      mend(wrong);
      return wrong;
    } finally {
      handle
          .createQuery("select pg_advisory_unlock(:lock)")
          .bind("lock", RECOUNT_LOCK)
          .mapTo(Boolean.class)
          .one();
    }
  }

  private static Map<String, Long> wrong(Handle handle) {
    Map<String, Long> wrong = counted(handle);
    all(handle).forEach((name, value) -> wrong.merge(name, -value, Long::sum));
    wrong.values().removeIf(value -> value == 0);
    return wrong;
  }

  private void mend(Map<String, Long> wrong) {
    Change change = new Change();
    wrong.forEach(change::add);
    jdbi.useTransaction(change::write);
  }
}
