package io.saddlebag.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PollPlanTest {
  private static final Duration MIN = Duration.ofSeconds(2);
  private static final Duration MAX = Duration.ofSeconds(30);
  private final PollPlan plan = new PollPlan(new Random(1));

  @Test
  void the_first_poll_comes_after_the_shortest_wait_when_nothing_is_known() {
    assertThat(plan.first(null, MIN, MAX)).isBetween(MIN, Duration.ofMillis(2200));
  }

  @Test
  void the_first_poll_comes_after_the_usual_duration_within_the_bounds() {
    assertThat(plan.first(Duration.ofSeconds(10), MIN, MAX))
        .isBetween(Duration.ofSeconds(9), Duration.ofSeconds(11));
    assertThat(plan.first(Duration.ofHours(1), MIN, MAX)).isEqualTo(MAX);
  }

  @Test
  void old_jobs_are_asked_less_often() {
    assertThat(plan.next(Duration.ofSeconds(1), null, MIN, MAX)).isEqualTo(MIN);
    assertThat(plan.next(Duration.ofSeconds(100), null, MIN, MAX))
        .isBetween(Duration.ofSeconds(9), Duration.ofSeconds(11));
    assertThat(plan.next(Duration.ofHours(5), null, MIN, MAX)).isEqualTo(MAX);
  }

  @Test
  void a_job_that_says_it_is_nearly_done_is_asked_sooner() {
    assertThat(plan.next(Duration.ofSeconds(100), 95, MIN, MAX)).isLessThan(Duration.ofSeconds(4));
  }

  @Test
  void no_progress_moves_a_poll_out_of_its_bounds() {
    for (int progress = -5; progress < 200; progress++) {
      for (long age : new long[] {0, 1, 60, 3600, 86_400}) {
        assertThat(plan.next(Duration.ofSeconds(age), progress, MIN, MAX)).isBetween(MIN, MAX);
      }
    }
  }

  @Test
  void backoff_grows_up_to_its_cap_and_is_jittered() {
    Backoff backoff = new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(5), new Random(1));
    for (int failures = 1; failures < 100; failures++) {
      Duration longest = Duration.ofSeconds(2L << Math.min(failures - 1, 20));
      assertThat(backoff.after(failures))
          .isPositive()
          .isLessThanOrEqualTo(
              longest.compareTo(Duration.ofMinutes(5)) > 0 ? Duration.ofMinutes(5) : longest);
    }
    assertThat(backoff.atLeast(Duration.ofSeconds(30)))
        .isBetween(Duration.ofSeconds(30), Duration.ofSeconds(34));
  }
}
