package io.saddlebag.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PollPlanTest {
  private static final Duration MIN = Duration.ofSeconds(2);
  private static final Duration MAX = Duration.ofSeconds(30);
  private final PollPlan plan = new PollPlan(new Random(1));

  private Duration next(long ageSeconds, @Nullable Integer progress, Integer... pastSeconds) {
    List<Duration> past = Arrays.stream(pastSeconds).map(Duration::ofSeconds).toList();
    return plan.next(past, Duration.ofSeconds(ageSeconds), progress, MIN, MAX);
  }

  @Test
  void the_first_poll_comes_after_the_shortest_wait_when_nothing_is_known() {
    assertThat(next(0, null)).isEqualTo(MIN);
  }

  @Test
  void the_first_poll_comes_shortly_before_the_time_that_jobs_usually_take() {
    Duration wait = next(0, null, 19, 20, 20, 21, 20, 19, 21, 20);
    assertThat(wait).isBetween(Duration.ofSeconds(13), Duration.ofSeconds(20));
    assertThat(next(0, null, 3600, 3500, 3700)).isGreaterThan(MAX.multipliedBy(9).dividedBy(10));
  }

  @Test
  void jobs_that_vary_are_asked_earlier_than_jobs_that_do_not() {
    assertThat(next(0, null, 5, 40, 20, 12, 28)).isLessThan(next(0, null, 20, 20, 20, 20, 20));
  }

  @Test
  void a_job_is_asked_most_often_when_it_is_likely_to_end() {
    Integer[] past = {200, 195, 205, 200, 190, 210};
    assertThat(next(200, null, past)).isLessThan(next(120, null, past));
    assertThat(next(200, null, past)).isLessThan(next(2000, null, past));
  }

  @Test
  void old_jobs_of_which_nothing_is_known_are_asked_less_often() {
    assertThat(next(1, null)).isEqualTo(MIN);
    assertThat(next(100, null)).isBetween(Duration.ofSeconds(9), Duration.ofSeconds(11));
    assertThat(next(5 * 3600, null)).isEqualTo(MAX);
  }

  @Test
  void a_job_that_says_it_is_nearly_done_is_asked_sooner() {
    assertThat(next(100, 95)).isLessThan(Duration.ofSeconds(4));
    Integer[] past = {200, 230, 170};
    assertThat(next(60, 90, past)).isLessThan(next(60, 20, past)).isLessThan(next(60, null, past));
  }

  @Test
  void no_progress_no_age_and_no_history_moves_a_poll_out_of_its_bounds() {
    for (Integer[] past : new Integer[][] {{}, {0}, {1}, {1_000_000}, {0, 1_000_000}, {5, 5, 5}}) {
      for (int progress = -5; progress < 200; progress++) {
        for (long age : new long[] {0, 1, 60, 3600, 86_400, 40_000_000}) {
          assertThat(next(age, progress, past)).isBetween(MIN, MAX);
        }
      }
    }
  }

  @Test
  void bounds_that_contradict_each_other_are_settled_by_the_shortest_wait() {
    assertThat(plan.next(List.of(MAX), Duration.ZERO, null, MAX, MIN)).isEqualTo(MAX);
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
