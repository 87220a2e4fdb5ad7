package io.saddlebag.http;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/**
 * Reads Retry-After in the forms that servers send: seconds, seconds with a fraction, and a date in
 * each of the three forms that RFC 9110, section 5.6.7, wants to be accepted. The day of the week
 * is not looked at. Of several headers the longest wait counts.
 */
final class RetryAfter {
  private static final Duration LONGEST = Duration.ofDays(1);
  private static final List<String> MONTHS =
      List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");

  /** Thu, 06 Nov 1994 08:49:37 GMT, and Sunday, 06-Nov-94 08:49:37 GMT. */
  private static final Pattern DAY_FIRST =
      Pattern.compile(
          "(?i)(?:[a-z]+,?\\s+)?(\\d{1,2})[ -]([a-z]{3})[ -](\\d{4}|\\d{2})\\s+(\\d{1,2}):(\\d\\d):(\\d\\d)"
              + "\\s*(?:gmt|utc|z|[+-]00:?00)?");

  /** Sun Nov 6 08:49:37 1994, as the function asctime of C writes it. */
  private static final Pattern MONTH_FIRST =
      Pattern.compile(
          "(?i)[a-z]+\\s+([a-z]{3})\\s+(\\d{1,2})\\s+(\\d{1,2}):(\\d\\d):(\\d\\d)\\s+(\\d{4})(?:\\s+(?:gmt|utc))?");

  private RetryAfter() {}

  /** How long an answer asks to wait, at most a day; null when it does not say. */
  static @Nullable Duration of(Message answer, Instant now) {
    Object header = answer.getHeader("Retry-After");
    Stream<?> values = header instanceof Collection<?> several ? several.stream() : Stream.of();
    if (header != null && !(header instanceof Collection<?>)) {
      values = Stream.of(header);
    }
    return values
        .map(value -> parse(String.valueOf(value), now))
        .filter(Objects::nonNull)
        .max(Duration::compareTo)
        .orElse(null);
  }

  /** How long to wait, at most a day; null when the value is absent or means nothing. */
  static @Nullable Duration parse(@Nullable String value, Instant now) {
    if (value == null || value.isBlank()) {
      return null;
    }
    String text = value.strip();
    Duration wait = text.matches("[0-9]+([.][0-9]*)?") ? seconds(text) : date(text, now);
    if (wait == null || wait.isNegative()) {
      return wait == null ? null : Duration.ZERO;
    }
    return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
  }

  private static Duration seconds(String text) {
    BigDecimal longest = BigDecimal.valueOf(LONGEST.toSeconds());
    BigDecimal seconds = new BigDecimal(text).min(longest);
    return Duration.ofMillis(seconds.movePointRight(3).longValue());
  }

  private static @Nullable Duration date(String text, Instant now) {
    try {
      Matcher first = DAY_FIRST.matcher(text);
      if (first.matches()) {
        return until(
            now,
            year(first.group(3), now),
            first.group(2),
            first.group(1),
            List.of(first.group(4), first.group(5), first.group(6)));
      }
      Matcher second = MONTH_FIRST.matcher(text);
      if (second.matches()) {
        return until(
            now,
            Integer.parseInt(second.group(6)),
            second.group(1),
            second.group(2),
            List.of(second.group(3), second.group(4), second.group(5)));
      }
    } catch (DateTimeException noSuchTime) {
      return null;
    }
    return null;
  }

  private static Duration until(
      Instant now, int year, String month, String day, List<String> time) {
    LocalDateTime date =
        LocalDate.of(
                year, MONTHS.indexOf(month.toLowerCase(Locale.ROOT)) + 1, Integer.parseInt(day))
            .atTime(Integer.parseInt(time.get(0)), Integer.parseInt(time.get(1)))
            // A leap second is 60.
            .plusSeconds(Integer.parseInt(time.get(2)));
    return Duration.between(now, date.toInstant(ZoneOffset.UTC));
  }

  /** Two digits that would lie more than fifty years ahead mean the past (RFC 9110, 5.6.7). */
  private static int year(String digits, Instant now) {
    int year = Integer.parseInt(digits);
    if (digits.length() == 4) {
      return year;
    }
    int thisYear = now.atZone(ZoneOffset.UTC).getYear();
    int full = thisYear / 100 * 100 + year;
    return full > thisYear + 50 ? full - 100 : full;
  }
}
