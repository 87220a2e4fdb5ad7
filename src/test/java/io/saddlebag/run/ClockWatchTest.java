package io.saddlebag.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.TestClock;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A clock that was hours ahead, and is put right. */
class ClockWatchTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant AHEAD = NOW.plus(Duration.ofHours(3));

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"sqlite", "postgresql"})
  void parks_no_run_for_these_hours(String database) throws Exception {
    if (database.equals("sqlite")) {
      parksNoRun(new LedgerSettings("jdbc:sqlite:" + folder.resolve("ledger.db"), null, null));
    } else {
      try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
        parksNoRun(
            new LedgerSettings(postgres.getJdbcUrl("postgres", "postgres"), "postgres", null));
      }
    }
  }

  private void parksNoRun(LedgerSettings settings) {
    try (Ledger ledger = Ledger.open(settings)) {
      Wakeups wakeups = Wakeups.throughRows(ledger.dataSource());
      Jdbi jdbi = Jdbi.create(ledger.dataSource());
      TestClock clock = new TestClock(AHEAD);
      Run run = new Walk(ledger, NOW).to(RunState.PENDING);
      ledger.moves().pending(run, "running", "PENDING", 10, AHEAD, AHEAD.plusSeconds(30));
      wakeups.ensure(ledger.runs().get(run.id()));
      AtomicInteger woken = new AtomicInteger();
      ClockWatch watch = new ClockWatch(ledger, wakeups, woken::incrementAndGet, clock);
      watch.look();
      assertThat(ledger.runs().get(run.id()).dueAt()).isEqualTo(AHEAD.plusSeconds(30));

      clock.advance(Duration.between(AHEAD, NOW.plusSeconds(10)));
      watch.look();

      assertThat(woken).as("timers that wait for a moment look again").hasValue(1);
      assertThat(ledger.runs().get(run.id()).dueAt()).isEqualTo(NOW.plusSeconds(40));
      assertThat(executionTime(jdbi)).isEqualTo(NOW.plusSeconds(40));
    }
  }

  private static Instant executionTime(Jdbi jdbi) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery("select execution_time from scheduled_steps")
                .map((row, context) -> row.getTimestamp(1).toInstant())
                .one());
  }

  @Test
  void a_wait_that_is_meant_is_kept_and_so_is_one_after_a_restart_put_right() {
    try (Ledger ledger =
        Ledger.open(new LedgerSettings("jdbc:sqlite:" + folder.resolve("l.db"), null, null))) {
      Wakeups wakeups = Wakeups.throughRows(ledger.dataSource());
      Run run = new Walk(ledger, NOW).to(RunState.PENDING);
      ledger.moves().park(run, 1, NOW.plus(Duration.ofHours(2)), "BUSY, attempt 1");

      new ClockWatch(ledger, wakeups, () -> {}, new TestClock(NOW)).look();
      assertThat(ledger.runs().get(run.id()).dueAt()).isEqualTo(NOW.plus(Duration.ofHours(2)));

      ledger.history().failed(run.id(), RunState.PENDING, Walk.failure(), false, AHEAD);
      ledger
          .moves()
          .park(
              ledger.runs().get(run.id()), 2, AHEAD.plus(Duration.ofMinutes(5)), "BUSY, attempt 2");
      new ClockWatch(ledger, wakeups, () -> {}, new TestClock(NOW)).look();
      assertThat(ledger.runs().get(run.id()).dueAt()).isEqualTo(NOW.plus(Duration.ofMinutes(5)));
    }
  }

  @Test
  void a_node_that_died_ahead_is_not_taken_for_alive_until_then() {
    try (Ledger ledger =
        Ledger.open(new LedgerSettings("jdbc:sqlite:" + folder.resolve("l.db"), null, null))) {
      Wakeups wakeups = Wakeups.throughRows(ledger.dataSource());
      Jdbi jdbi = Jdbi.create(ledger.dataSource());
      wakeups.ensure(new Walk(ledger, NOW).to(RunState.PENDING));
      jdbi.useHandle(
          handle ->
              handle
                  .createUpdate("update scheduled_steps set picked = :yes, last_heartbeat = :at")
                  .bind("yes", true)
                  .bind("at", Timestamp.from(AHEAD))
                  .execute());

      new ClockWatch(ledger, wakeups, () -> {}, new TestClock(NOW)).look();

      Instant heartbeat =
          jdbi.withHandle(
              handle ->
                  handle
                      .createQuery("select last_heartbeat from scheduled_steps")
                      .map((row, context) -> row.getTimestamp(1).toInstant())
                      .one());
      assertThat(heartbeat).isEqualTo(NOW);
    }
  }
}
