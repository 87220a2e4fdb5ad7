package io.saddlebag.run;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * How many calls an hour all nodes together make over a connection. A tenth of the budget may be
 * spent at once, the rest comes back evenly, so that no hour has more calls than the vendor allows
 * wherever one lets it begin, and a spent budget costs seconds and not the rest of the hour (the
 * generic cell rate algorithm: one number in one row, moved on by compare and set). A node that
 * dies holds nothing of it. Thread-safe.
 */
public final class CallBudgets {
  private static final long HOUR = Duration.ofHours(1).toNanos() / 1000;
  private static final int TRIES = 50;

  private final Jdbi jdbi;

  CallBudgets(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * Takes one call out of the budget.
   *
   * @param perHour how many calls an hour the vendor allows, 1 or more
   * @param first whether it is the first call of its step: a fifth of what may be spent at once is
   *     left to the steps that have begun, or none would come to its end
   * @return nothing when the call may be made, else how long to wait
   */
  public Optional<Duration> take(String connection, long perHour, boolean first, Instant now) {
    long atOnce = Math.max(Math.max(1, perHour / 10), Math.min(perHour / 2, 10));
    long left = first ? atOnce - atOnce / 5 : atOnce;
    long each = HOUR / Math.max(1, perHour - atOnce);
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, now);
    return jdbi.withHandle(
        handle -> {
          for (int i = 0; i < TRIES; i++) {
            Long found = spentUntil(handle, connection);
            // One that lies further ahead was written by a clock that was wrong.
            long spent =
                found == null ? micros : Math.min(Math.max(found, micros), micros + atOnce * each);
            long ahead = spent - micros - (left - 1) * each;
            if (ahead > 0) {
              return Optional.of(Duration.of(ahead, ChronoUnit.MICROS));
            }
            if (moveOn(handle, connection, found, spent + each)) {
              return Optional.empty();
            }
          }
          return Optional.of(Duration.ofSeconds(1));
        });
  }

  private static @Nullable Long spentUntil(Handle handle, String connection) {
    return handle
        .createQuery("select spent_until from call_budget where connection = :connection")
        .bind("connection", connection)
        .mapTo(Long.class)
        .findOne()
        .orElse(null);
  }

  private static boolean moveOn(Handle handle, String connection, @Nullable Long from, long to) {
    return handle
            .createUpdate(
                from == null
                    ? "insert into call_budget (connection, spent_until)"
                        + " values (:connection, :to) on conflict do nothing"
                    : "update call_budget set spent_until = :to"
                        + " where connection = :connection and spent_until = :from")
            .bind("connection", connection)
            .bind("to", to)
            .bind("from", from)
            .execute()
        == 1;
  }
}
