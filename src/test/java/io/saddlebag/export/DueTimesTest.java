package io.saddlebag.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a cron expression means on the days on which clocks change. The expected moments are written
 * out by hand from the zones' rules (https://www.iana.org/time-zones).
 */
class DueTimesTest {
  private static List<String> due(String cron, String zone, String after, int most) {
    DueTimes due = DueTimes.of(cron, ZoneId.of(zone));
    List<String> moments = new ArrayList<>();
    Optional<Instant> next = due.next(Instant.parse(after));
    while (next.isPresent() && moments.size() < most) {
      moments.add(next.get().toString());
      next = due.next(next.get());
    }
    return moments;
  }

  private static long count(String cron, String zone, String after, Duration during) {
    DueTimes due = DueTimes.of(cron, ZoneId.of(zone));
    Instant end = Instant.parse(after).plus(during);
    return Stream.iterate(
            due.next(Instant.parse(after)).orElseThrow(), at -> due.next(at).orElseThrow())
        .takeWhile(moment -> !moment.isAfter(end))
        .count();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # New York, 2027-03-14: 02:00 EST (-5) becomes 03:00 EDT (-4) at 07:00Z.
          0 0 2 * * ?           | America/New_York | 2027-03-12T12:00:00Z | 2027-03-13T07:00:00Z 2027-03-14T07:00:00Z 2027-03-15T06:00:00Z
          0 30 2 * * ?          | America/New_York | 2027-03-13T12:00:00Z | 2027-03-14T07:00:00Z 2027-03-15T06:30:00Z
          30 59 2 * * ?         | America/New_York | 2027-03-13T12:00:00Z | 2027-03-14T07:00:00Z 2027-03-15T06:59:30Z
          0 59 1 * * ?          | America/New_York | 2027-03-13T12:00:00Z | 2027-03-14T06:59:00Z 2027-03-15T05:59:00Z
          0 0 3 * * ?           | America/New_York | 2027-03-13T12:00:00Z | 2027-03-14T07:00:00Z 2027-03-15T07:00:00Z
          0 0 2 ? * SUN         | America/New_York | 2027-03-08T00:00:00Z | 2027-03-14T07:00:00Z 2027-03-21T06:00:00Z
          0 0 2 ? * 1#2         | America/New_York | 2027-02-20T00:00:00Z | 2027-03-14T07:00:00Z 2027-04-11T06:00:00Z
          0 0 2 14 * ?          | America/New_York | 2027-02-20T00:00:00Z | 2027-03-14T07:00:00Z 2027-04-14T06:00:00Z
          0 30 2 14 3 ? 2027    | America/New_York | 2026-01-01T00:00:00Z | 2027-03-14T07:00:00Z
          0 0 1,2,3 * * ?       | America/New_York | 2027-03-13T12:00:00Z | 2027-03-14T06:00:00Z 2027-03-14T07:00:00Z 2027-03-15T05:00:00Z
          0 0 1-4 * * ?         | America/New_York | 2027-03-13T12:00:00Z | 2027-03-14T06:00:00Z 2027-03-14T07:00:00Z 2027-03-14T08:00:00Z 2027-03-15T05:00:00Z
          0 0 */2 * * ?         | America/New_York | 2027-03-14T03:30:00Z | 2027-03-14T05:00:00Z 2027-03-14T07:00:00Z 2027-03-14T08:00:00Z
          0 0/15 2 * * ?        | America/New_York | 2027-03-13T12:00:00Z | 2027-03-14T07:00:00Z 2027-03-15T06:00:00Z 2027-03-15T06:15:00Z
          0 0 * * * ?           | America/New_York | 2027-03-14T05:30:00Z | 2027-03-14T06:00:00Z 2027-03-14T07:00:00Z 2027-03-14T08:00:00Z
          0 30 * * * ?          | America/New_York | 2027-03-14T06:00:00Z | 2027-03-14T06:30:00Z 2027-03-14T07:30:00Z 2027-03-14T08:30:00Z
          0 0/15 * * * ?        | America/New_York | 2027-03-14T06:40:00Z | 2027-03-14T06:45:00Z 2027-03-14T07:00:00Z 2027-03-14T07:15:00Z
          0 5/15 * * * ?        | America/New_York | 2027-03-14T06:40:00Z | 2027-03-14T06:50:00Z 2027-03-14T07:05:00Z 2027-03-14T07:20:00Z
          # New York, 2027-11-07: 02:00 EDT becomes 01:00 EST at 06:00Z.
          0 30 1 * * ?          | America/New_York | 2027-11-06T12:00:00Z | 2027-11-07T05:30:00Z 2027-11-08T06:30:00Z
          0 30 1 * * ?          | America/New_York | 2027-11-07T05:30:00Z | 2027-11-08T06:30:00Z
          0 30 1 * * ?          | America/New_York | 2027-11-07T06:10:00Z | 2027-11-08T06:30:00Z
          0 0 1 * * ?           | America/New_York | 2027-11-06T12:00:00Z | 2027-11-07T05:00:00Z 2027-11-08T06:00:00Z
          0 0 2 * * ?           | America/New_York | 2027-11-06T12:00:00Z | 2027-11-07T07:00:00Z 2027-11-08T07:00:00Z
          0 0 1 ? * SUN         | America/New_York | 2027-11-06T12:00:00Z | 2027-11-07T05:00:00Z 2027-11-14T06:00:00Z
          0 0 1,13 * * ?        | America/New_York | 2027-11-06T20:00:00Z | 2027-11-07T05:00:00Z 2027-11-07T18:00:00Z 2027-11-08T06:00:00Z
          0 0 0-3 * * ?         | America/New_York | 2027-11-07T00:00:00Z | 2027-11-07T04:00:00Z 2027-11-07T05:00:00Z 2027-11-07T07:00:00Z 2027-11-07T08:00:00Z
          0 0 * * * ?           | America/New_York | 2027-11-07T04:30:00Z | 2027-11-07T05:00:00Z 2027-11-07T06:00:00Z 2027-11-07T07:00:00Z
          0 0 0-23 * * ?        | America/New_York | 2027-11-07T04:30:00Z | 2027-11-07T05:00:00Z 2027-11-07T06:00:00Z 2027-11-07T07:00:00Z
          0 0/30 1 * * ?        | America/New_York | 2027-11-07T00:00:00Z | 2027-11-07T05:00:00Z 2027-11-07T05:30:00Z 2027-11-07T06:00:00Z 2027-11-07T06:30:00Z 2027-11-08T06:00:00Z
          0 0,30 1 * * ?        | America/New_York | 2027-11-07T00:00:00Z | 2027-11-07T05:00:00Z 2027-11-07T05:30:00Z 2027-11-08T06:00:00Z
          # Lord Howe, 2026-10-04: 02:00 (+10:30) becomes 02:30 (+11) at 15:30Z of the day before.
          0 0 2 * * ?           | Australia/Lord_Howe | 2026-10-02T18:00:00Z | 2026-10-03T15:30:00Z 2026-10-04T15:00:00Z
          0 15 2 * * ?          | Australia/Lord_Howe | 2026-10-02T18:00:00Z | 2026-10-03T15:30:00Z 2026-10-04T15:15:00Z
          0 30 2 * * ?          | Australia/Lord_Howe | 2026-10-02T18:00:00Z | 2026-10-03T15:30:00Z 2026-10-04T15:30:00Z
          0 0 2 ? * SUN         | Australia/Lord_Howe | 2026-09-30T00:00:00Z | 2026-10-03T15:30:00Z 2026-10-10T15:00:00Z
          0 0 * * * ?           | Australia/Lord_Howe | 2026-10-03T14:00:00Z | 2026-10-03T14:30:00Z 2026-10-03T15:30:00Z 2026-10-03T16:00:00Z
          0 40 * * * ?          | Australia/Lord_Howe | 2026-10-03T14:00:00Z | 2026-10-03T14:10:00Z 2026-10-03T15:10:00Z 2026-10-03T15:40:00Z
          # Lord Howe, 2027-04-04: 02:00 (+11) becomes 01:30 (+10:30) at 15:00Z of the day before.
          0 45 1 * * ?          | Australia/Lord_Howe | 2027-04-02T18:00:00Z | 2027-04-03T14:45:00Z 2027-04-04T15:15:00Z
          0 15 1 * * ?          | Australia/Lord_Howe | 2027-04-02T18:00:00Z | 2027-04-03T14:15:00Z 2027-04-04T14:45:00Z
          0 0 2 * * ?           | Australia/Lord_Howe | 2027-04-02T18:00:00Z | 2027-04-03T15:30:00Z 2027-04-04T15:30:00Z
          0 0/15 * * * ?        | Australia/Lord_Howe | 2027-04-03T14:40:00Z | 2027-04-03T14:45:00Z 2027-04-03T15:00:00Z 2027-04-03T15:15:00Z 2027-04-03T15:30:00Z
          # Casablanca leaves +01 for +00 during Ramadan: in 2026 back at 03:00 on 02-15 (02:00Z), on at 02:00 on 03-22 (02:00Z).
          0 30 2 * * ?          | Africa/Casablanca | 2026-02-14T12:00:00Z | 2026-02-15T01:30:00Z 2026-02-16T02:30:00Z
          0 0 3 * * ?           | Africa/Casablanca | 2026-02-14T12:00:00Z | 2026-02-15T03:00:00Z 2026-02-16T03:00:00Z
          0 0 2 * * ?           | Africa/Casablanca | 2026-03-20T12:00:00Z | 2026-03-21T02:00:00Z 2026-03-22T02:00:00Z 2026-03-23T01:00:00Z
          0 30 2 ? * SUN        | Africa/Casablanca | 2026-03-20T12:00:00Z | 2026-03-22T02:00:00Z 2026-03-29T01:30:00Z
          # Santiago, 2026-09-06: 00:00 (-4) becomes 01:00 (-3) at 04:00Z; 2027-04-04: 00:00 (-3) becomes 23:00 of the day before at 03:00Z.
          0 0 0 * * ?           | America/Santiago | 2026-09-05T12:00:00Z | 2026-09-06T04:00:00Z 2026-09-07T03:00:00Z
          0 30 0 ? * SUN        | America/Santiago | 2026-09-05T12:00:00Z | 2026-09-06T04:00:00Z 2026-09-13T03:30:00Z
          0 30 23 * * ?         | America/Santiago | 2027-04-03T12:00:00Z | 2027-04-04T02:30:00Z 2027-04-05T03:30:00Z
          0 0 0 * * ?           | America/Santiago | 2027-04-03T12:00:00Z | 2027-04-04T04:00:00Z 2027-04-05T04:00:00Z
          0 30 23 ? * SAT       | America/Santiago | 2027-04-03T12:00:00Z | 2027-04-04T02:30:00Z 2027-04-11T03:30:00Z
          # Cairo, 2027-04-30: 00:00 (+2) becomes 01:00 (+3) at 22:00Z of the day before; 2027-10-29: 00:00 (+3) becomes 23:00 of the day before at 21:00Z.
          0 0 0 * * ?           | Africa/Cairo | 2027-04-29T00:00:00Z | 2027-04-29T22:00:00Z 2027-04-30T21:00:00Z
          0 0 0 L * ?           | Africa/Cairo | 2027-03-31T00:00:00Z | 2027-04-29T22:00:00Z 2027-05-30T21:00:00Z
          0 15 0 ? * 6L         | Africa/Cairo | 2027-04-01T00:00:00Z | 2027-04-29T22:00:00Z 2027-05-27T21:15:00Z
          0 15 23 * * ?         | Africa/Cairo | 2027-10-28T00:00:00Z | 2027-10-28T20:15:00Z 2027-10-29T21:15:00Z
          # Apia went from -10 to +14 at the end of 2011-12-29 (10:00Z of the 30th): there was no 30th.
          0 0 2 * * ?           | Pacific/Apia | 2011-12-29T00:00:00Z | 2011-12-29T12:00:00Z 2011-12-30T10:00:00Z 2011-12-30T12:00:00Z 2011-12-31T12:00:00Z
          0 0 2 ? * FRI         | Pacific/Apia | 2011-12-29T00:00:00Z | 2011-12-30T10:00:00Z 2012-01-05T12:00:00Z
          0 0 2 30 * ?          | Pacific/Apia | 2011-12-29T00:00:00Z | 2011-12-30T10:00:00Z 2012-01-29T12:00:00Z
          0 0 2 ? * MON         | Pacific/Apia | 2011-12-29T00:00:00Z | 2012-01-01T12:00:00Z 2012-01-08T12:00:00Z
          0 0 * * * ?           | Pacific/Apia | 2011-12-30T08:30:00Z | 2011-12-30T09:00:00Z 2011-12-30T10:00:00Z 2011-12-30T11:00:00Z
          # Nairobi never changes.
          0 0 2 * * ?           | Africa/Nairobi | 2027-03-13T12:00:00Z | 2027-03-13T23:00:00Z 2027-03-14T23:00:00Z
          0 0 2 ? * MON-FRI     | Africa/Nairobi | 2027-03-12T00:00:00Z | 2027-03-14T23:00:00Z 2027-03-15T23:00:00Z
          0 0 2 31 * ?          | Africa/Nairobi | 2027-01-30T00:00:00Z | 2027-01-30T23:00:00Z 2027-03-30T23:00:00Z 2027-05-30T23:00:00Z
          0 0 2 15W * ?         | Africa/Nairobi | 2027-05-01T00:00:00Z | 2027-05-13T23:00:00Z 2027-06-14T23:00:00Z
          0 0 2 LW * ?          | Africa/Nairobi | 2027-01-01T00:00:00Z | 2027-01-28T23:00:00Z 2027-02-25T23:00:00Z
          0 0 2 L-3 * ?         | Africa/Nairobi | 2027-01-01T00:00:00Z | 2027-01-27T23:00:00Z 2027-02-24T23:00:00Z
          0 0 2 29 2 ?          | Africa/Nairobi | 2026-01-01T00:00:00Z | 2028-02-28T23:00:00Z 2032-02-28T23:00:00Z
          0 0 22-1 * * ?        | Africa/Nairobi | 2027-03-14T18:00:00Z | 2027-03-14T19:00:00Z 2027-03-14T20:00:00Z 2027-03-14T21:00:00Z 2027-03-14T22:00:00Z 2027-03-15T19:00:00Z
          0 0 2 1 1 ? 2027-2028 | Africa/Nairobi | 2026-01-01T00:00:00Z | 2026-12-31T23:00:00Z 2027-12-31T23:00:00Z
          10/20 * * * * ?       | Africa/Nairobi | 2027-03-14T18:00:10Z | 2027-03-14T18:00:30Z 2027-03-14T18:00:50Z 2027-03-14T18:01:10Z
          0 0 2 * * ?           | +05:30 | 2027-03-14T18:00:00Z | 2027-03-14T20:30:00Z 2027-03-15T20:30:00Z
          """)
  void a_named_time_is_due_once_whatever_the_clock_does(
      String cron, String zone, String after, String expected) {
    List<String> moments = Arrays.asList(expected.split(" "));

    assertThat(due(cron, zone, after, moments.size())).isEqualTo(moments);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0 0 * * * ?    | America/New_York    | 2027-03-14T04:59:59Z | 23 | 23
          0 0 * * * ?    | America/New_York    | 2027-11-07T03:59:59Z | 25 | 25
          0 0/15 * * * ? | America/New_York    | 2027-03-14T04:59:59Z | 23 | 92
          0 */15 * * * ? | America/New_York    | 2027-11-07T03:59:59Z | 25 | 100
          0 * * * * ?    | America/New_York    | 2027-11-07T03:59:59Z | 25 | 1500
          0 * * * * ?    | America/New_York    | 2027-03-14T04:59:59Z | 23 | 1380
          0 0 * * * ?    | Africa/Cairo        | 2027-04-29T21:59:59Z | 23 | 23
          0 0 * * * ?    | America/Santiago    | 2027-04-03T02:59:59Z | 25 | 25
          """)
  void hours_and_minutes_are_due_as_they_pass(
      String cron, String zone, String midnight, long hours, long times) {
    assertThat(count(cron, zone, midnight, Duration.ofHours(hours))).isEqualTo(times);
  }

