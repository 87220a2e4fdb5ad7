package io.saddlebag.http;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** Reads Retry-After in the forms that servers send: seconds, seconds with a fraction, a date. */
final class RetryAfter {
  private static final Duration LONGEST = Duration.ofDays(1);

  private RetryAfter() {}

  /** How long to wait, at most a day; null when the header is absent or means nothing. */
  static @Nullable Duration parse(@Nullable String value, Instant now) {
    if (value == null || value.isBlank()) {
      return null;
    }
    Duration wait = seconds(value.strip());
    if (wait == null) {
      wait = date(value.strip(), now);
    }
    if (wait == null || wait.isNegative()) {
      return wait == null ? null : Duration.ZERO;
    }
    return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
  }

  private static @Nullable Duration seconds(String value) {
    if (!value.matches("[0-9]{1,12}([.][0-9]{1,9})?")) {
      return null;
    }
    return Duration.ofMillis(new BigDecimal(value).movePointRight(3).longValue());
  }

  private static @Nullable Duration date(String value, Instant now) {
    try {
      return Duration.between(
          now, ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeParseException notADate) {
      return null;
    }
  }
}
