package io.saddlebag.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Whose turn it is when a vendor is slow. */
class TurnsTest {
  private final AtomicLong ticks = new AtomicLong();
  private OptionalInt limit = OptionalInt.empty();
  private int connections = 5;
  private final Turns turns =
      new Turns(
          new EngineSettings("node", false, 16, 4, Duration.ofMillis(250)),
          (connection, lane) -> limit,
          () -> connections,
          ticks::get);

  private boolean begins(String run, String connection) {
    return turns.begin(run, connection, Lane.STEPS, Optional::empty).isEmpty();
  }

  private int beginning(String connection, int runs) {
    int begun = 0;
    for (int i = 0; i < runs; i++) {
      begun += begins(connection + i, connection) ? 1 : 0;
    }
    return begun;
  }

  @Test
  void connections_that_hang_one_after_the_other_leave_room_for_the_next() {
    assertThat(beginning("a", 100)).isEqualTo(8);
    assertThat(beginning("b", 100)).isEqualTo(4);
    assertThat(beginning("c", 100)).isEqualTo(2);
    assertThat(beginning("d", 100)).isEqualTo(1);
    assertThat(beginning("e", 100)).isEqualTo(1);
  }

  @Test
  void transfers_have_a_share_of_their_own() {
    assertThat(beginning("a", 100)).isEqualTo(8);

    assertThat(turns.begin("x0", "a", Lane.TRANSFERS, Optional::empty)).isEmpty();
    assertThat(turns.begin("x1", "a", Lane.TRANSFERS, Optional::empty)).isEmpty();
    assertThat(turns.begin("x2", "a", Lane.TRANSFERS, Optional::empty)).isPresent();
    assertThat(turns.begin("y", "b", Lane.TRANSFERS, Optional::empty)).isEmpty();
  }

  @Test
  void the_only_connection_takes_all_threads() {
    connections = 1;

    assertThat(beginning("a", 100)).isEqualTo(16);
  }

  @Test
  void a_limit_that_is_set_counts() {
    limit = OptionalInt.of(3);

    assertThat(beginning("a", 100)).isEqualTo(3);
    assertThat(beginning("b", 100)).isEqualTo(3);
  }

  @Test
  void runs_begin_in_the_order_in_which_they_came() {
    limit = OptionalInt.of(1);
    assertThat(begins("first", "a")).isTrue();
    List<String> waiting = List.of("r1", "r2", "r3", "r4");
    waiting.forEach(run -> assertThat(begins(run, "a")).isFalse());

    List<String> order = new ArrayList<>();
    String under = "first";
    for (int i = 0; i < waiting.size(); i++) {
      List<Turns.Roused> roused = turns.end(under, "a", Lane.STEPS);
      assertThat(roused).hasSize(1);
      // Whoever comes in between, and whoever looks too early, does not pass those that wait.
      assertThat(begins("late" + i, "a")).isFalse();
      under = roused.get(0).run();
      assertThat(begins(under, "a")).isTrue();
      order.add(under);
    }

    assertThat(order).isEqualTo(waiting);
  }

  @Test
  void who_was_woken_and_went_elsewhere_keeps_nobody_waiting() {
    limit = OptionalInt.of(1);
    begins("first", "a");
    begins("cancelled", "a");
    begins("next", "a");
    assertThat(turns.end("first", "a", Lane.STEPS)).extracting("run").containsExactly("cancelled");
    assertThat(begins("next", "a")).isFalse();

    ticks.addAndGet(Duration.ofSeconds(6).toNanos());

    assertThat(begins("next", "a")).isTrue();
  }

  @Test
  void looks_of_many_runs_that_wait_are_few_in_a_second() {
    limit = OptionalInt.of(1);
    begins("first", "a");
    Duration last = Duration.ZERO;
    for (int i = 0; i < 1000; i++) {
      last = turns.begin("r" + i, "a", Lane.STEPS, Optional::empty).orElseThrow();
    }

    assertThat(last).isGreaterThan(Duration.ofSeconds(1000 / 20));
  }

  @Test
  void what_holds_a_run_up_is_asked_only_when_there_is_room() {
    limit = OptionalInt.of(1);
    begins("first", "a");
    List<String> asked = new ArrayList<>();

    turns.begin(
        "second",
        "a",
        Lane.STEPS,
        () -> {
          asked.add("second");
          return Optional.empty();
        });

    assertThat(asked).isEmpty();
  }

  @Test
  void a_run_that_is_called_while_it_is_about_to_wait_hears_it() {
    limit = OptionalInt.of(1);
    begins("first", "a");
    begins("second", "a");

    turns.end("first", "a", Lane.STEPS);

    assertThat(turns.roused("second", "a", Lane.STEPS)).isTrue();
    assertThat(begins("second", "a")).isTrue();
  }
}
