package io.saddlebag.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddlebag.export.ExportDefinition;
import io.saddlebag.export.Exports;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the user's route {@code direct:export-alert} of runs that failed, and of runs that have not
 * ended, or not even begun, by the time at which they are expected. What is to be told stands in
 * the ledger, so an alert is told after a restart too, and again when the route fails on it; of
 * several nodes one tells it.
 */
public final class Alerts {
  private static final Logger LOG = LoggerFactory.getLogger(Alerts.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ROUTE = "direct:export-alert";
  private static final String UNAUTHORIZED = "UNAUTHORIZED";

  /** Less than a day, so that a nightly export is told of each night. */
  private static final Duration TELLS_AGAIN = Duration.ofHours(20);

  private final Ledger ledger;
  private final Exports exports;
  private final Expectations expectations;
  private final ProducerTemplate producer;
  private final String node;
  private final Clock clock;

  /**
   * Alerts through this producer.
   *
   * @param node the identity of the node that tells them
   */
  public Alerts(
      Ledger ledger, Exports exports, ProducerTemplate producer, String node, Clock clock) {
    this.node = node;
    this.ledger = ledger;
    this.exports = exports;
    this.expectations = new Expectations(ledger);
    this.producer = producer;
    this.clock = clock;
  }

  /** Tells what is to be told; what the route fails on stays for the next time. */
  public void tell() {
    for (Run run : ledger.alerts().failures()) {
      if (run.finishedAt() != null && !toldOfRefusal(run)) {
        tell(Alert.of(run, run.failure(), run.failureMessage(), run.finishedAt()), AlertLog.FAILED);
      }
    }
    Instant now = clock.instant();
    for (Expectations.Late late : expectations.late(exports.all(), now)) {
      exports.find(late.run().export()).ifPresent(export -> tellLate(late, export));
    }
    for (ExportDefinition export : exports.all()) {
      expectations.notBegun(export, now).ifPresent(missing -> tellNotBegun(missing, export));
    }
  }

  /**
   * Credentials that are refused end all runs of their connection; people are told of them once,
   * and once more each day on which runs still end so.
   */
  private boolean toldOfRefusal(Run run) {
    String connection =
        UNAUTHORIZED.equals(run.failure())
            ? exports.find(run.export()).map(ExportDefinition::connection).orElse(null)
            : null;
    Instant at = run.finishedAt();
    if (connection == null || at == null) {
      return false;
    }
    Instant now = clock.instant();
    if (!ledger.credentials().toldSince(connection, now.minus(TELLS_AGAIN))) {
      return false;
    }
    ledger.alerts().tell(run.id(), AlertLog.FAILED, at, now);
    return true;
  }

  private void tellNotBegun(Expectations.Missing missing, ExportDefinition export) {
    tell(
        new Alert(
            export.name(),
            missing.run().toString(),
            null,
            AlertLog.LATE,
            "due at "
                + missing.run().at()
                + " and not begun by "
                + export.expectBy()
                + " in "
                + export.timeZone()
                + ": see that saddlebag start runs, that nothing is wrong with the export's file and"
                + " that the log tells of no trouble with the ledger; saddlebag run "
                + export.name()
                + " orders one now",
            missing.expected()),
        AlertLog.LATE);
  }

  private void tellLate(Expectations.Late late, ExportDefinition export) {
    Run run = late.run();
    tell(
        Alert.of(
            run,
            AlertLog.LATE,
            "not finished by "
                + export.expectBy()
                + " in "
                + export.timeZone()
                + ": state "
                + run.state()
                + (run.waitingFor() == null ? "" : ", waiting for " + run.waitingFor())
                + "; it goes on, saddlebag show tells more, saddlebag cancel ends it",
            late.expected()),
        AlertLog.LATE);
  }

  /** Tells an alert unless another node has told it, or is about to. */
  private void tell(Alert alert, String kind) {
    if (!ledger.alerts().claim(alert.run(), kind, alert.at(), node)) {
      return;
    }
    Exchange told =
        producer.send(
            ROUTE,
            exchange -> {
              exchange.getMessage().setBody(alert.json());
              exchange.getMessage().setHeader("SaddlebagExport", alert.export());
              exchange.getMessage().setHeader("SaddlebagRun", alert.run());
              exchange.getMessage().setHeader("SaddlebagFailure", alert.failure());
              exchange.getMessage().setHeader("SaddlebagMessage", alert.message());
            });
    if (told.getException() == null) {
      ledger.alerts().tell(alert.run(), kind, alert.at(), clock.instant());
      if (UNAUTHORIZED.equals(alert.failure())) {
        exports
            .find(alert.export())
            .ifPresent(export -> ledger.credentials().tell(export.connection(), clock.instant()));
      }
    } else {
      LOG.warn("{}: the alert route failed; it is told again", alert.run(), told.getException());
      ledger.alerts().unclaim(alert.run(), kind, alert.at(), node);
    }
  }

  /**
   * What the route is told.
   *
   * @param run the run's id, also of one that has not begun
   * @param state null for a run that has not begun
   */
  private record Alert(
      String export,
      String run,
      @Nullable RunState state,
      @Nullable String failure,
      @Nullable String message,
      Instant at) {

    static Alert of(Run run, @Nullable String failure, @Nullable String message, Instant at) {
      return new Alert(run.export(), run.id(), run.state(), failure, message, at);
    }

    String json() {
      Map<String, Object> alert = new LinkedHashMap<>();
      alert.put("export", export);
      alert.put("run", run);
      alert.put("state", state == null ? null : state.name());
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
}
