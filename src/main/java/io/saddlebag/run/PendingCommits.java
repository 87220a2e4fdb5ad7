package io.saddlebag.run;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits what cannot be got a second time: the id of a job that a vendor has made, the receipt of
 * a file, that a file was delivered. While the ledger is away they wait for it, as long as the
 * process lives. Whether the run is still in the attempt that they belong to is decided when it is
 * back. Thread-safe.
 */
public final class PendingCommits {
  private static final Logger LOG = LoggerFactory.getLogger(PendingCommits.class);
  private static final long FIRST_PAUSE_MILLIS = 20;
  private static final long LONGEST_PAUSE_MILLIS = 500;

  /** Classes of SQL states that no waiting mends: of data, of constraints, of the statement. */
  private static final Set<String> FINAL = Set.of("0A", "21", "22", "23", "42");

  /** The same of SQLite, which has no states: https://www.sqlite.org/rescode.html */
  private static final Set<Integer> FINAL_OF_SQLITE = Set.of(1, 18, 19, 20, 21, 25, 26);

  private final BooleanSupplier closed;
  private final AtomicLong numbers = new AtomicLong();
  private final Map<Long, Pending> pending = new ConcurrentHashMap<>();

  private record Pending(String run, String what) {}

  /**
   * Commits to one ledger.
   *
   * @param closed whether this process has closed it, so that it will not come back
   */
  PendingCommits(BooleanSupplier closed) {
    this.closed = closed;
  }

  /** One transaction. */
  @FunctionalInterface
  public interface Commit<T> {
    /**
     * Commits it.
     *
     * @param again whether it was tried before: the ledger may have committed it without being able
     *     to say so
     */
    T run(boolean again);
  }

  /**
   * Commits, and while the ledger is away tries again.
   *
   * @param run the run that it is of
   * @param what what would be lost, in words that can stand in a log
   * @throws RuntimeException what the commit throws when the ledger is there
   */
  public <T> T commit(String run, String what, Commit<T> commit) {
    long number = numbers.incrementAndGet();
    long pause = FIRST_PAUSE_MILLIS;
    boolean interrupted = false;
    boolean again = false;
    try {
      while (true) {
        try {
          T committed = commit.run(again);
          if (again) {
            LOG.info("{}: the ledger is back, and has {}", run, what);
          }
          return committed;
        } catch (RuntimeException e) {
          if (!ledgerAway(e)) {
            throw e;
          }
          if (closed.getAsBoolean()) {
            LOG.error("{}: the ledger did not come back before the end: {} is lost", run, what, e);
            throw e;
          }
          if (!again) {
            pending.put(number, new Pending(run, what));
            LOG.error(
                "{}: the ledger cannot keep {} ({}); that is tried until it can",
                run,
                what,
                e.getMessage());
          }
          again = true;
        }
        try {
          Thread.sleep(pause);
        } catch (InterruptedException e) {
          // Whoever stops the process wants the end, but not at the price of what is in memory.
          interrupted = true;
        }
        pause = Math.min(LONGEST_PAUSE_MILLIS, pause * 2);
      }
    } finally {
      pending.remove(number);
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Whether something of a run waits: it must not be carried on from what the ledger says. */
  boolean of(String run) {
    return pending.values().stream().anyMatch(one -> one.run().equals(run));
  }

  /** What waits, in a sentence; empty while nothing does. */
  public Optional<String> sentence() {
    List<Pending> now = new ArrayList<>(pending.values());
    if (now.isEmpty()) {
      return Optional.empty();
    }
    Pending first = now.get(0);
    return Optional.of(
        now.size()
            + (now.size() == 1 ? " commit waits" : " commits wait")
            + " for the ledger, as "
            + first.what()
            + " of "
            + first.run()
            + ": do not end the process before the ledger is back");
  }

  /** Whether a failure says that the ledger cannot be reached or written at this moment. */
  static boolean ledgerAway(@org.jspecify.annotations.Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException refusal) {
        String state = refusal.getSQLState();
        return state != null && state.length() == 5
            ? !FINAL.contains(state.substring(0, 2))
            : !FINAL_OF_SQLITE.contains(refusal.getErrorCode() & 0xFF);
      }
    }
    return false;
  }
}
