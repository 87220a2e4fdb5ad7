package io.saddlebag.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** What holds of every schedule in every zone. */
class DueTimesPropertyTest {
  private static final Duration DAY = Duration.ofDays(1);

  /** Every zone that there is: about a third of them change their clocks in these years. */
  @Provide
  Arbitrary<ZoneId> zones() {
    return Arbitraries.of(new ArrayList<>(new TreeSet<>(ZoneId.getAvailableZoneIds())))
        .map(ZoneId::of);
  }

  /** Days, and twice as often days on which a clock changes. */
  @Provide
  Arbitrary<Instant> moments() {
    return Arbitraries.longs()
        .between(
            Instant.parse("2020-01-01T00:00:00Z").getEpochSecond(),
            Instant.parse("2036-12-31T00:00:00Z").getEpochSecond())
        .map(Instant::ofEpochSecond);
  }

  private static Instant nearAChange(ZoneId zone, Instant moment, boolean near) {
    ZoneOffsetTransition change = zone.getRules().nextTransition(moment);
    return near && change != null ? change.getInstant().minus(DAY) : moment;
  }

  @Property(tries = 3000)
  void a_named_day_has_exactly_one_due_moment(
      @ForAll("zones") ZoneId zone,
      @ForAll("moments") Instant moment,
      @ForAll boolean near,
      @ForAll @IntRange(max = 23) int hour,
      @ForAll @IntRange(max = 59) int minute) {
    DueTimes due = DueTimes.daily(LocalTime.of(hour, minute), zone);
    LocalDate first = nearAChange(zone, moment, near).atZone(zone).toLocalDate();

    for (LocalDate day = first; day.isBefore(first.plusDays(4)); day = day.plusDays(1)) {
      Instant begin = day.atStartOfDay(zone).toInstant();
      Instant end = day.plusDays(1).atStartOfDay(zone).toInstant();
      List<Instant> moments = between(due, begin, end);
      assertThat(moments).as("%s in %s", day, zone).hasSize(1);
      LocalTime shown = moments.get(0).atZone(zone).toLocalTime();
      boolean exists =
          !zone.getRules().getValidOffsets(day.atTime(LocalTime.of(hour, minute))).isEmpty();
      if (exists) {
        assertThat(shown).isEqualTo(LocalTime.of(hour, minute));
      } else {
        assertThat(zone.getRules().getTransition(day.atTime(LocalTime.of(hour, minute))))
            .extracting(ZoneOffsetTransition::getInstant)
            .isEqualTo(moments.get(0));
      }
    }
  }

  @Property(tries = 1000)
  void each_week_has_its_day(
      @ForAll("zones") ZoneId zone,
      @ForAll("moments") Instant moment,
      @ForAll boolean near,
      @ForAll @IntRange(min = 1, max = 7) int weekday,
      @ForAll @IntRange(max = 23) int hour,
      @ForAll @IntRange(max = 59) int minute) {
    DueTimes due = DueTimes.of("0 " + minute + " " + hour + " ? * " + weekday, zone);
    LocalDate first = nearAChange(zone, moment, near).atZone(zone).toLocalDate().minusDays(3);

    List<Instant> moments =
        between(
            due,
            first.atStartOfDay(zone).toInstant(),
            first.plusDays(14).atStartOfDay(zone).toInstant());

    assertThat(moments)
        .as("from %s in %s", first, zone)
        .hasSize(2)
        .allSatisfy(
            at -> assertThat(at.atZone(zone).getDayOfWeek().getValue() % 7 + 1).isEqualTo(weekday));
  }

  @Property(tries = 500)
  void the_last_due_moment_is_the_one_that_steps_lead_to(
      @ForAll("zones") ZoneId zone,
      @ForAll("moments") Instant moment,
      @ForAll boolean near,
      @ForAll @IntRange(min = 1, max = 23) int hours,
      @ForAll @IntRange(min = 1, max = 400) int span) {
    DueTimes due = DueTimes.of("0 7/20 */" + hours + " * * ?", zone);
    Instant after = nearAChange(zone, moment, near);
    Instant until = after.plus(Duration.ofMinutes(17L * span));

    List<Instant> moments = new ArrayList<>();
    for (Optional<Instant> next = due.next(after);
        next.isPresent() && !next.get().isAfter(until);
        next = due.next(next.get())) {
      moments.add(next.get());
    }

    assertThat(moments).isSorted().doesNotHaveDuplicates();
    assertThat(due.last(after, until))
        .isEqualTo(
            moments.isEmpty() ? Optional.empty() : Optional.of(moments.get(moments.size() - 1)));
  }

  private static List<Instant> between(DueTimes due, Instant begin, Instant end) {
    List<Instant> moments = new ArrayList<>();
    for (Instant next = due.next(begin.minusMillis(1)).orElseThrow();
        next.isBefore(end);
        next = due.next(next).orElseThrow()) {
      moments.add(next);
    }
    return moments;
  }
}
