package io.saddlebag.export;

import io.saddlebag.destination.Layout;
import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;

/** Whether a text is a value that a declaration allows; says in half a sentence why not. */
final class ValueCheck {
  /** Does not repeat what is written, which may be the secret itself. */
  static final String NO_SECRETS_NAME =
      "what is written is not the name of a property for a secret, as archive.password is: write the"
          + " name there, and the secret into the environment";

  private static final String NUMBER = "-?(0|[1-9]\\d{0,30})([.]\\d{1,30})?([eE][+-]?\\d{1,3})?";

  private ValueCheck() {}

  /** What is wrong with the value, and what would be right; empty when nothing is. */
  static Optional<String> fault(Declared declared, String value) {
    if (declared.structured()) {
      return StructuredValue.fault(declared, value);
    }
    if (!declared.values().isEmpty() && !declared.values().contains(value)) {
      return Optional.of(
          "\"" + value + "\" is not allowed: write one of " + String.join(", ", declared.values()));
    }
    if (declared.type().equals("integer") && !value.matches("-?\\d{1,18}")) {
      return Optional.of("\"" + value + "\" is not a whole number: write digits alone");
    }
    if (declared.type().equals("number") && !value.matches(NUMBER)) {
      return Optional.of("\"" + value + "\" is not a number: write for example 12.5");
    }
    if (declared.type().equals("boolean") && !value.matches("true|false")) {
      return Optional.of("\"" + value + "\" is neither true nor false: write one of them");
    }
    if (declared.pattern() != null && !value.matches(declared.pattern())) {
      if ("secret-property".equals(declared.format())) {
        return Optional.of(NO_SECRETS_NAME);
      }
      return Optional.of(
          "\""
              + value
              + "\" has not the form that is needed ("
              + declared.pattern()
              + ")"
              + (declared.example() == null ? "" : ": write for example " + declared.example()));
    }
    return declared.format() == null ? Optional.empty() : form(declared.format(), value);
  }

  private static Optional<String> form(String format, String value) {
    return switch (format) {
      case "duration" ->
          Durations.parse(value).isPresent()
              ? Optional.empty()
              : Optional.of("\"" + value + "\" is not a duration: write for example 30s, 5m or 6h");
      case "cron" -> cron(value);
      case "zone" -> zone(value);
      case "date" -> date(value);
      case "date-time" -> dateTime(value);
      case "time" -> time(value);
      case "charset" -> charset(value);
      case "character" ->
          value.length() == 1 || value.equals("tab")
              ? Optional.empty()
              : Optional.of(
                  "\"" + value + "\" is not one character: write one alone, or the word tab");
      case "path" -> path(value);
      case "layout" -> path(value).or(() -> Layout.fault(value));
      default -> Optional.empty();
    };
  }

  private static Optional<String> path(String value) {
    return value.isBlank() || value.indexOf('\0') >= 0
        ? Optional.of("\"" + value + "\" names no file or folder: write a path")
        : Optional.empty();
  }

  private static Optional<String> cron(String value) {
    try {
      DueTimes.of(value, ZoneOffset.UTC);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(
          "\""
              + value
              + "\" "
              + e.getMessage()
              + ": write for example 0 0 2 * * ? for every night at two");
    }
  }

  private static Optional<String> charset(String value) {
    try {
      Charset.forName(value);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(
          "\""
              + value
              + "\" is no character set that Java knows: write one such as UTF-8, ISO-8859-1 or"
              + " windows-1252");
    }
  }

  private static Optional<String> time(String value) {
    return value.matches("([01]\\d|2[0-3]):[0-5]\\d")
        ? Optional.empty()
        : Optional.of("\"" + value + "\" is not a time of day: write for example 06:30");
  }

  private static Optional<String> date(String value) {
    try {
      LocalDate.parse(value);
      return Optional.empty();
    } catch (DateTimeException e) {
      return Optional.of("\"" + value + "\" is not a day: write for example 2026-04-30");
    }
  }

  /** Whole seconds of UTC: a vendor may drop the rest, or read an offset in its own zone. */
  private static Optional<String> dateTime(String value) {
    try {
      if (value.endsWith("Z") && value.length() == 20) {
        Instant.parse(value);
        return Optional.empty();
      }
    } catch (DateTimeException e) {
      // Said below.
    }
    return Optional.of(
        "\"" + value + "\" is not a time in UTC: write for example 2026-04-30T00:00:00Z");
  }

  private static Optional<String> zone(String value) {
    try {
      ZoneId.of(value);
      return Optional.empty();
    } catch (DateTimeException e) {
      return Optional.of("\"" + value + "\" is not a time zone: write for example Europe/Berlin");
    }
  }

  /** The typed value. */
  static Object typed(Declared declared, String value) {
    return switch (declared.type()) {
      case "integer" -> Long.valueOf(value);
      case "number" -> new BigDecimal(value);
      case "array", "object" -> StructuredValue.typed(declared, value);
      case "boolean" -> Boolean.valueOf(value);
      default -> value;
    };
  }
}
