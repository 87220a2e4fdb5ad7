package io.saddlebag.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddlebag.export.ExportDefinition;
import io.saddlebag.export.Exports;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the user's route {@code direct:export-alert} of runs that failed, and of runs that have not
 * ended by the time at which they are expected. What is to be told stands in the ledger, so an
 * alert is told after a restart too, and again when the route fails on it.
 */
public final class Alerts {
  private static final Logger LOG = LoggerFactory.getLogger(Alerts.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ROUTE = "direct:export-alert";

  private final Ledger ledger;
  private final Exports exports;
  private final ProducerTemplate producer;
  private final Clock clock;

  /** Alerts through this producer. */
  public Alerts(Ledger ledger, Exports exports, ProducerTemplate producer, Clock clock) {
    this.ledger = ledger;
    this.exports = exports;
    this.producer = producer;
    this.clock = clock;
  }

  /** Tells what is to be told; what the route fails on stays for the next time. */
  public void tell() {
    for (Run run : ledger.alerts().failures()) {
      if (run.finishedAt() != null) {
        tell(run, AlertLog.FAILED, run.failure(), run.failureMessage(), run.finishedAt());
      }
    }
    Instant now = clock.instant();
    for (Run run : ledger.runs().unfinished()) {
      exports
          .find(run.export())
          .filter(export -> export.expectBy() != null)
          .ifPresent(export -> tellIfLate(run, export, now));
    }
  }

  private void tellIfLate(Run run, ExportDefinition export, Instant now) {
    LocalTime expectBy = export.expectBy();
    if (expectBy == null) {
      return;
    }
    ZonedDateTime asked = run.requestedAt().atZone(export.timeZone());
    ZonedDateTime expected = asked.with(expectBy);
    if (!expected.isAfter(asked)) {
      expected = asked.plusDays(1).with(expectBy);
    }
    Instant at = expected.toInstant();
    if (now.isBefore(at) || ledger.alerts().told(run.id(), AlertLog.LATE, at)) {
      return;
    }
    tell(
        run,
        AlertLog.LATE,
        AlertLog.LATE,
        "not finished by "
            + expectBy
            + " in "
            + export.timeZone()
            + ": state "
            + run.state()
            + (run.waitingFor() == null ? "" : ", waiting for " + run.waitingFor())
            + "; it goes on, saddlebag show tells more, saddlebag cancel ends it",
        at);
  }

  private void tell(
      Run run, String kind, @Nullable String failure, @Nullable String message, Instant at) {
    Exchange told =
        producer.send(
            ROUTE,
            exchange -> {
              exchange.getMessage().setBody(json(run, failure, message, at));
              exchange.getMessage().setHeader("SaddlebagExport", run.export());
              exchange.getMessage().setHeader("SaddlebagRun", run.id());
              exchange.getMessage().setHeader("SaddlebagFailure", failure);
              exchange.getMessage().setHeader("SaddlebagMessage", message);
            });
    if (told.getException() == null) {
      ledger.alerts().tell(run.id(), kind, at, clock.instant());
    } else {
      LOG.warn("{}: the alert route failed; it is told again", run.id(), told.getException());
    }
  }

  private static String json(
      Run run, @Nullable String failure, @Nullable String message, Instant at) {
    Map<String, Object> alert = new LinkedHashMap<>();
    alert.put("export", run.export());
    alert.put("run", run.id());
    alert.put("state", run.state().name());
    alert.put("failure", failure);
    alert.put("message", message);
    alert.put("at", at.toString());
    try {
      return JSON.writeValueAsString(alert);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an alert of plain values must print", e);
    }
  }
}
