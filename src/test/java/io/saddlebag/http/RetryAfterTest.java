package io.saddlebag.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.camel.Message;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {
  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
  private static final Duration DAY = Duration.ofDays(1);

  @ParameterizedTest
  @CsvSource({
    "7, PT7S",
    "'  7\t', PT7S",
    "0, PT0S",
    "007, PT7S",
    "1.3, PT1.3S",
    "2., PT2S",
    "999999999, PT24H",
    "99999999999999999999999999, PT24H",
    "'Tue, 24 Nov 2026 10:00:09 GMT', PT9S",
    "'Tue, 24 Nov 2026 10:00:09 UTC', PT9S",
    "'tue, 24 nov 2026 10:00:09 gmt', PT9S",
    "'Mon, 24 Nov 2026 10:00:09 GMT', PT9S",
    "'24 Nov 2026 10:00:09 +0000', PT9S",
    "'Tuesday, 24-Nov-26 10:00:09 GMT', PT9S",
    "'Tue, 24-Nov-2026 10:00:09 GMT', PT9S",
    "'Thursday, 24-Nov-94 10:00:09 GMT', PT0S",
    "'Tue Nov 24 10:00:09 2026', PT9S",
    "'Wed Nov 25 09:00:00 2026', PT23H",
    "'Sun Nov  6 08:49:37 1994', PT0S",
    "'Tue, 24 Nov 2026 09:00:00 GMT', PT0S",
    "'Fri, 24 Nov 2028 09:00:00 GMT', PT24H"
  })
  void every_form_is_read(String value, Duration expected) {
    assertThat(RetryAfter.parse(value, NOW)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "soon",
        "-5",
        "1e9",
        "7s",
        ".5",
        "NaN",
        "\u0667",
        "Tue, 99 Nov 2026 10:00:09 GMT",
        "Tue, 24 Foo 2026 10:00:09 GMT",
        "Tue, 24 Nov 2026 25:00:09 GMT",
        "Tue, 24 Nov 2026 10:00:09 CET"
      })
  void what_means_nothing_is_none(String value) {
    assertThat(RetryAfter.parse(value, NOW)).isNull();
  }

  @Test
  void of_several_headers_the_longest_wait_counts() {
    Message message = new DefaultMessage(new DefaultCamelContext(false));
    assertThat(RetryAfter.of(message, NOW)).isNull();

    message.setHeader("Retry-After", List.of("3", "soon", "Tue, 24 Nov 2026 10:00:09 GMT"));

    assertThat(RetryAfter.of(message, NOW)).hasSeconds(9);
  }

  @Property
  void whatever_a_server_sends_the_wait_is_none_or_within_a_day(@ForAll String value) {
    Duration wait = RetryAfter.parse(value, NOW);

    assertThat(wait == null || (!wait.isNegative() && wait.compareTo(DAY) <= 0)).isTrue();
  }

  @Property
  void a_moment_means_the_same_in_all_three_forms(
      @ForAll @IntRange(min = -400_000_000, max = 400_000_000) int seconds) {
    Instant moment = NOW.plusSeconds(seconds);
    Duration wanted =
        seconds < 0 ? Duration.ZERO : Duration.ofSeconds(Math.min(seconds, DAY.toSeconds()));

    for (String form :
        List.of(
            "EEE, dd MMM yyyy HH:mm:ss 'GMT'",
            "EEEE, dd-MMM-yy HH:mm:ss 'GMT'",
            "EEE MMM ppd HH:mm:ss yyyy")) {
      String value =
          DateTimeFormatter.ofPattern(form, Locale.ENGLISH).withZone(ZoneOffset.UTC).format(moment);
      assertThat(RetryAfter.parse(value, NOW)).as(value).isEqualTo(wanted);
    }
  }
}
