package io.saddlebag.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.export.Incremental;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class CoverageTest {
  private final Coverage days = new Coverage(Incremental.Kind.DAYS);
  private final Coverage seconds = new Coverage(Incremental.Kind.SECONDS);

  @Test
  void days_between_delivered_windows_are_gaps() {
    List<Window> gaps =
        days.gaps(
            new Window("2026-04-01", "2026-04-30"),
            List.of(
                new Window("2026-04-20", "2026-04-24"),
                new Window("2026-04-03", "2026-04-10"),
                new Window("2026-04-09", "2026-04-12")));

    assertThat(gaps)
        .containsExactly(
            new Window("2026-04-01", "2026-04-02"),
            new Window("2026-04-13", "2026-04-19"),
            new Window("2026-04-25", "2026-04-30"));
  }

  @Test
  void windows_that_meet_leave_no_gap() {
    assertThat(
            days.gaps(
                new Window("2026-04-01", "2026-04-03"),
                List.of(
                    new Window("2026-04-01", "2026-04-01"),
                    new Window("2026-04-02", "2026-04-03"))))
        .isEmpty();
    assertThat(
            seconds.gaps(
                new Window("2026-04-01T00:00:00Z", "2026-04-03T00:00:00Z"),
                List.of(
                    new Window(null, "2026-04-02T00:00:00Z"),
                    new Window("2026-04-02T00:00:00Z", "2026-04-09T00:00:00Z"))))
        .isEmpty();
  }

  @Test
  void a_second_left_out_is_a_gap() {
    assertThat(
            seconds.gaps(
                new Window("2026-04-01T00:00:00Z", "2026-04-02T00:00:00Z"),
                List.of(
                    new Window("2026-04-01T00:00:00Z", "2026-04-01T12:00:00Z"),
                    new Window("2026-04-01T12:00:01Z", "2026-04-02T00:00:00Z"))))
        .containsExactly(new Window("2026-04-01T12:00:00Z", "2026-04-01T12:00:01Z"));
  }

  @Test
  void a_gap_is_cut_into_pieces_the_last_of_which_may_be_shorter() {
    assertThat(days.pieces(new Window("2026-04-01", "2026-04-10"), Duration.ofDays(4)))
        .containsExactly(
            new Window("2026-04-01", "2026-04-04"),
            new Window("2026-04-05", "2026-04-08"),
            new Window("2026-04-09", "2026-04-10"));
    assertThat(
            seconds.pieces(
                new Window("2026-04-01T00:00:00Z", "2026-04-01T03:30:00Z"), Duration.ofHours(2)))
        .containsExactly(
            new Window("2026-04-01T00:00:00Z", "2026-04-01T02:00:00Z"),
            new Window("2026-04-01T02:00:00Z", "2026-04-01T03:30:00Z"));
  }

  @Test
  void what_people_write_is_read_or_refused_with_an_example() {
    assertThat(seconds.parse("2026-04-01", "2026-04-02T06:00:00Z"))
        .isEqualTo(new Window("2026-04-01T00:00:00Z", "2026-04-02T06:00:00Z"));
    assertThatThrownBy(() -> days.parse("April", "2026-04-02")).hasMessageContaining("2026-04-30");
    assertThatThrownBy(() -> days.parse("2026-04-03", "2026-04-02"))
        .hasMessageContaining("ends before it begins");
  }
}
