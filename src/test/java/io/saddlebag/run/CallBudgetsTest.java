package io.saddlebag.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The budget of calls that a vendor allows to an account. */
class CallBudgetsTest {
  private static final Instant START = Instant.parse("2026-11-24T10:00:00Z");

  @TempDir Path folder;

  private Ledger open() {
    return Ledger.open(
        new LedgerSettings("jdbc:sqlite:" + folder.resolve("ledger.db"), null, null));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 4, 10, 11, 100, 600})
  void no_hour_has_more_calls_than_the_vendor_allows(long perHour) {
    Random random = new Random(7);
    List<Instant> calls = new ArrayList<>();
    try (Ledger ledger = open()) {
      Instant now = START;
      while (now.isBefore(START.plus(Duration.ofHours(4)))) {
        Optional<Duration> wait =
            ledger.budgets().take("admissions", perHour, random.nextBoolean(), now);
        if (wait.isEmpty()) {
          calls.add(now);
        } else {
          assertThat(wait.get()).isPositive().isLessThanOrEqualTo(Duration.ofHours(1));
        }
        now = now.plusMillis(wait.isEmpty() ? 1 : random.nextInt(1, 8000));
      }
    }

    for (int i = 0; i < calls.size(); i++) {
      Instant end = calls.get(i).plus(Duration.ofHours(1));
      long inHour = calls.stream().skip(i).filter(call -> call.isBefore(end)).count();
      assertThat(inHour).isLessThanOrEqualTo(perHour);
    }
    assertThat((long) calls.size()).isGreaterThanOrEqualTo(perHour);
  }

  @Test
  void a_spent_budget_costs_seconds_and_not_the_rest_of_the_hour() {
    try (Ledger ledger = open()) {
      Optional<Duration> wait = Optional.empty();
      int calls = -1;
      while (wait.isEmpty()) {
        wait = ledger.budgets().take("admissions", 5000, false, START);
        calls++;
      }

      assertThat(calls).isEqualTo(500);
      assertThat(wait.get()).isLessThan(Duration.ofSeconds(1));
    }
  }

  @Test
  void steps_that_have_begun_come_to_their_end() {
    try (Ledger ledger = open()) {
      while (ledger.budgets().take("admissions", 1000, true, START).isEmpty()) {
        // A step of one call.
      }

      assertThat(ledger.budgets().take("admissions", 1000, true, START)).isPresent();
      assertThat(ledger.budgets().take("admissions", 1000, false, START)).isEmpty();
    }
  }

  @Test
  void connections_have_budgets_of_their_own() {
    try (Ledger ledger = open()) {
      assertThat(ledger.budgets().take("one", 1, true, START)).isEmpty();
      assertThat(ledger.budgets().take("one", 1, true, START)).isPresent();
      assertThat(ledger.budgets().take("other", 1, true, START)).isEmpty();
    }
  }

  @Test
  void a_clock_that_was_years_ahead_does_not_stop_the_calls() {
    try (Ledger ledger = open()) {
      ledger.budgets().take("one", 100, true, START.plus(Duration.ofDays(3650)));

      assertThat(ledger.budgets().take("one", 100, true, START).orElse(Duration.ZERO))
          .isLessThan(Duration.ofMinutes(3));
    }
  }

  @Test
  void nodes_that_call_at_once_share_one_budget() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
      LedgerSettings settings =
          new LedgerSettings(postgres.getJdbcUrl("postgres", "postgres"), "postgres", null);
      try (Ledger one = Ledger.open(settings);
          Ledger two = Ledger.open(settings)) {
        long made =
            IntStream.range(0, 400)
                .parallel()
                .filter(
                    i ->
                        (i % 2 == 0 ? one : two)
                            .budgets()
                            .take("admissions", 1000, false, START)
                            .isEmpty())
                .count();

        assertThat(made).isEqualTo(100);
      }
    }
  }
}
