package io.saddlebag.export;

import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Date;
import java.util.Optional;
import java.util.TimeZone;
import org.jspecify.annotations.Nullable;
import org.quartz.CronExpression;

/**
 * When a schedule is due: the moments that a Quartz cron expression means in a time zone. Knows no
 * clock, and is the only place that says what is due. Immutable.
 *
 * <p>A cron names times as the clock on the wall shows them, and each time that it names in a day
 * is due once, whatever the clock does on that day (docs/decisions/0020-what-is-due.md):
 *
 * <ul>
 *   <li>A time that is left out when the clock goes forward is due at the first moment after it
 *       that there is. Quartz leaves such a fire out, and a weekly export loses its week.
 *   <li>A time that comes twice when the clock goes back is due the first time.
 *   <li>An hourly cron (it names every hour) is due in each hour that passes, and one with a pace
 *       (a star or a step in its minutes or seconds) whenever the clock shows a time of it: what
 *       comes twice is due twice, and an hour that is left out as a whole is not made up for.
 * </ul>
 */
public final class DueTimes {
  /** Quartz takes these two numbers for marks of its own, whatever a field may hold. */
  private static final String MARKS = "(?:.*[^0-9])?0*9[89](?:[^0-9].*)?";

  private static final int FIELDS = 6;
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final CronExpression named;
  private final ZoneRules rules;
  private final boolean hourly;
  private final boolean paced;

  private DueTimes(CronExpression named, boolean hourly, boolean paced, ZoneId zone) {
    this.named = named;
    this.hourly = hourly;
    this.paced = paced;
    this.rules = zone.getRules();
  }

  /**
   * What a cron expression means in a zone.
   *
   * @throws IllegalArgumentException when it is none, or never comes; the message is the half of a
   *     sentence that follows the expression
   */
  public static DueTimes of(String cron, ZoneId zone) {
    String[] fields = cron.strip().split("\\s+", -1);
    CronExpression named = expression(cron, fields);
    boolean hourly = namesEveryHour(fields[2]);
    boolean paced = hasPace(fields[0]) || hasPace(fields[1]);
    DueTimes due = new DueTimes(named, hourly, paced, zone);
    if (due.namedAfter(LocalDateTime.of(1969, 12, 31, 23, 59, 59)) == null) {
      throw new IllegalArgumentException("never comes, as the calendar has no such day or year");
    }
    return due;
  }

  /** Every day at this time. */
  public static DueTimes daily(LocalTime time, ZoneId zone) {
    return of(time.getSecond() + " " + time.getMinute() + " " + time.getHour() + " * * ?", zone);
  }

  private static CronExpression expression(String cron, String[] fields) {
    try {
      CronExpression named = new CronExpression(cron);
      for (int field = 0; field < FIELDS; field++) {
        if (fields[field].matches(MARKS) || fields[field].matches(".*/0+(?:[^0-9].*)?")) {
          throw none("\"" + fields[field] + "\" is out of range");
        }
      }
      if (fields.length > FIELDS + 1) {
        throw none("more than " + (FIELDS + 1) + " fields");
      }
      // Its times are taken from a zone whose clock never changes.
      named.setTimeZone(TimeZone.getTimeZone("UTC"));
      return named;
    } catch (ParseException e) {
      String why = String.valueOf(e.getMessage());
      throw none(why.contains("Exception") ? "it cannot be read" : why);
    }
  }

  private static IllegalArgumentException none(String why) {
    return new IllegalArgumentException("is not a Quartz cron expression (" + why + ")");
  }

  private static boolean namesEveryHour(String hours) {
    try {
      CronExpression daily = new CronExpression("0 0 " + hours + " * * ?");
      daily.setTimeZone(TimeZone.getTimeZone("UTC"));
      Date at = Date.from(Instant.EPOCH);
      for (int hour = 1; hour <= 24; hour++) {
        at = daily.getNextValidTimeAfter(at);
        if (!at.toInstant().equals(Instant.EPOCH.plus(Duration.ofHours(hour)))) {
          return false;
        }
      }
      return true;
    } catch (ParseException e) {
      throw new IllegalStateException("the hours of a cron expression must parse: " + hours, e);
    }
  }

  private static boolean hasPace(String field) {
    return field.contains("*") || field.contains("/");
  }

  /** The first due moment after this one; empty when there is none any more. */
  public Optional<Instant> next(Instant after) {
    Instant at = after;
    LocalDateTime behind = LocalDateTime.ofInstant(after, rules.getOffset(after));
    ZoneOffsetTransition before = rules.previousTransition(after.plusNanos(1));
    if (before != null && before.isOverlap()) {
      behind = withoutRepeated(behind, before);
    }
    while (true) {
      LocalDateTime next = namedAfter(behind);
      if (next == null) {
        return Optional.empty();
      }
      ZoneOffsetTransition change = rules.nextTransition(at);
      if (change == null || next.isBefore(change.getDateTimeBefore())) {
        return Optional.of(next.toInstant(rules.getOffset(at)));
      }
      if (change.isGap() && isMadeUpFor(next, change)) {
        return Optional.of(change.getInstant());
      }
      at = change.getInstant();
      behind = change.getDateTimeAfter().minus(SECOND);
      if (change.isOverlap()) {
        behind = withoutRepeated(behind, change);
      }
    }
  }

  /** The last due moment after the one and not after the other; empty when there is none. */
  public Optional<Instant> last(Instant after, Instant until) {
    Optional<Instant> first = next(after).filter(due -> !due.isAfter(until));
    if (first.isEmpty()) {
      return first;
    }
    Instant last = first.get();
    Instant none = until;
    while (Duration.between(last, none).compareTo(SECOND) >= 0) {
      Instant middle = last.plus(Duration.between(last, none).dividedBy(2));
      Optional<Instant> found = next(middle).filter(due -> !due.isAfter(until));
      if (found.isPresent()) {
        last = found.get();
      } else {
        none = middle;
      }
    }
    return Optional.of(last);
  }

  /** Passes over what the clock shows a second time, unless that is due again. */
  private LocalDateTime withoutRepeated(LocalDateTime behind, ZoneOffsetTransition overlap) {
    LocalDateTime end = overlap.getDateTimeBefore().minus(SECOND);
    return !hourly && !paced && behind.isBefore(end) ? end : behind;
  }

  /** Whether a time that the clock leaves out is due at the first moment after it. */
  private boolean isMadeUpFor(LocalDateTime next, ZoneOffsetTransition gap) {
    if (hourly && paced) {
      return false;
    }
    LocalDateTime end = gap.getDateTimeAfter();
    LocalDateTime hour = end.withMinute(0).withSecond(0);
    LocalDateTime leftOut = hourly && next.isBefore(hour) ? namedAfter(hour.minus(SECOND)) : next;
    return leftOut != null && leftOut.isBefore(end);
  }

  private @Nullable LocalDateTime namedAfter(LocalDateTime behind) {
    Date next = named.getNextValidTimeAfter(Date.from(behind.toInstant(ZoneOffset.UTC)));
    return next == null ? null : LocalDateTime.ofInstant(next.toInstant(), ZoneOffset.UTC);
  }
}
