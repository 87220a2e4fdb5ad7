package io.saddlebag.run;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Names a run: {@code <export>@<time>}, the time that of the schedule or of the request.
 *
 * @param export the export's name, which is its route's id
 * @param at the scheduled or requested time, cut to milliseconds
 */
public record RunId(String export, Instant at) {

  /** Cuts the time to what the ledger keeps. */
  public RunId {
    at = at.truncatedTo(ChronoUnit.MILLIS);
  }

  /** Reads {@code <export>@<time>}; throws IllegalArgumentException when it is something else. */
  public static RunId parse(String text) {
    int sign = text.lastIndexOf('@');
    if (sign <= 0) {
      throw new IllegalArgumentException("\"" + text + "\" is no run id: write <export>@<time>");
    }
    try {
      return new RunId(text.substring(0, sign), Instant.parse(text.substring(sign + 1)));
    } catch (java.time.format.DateTimeParseException e) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is no run id: what follows the @ is not a time in UTC", e);
    }
  }

  @Override
  public String toString() {
    return export + "@" + at;
  }
}
