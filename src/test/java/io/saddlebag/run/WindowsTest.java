package io.saddlebag.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowsTest {
  @ParameterizedTest
  @CsvSource({
    "today, 2028-03-31, 2028-03-31",
    "yesterday, 2028-03-30, 2028-03-30",
    "last-7-days, 2028-03-24, 2028-03-30",
    "last-30-days, 2028-03-01, 2028-03-30",
    "this-month, 2028-03-01, 2028-03-31",
    "last-month, 2028-02-01, 2028-02-29"
  })
  void a_period_is_whole_days_seen_from_the_day_of_the_run(
      String period, LocalDate from, LocalDate to) {
    assertThat(Windows.days(period, LocalDate.of(2028, 3, 31))).containsExactly(from, to);
  }
}