  @Test
  void the_last_of_what_was_missed_is_found() {
    DueTimes due = DueTimes.of("0 0 2 * * ?", ZoneId.of("America/New_York"));
    Instant after = Instant.parse("2027-03-10T12:00:00Z");

    assertThat(due.last(after, Instant.parse("2027-03-14T07:00:00Z")))
        .contains(Instant.parse("2027-03-14T07:00:00Z"));
    assertThat(due.last(after, Instant.parse("2027-03-14T06:59:59.999Z")))
        .contains(Instant.parse("2027-03-13T07:00:00Z"));
    assertThat(due.last(after, Instant.parse("2027-03-11T06:59:59Z"))).isEmpty();
    assertThat(due.last(after, after.minusSeconds(60))).isEmpty();
  }

  @Test
  void what_was_missed_in_years_of_seconds_is_found_at_once() {
    DueTimes due = DueTimes.of("* * * * * ?", ZoneId.of("Europe/Berlin"));

    assertThat(
            due.last(
                Instant.parse("2001-01-01T00:00:00Z"), Instant.parse("2027-01-01T00:00:00.7Z")))
        .contains(Instant.parse("2027-01-01T00:00:00Z"));
  }

  @Test
  void a_time_of_day_is_due_once_a_day() {
    DueTimes due = DueTimes.daily(LocalTime.of(2, 30), ZoneId.of("America/New_York"));

    assertThat(due.next(Instant.parse("2027-03-13T12:00:00Z")))
        .contains(Instant.parse("2027-03-14T07:00:00Z"));
  }

