package io.saddlebag.run;

import io.saddlebag.export.ExportDefinition;
import io.saddlebag.export.Exports;
import java.time.LocalDate;
import java.time.temporal.TemporalAdjusters;
import org.apache.camel.Exchange;

/**
 * The bean {@code dates}: turns the parameters {@code period}, or {@code dateFrom} and {@code
 * dateTo}, into the variables {@code windowFrom} and {@code windowTo}, both days inclusive. A
 * period counts from the time in the run's id, so a run that is continued or caught up later asks
 * for the same days.
 */
public final class Dates {
  private final Exports exports;

  /** Dates of these exports' runs. */
  public Dates(Exports exports) {
    this.exports = exports;
  }

  /** Sets the days that the run asks for. */
  public void resolve(Exchange exchange) {
    String period = exchange.getVariable("period", String.class);
    if (period == null) {
      exchange.setVariable("windowFrom", exchange.getVariable("dateFrom", String.class));
      exchange.setVariable("windowTo", exchange.getVariable("dateTo", String.class));
      return;
    }
    RunId run = RunId.parse(exchange.getVariable(RunVariables.RUN_ID, String.class));
    ExportDefinition export = exports.find(run.export()).orElseThrow();
    LocalDate[] days = days(period, LocalDate.ofInstant(run.at(), export.timeZone()));
    exchange.setVariable("windowFrom", days[0].toString());
    exchange.setVariable("windowTo", days[1].toString());
  }

  /** The first and the last day of a period, seen from a day. */
  static LocalDate[] days(String period, LocalDate today) {
    LocalDate lastMonth = today.minusMonths(1);
    return switch (period) {
      case "today" -> new LocalDate[] {today, today};
      case "yesterday" -> new LocalDate[] {today.minusDays(1), today.minusDays(1)};
      case "last-7-days" -> new LocalDate[] {today.minusDays(7), today.minusDays(1)};
      case "last-30-days" -> new LocalDate[] {today.minusDays(30), today.minusDays(1)};
      case "this-month" -> new LocalDate[] {today.withDayOfMonth(1), today};
      case "last-month" ->
          new LocalDate[] {
            lastMonth.withDayOfMonth(1), lastMonth.with(TemporalAdjusters.lastDayOfMonth())
          };
      default -> throw new IllegalArgumentException("unknown period " + period);
    };
  }
}
