package io.saddlebag.simulator.commcare;

import io.saddlebag.simulator.Call;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code reports/export/custom/<id>/download/} (the sheet, section 2.5; items 3 and 11). */
final class CustomExports {
  private final Clock clock;
  private final Map<String, List<Form>> exports = new HashMap<>();
  private boolean failing;

  CustomExports(Clock clock) {
    this.clock = clock;
  }

  void put(String id, List<Form> forms) {
    exports.put(id, new ArrayList<>(forms));
  }

  void failing(boolean fails) {
    failing = fails;
  }

  boolean answer(Call call, String id, FormExports.NoDataAnswer nothing) throws IOException {
    List<Form> all = exports.get(id);
    if (all == null) {
      return CommCareSimulator.notFound(call);
    }
    if (failing) {
      return nothing.answer(call);
    }
    try {
      Instant from = day(call.query("startdate"), 0, clock.instant().minus(Duration.ofDays(7)));
      Instant to = day(call.query("enddate"), 1, clock.instant());
      List<Form> wanted =
          all.stream()
              .filter(form -> !form.receivedAt().isBefore(from) && !form.receivedAt().isAfter(to))
              .toList();
      String limit = call.query("limit");
      if (limit != null) {
        // The server's own off-by-one.
        wanted = wanted.subList(0, Math.min(wanted.size(), Integer.parseInt(limit) + 1));
      }
      if (wanted.isEmpty()) {
        return nothing.answer(call);
      }
      String format = call.query("format") == null ? "csv" : String.valueOf(call.query("format"));
      return FormExports.send(call, "Custom", format, Tables.of("custom", wanted).bytes(format));
    } catch (DateTimeParseException e) {
      return call.text(400, "text/html", String.valueOf(e.getMessage()));
    }
  }

  private static Instant day(@Nullable String text, int plusDays, Instant otherwise) {
    return text == null || text.isEmpty()
        ? otherwise
        : LocalDate.parse(text).plusDays(plusDays).atStartOfDay(ZoneOffset.UTC).toInstant();
  }
}