  @Test
  void a_cron_that_lies_in_the_past_is_due_no_more() {
    DueTimes due = DueTimes.of("0 0 2 1 1 ? 2025", ZoneId.of("Africa/Nairobi"));

    assertThat(due.next(Instant.parse("2026-01-01T00:00:00Z"))).isEmpty();
    assertThat(
            due.last(Instant.parse("2024-12-31T00:00:00Z"), Instant.parse("2026-01-01T00:00:00Z")))
        .contains(Instant.parse("2024-12-31T23:00:00Z"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0 0 2 31 2 ?", "0 0 2 30 2 ? 2025", "0 0 2 29 2 ? 2027", "0 0 2 31 4,6,9,11 ?"})
  void a_cron_that_never_comes_is_refused(String cron) {
    assertThatThrownBy(() -> DueTimes.of(cron, ZoneId.of("UTC")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("never comes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0 0 99 * * ?",
        "0 99 2 * * ?",
        "99 0 2 * * ?",
        "0 0 98 * * ?",
        "0 0 1,99 * * ?",
        "0 0 2 99 * ?",
        "0 0 2 1 99 ?",
        "0 0 24 * * ?",
        "0 0 2/0 * * ?",
        "0 0 2 * * *",
        "0 0 2 * *",
        "0 0 2 * * ? 2027 x",
        "every night",
        "H 0 2 * * ?",
        "@daily"
      })
  void what_is_no_cron_is_refused_without_raw_java(String cron) {
    assertThatThrownBy(() -> DueTimes.of(cron, ZoneId.of("UTC")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("is not a Quartz cron expression (")
        .hasMessageNotContaining("java.");
  }
}
