package io.saddlebag.run;

import io.saddlebag.TestClock;
import io.saddlebag.export.ExportDefinition;
import io.saddlebag.export.ExportDefinition.OnDeadline;
import io.saddlebag.export.ExportDefinition.OnLostCreate;
import io.saddlebag.export.Exports;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The beans of the lifecycle route on a real ledger, called as the route calls them. */
abstract class LifeTest extends LedgerTest {
  final TestClock clock = new TestClock(NOW);
  final Exports exports = new Exports();
  final StopSignal stop = new StopSignal();
  final DefaultCamelContext camel = new DefaultCamelContext();
  Journal journal;
  Setbacks setbacks;

  @BeforeEach
  void make() throws Exception {
    camel.start();
    export(OnLostCreate.FAIL, OnDeadline.LEAVE);
    journal =
        new Journal(
            ledger,
            exports,
            new Windows(ledger.checkpoints(), definition -> ""),
            new PollPlan(new Random(1)),
            Duration.ofHours(24),
            text -> text.replace("planted", "***"),
            stop,
            clock);
    setbacks =
        new Setbacks(
            ledger,
            exports,
            new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(5), new Random(1)),
            text -> text.replace("planted", "***"),
            stop,
            clock);
  }

  @AfterEach
  void end() throws Exception {
    camel.close();
  }

  /** The export fills, decided so. */
  final void export(OnLostCreate onLostCreate, OnDeadline onDeadline) {
    exports.add(
        new ExportDefinition(
            "fills",
            Path.of("fills.camel.yaml"),
            "altcraft-form-fills-source",
            "altcraft",
            "altcraft",
            false,
            "marketing",
            null,
            ZoneOffset.UTC,
            true,
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Duration.ofHours(6),
            onDeadline,
            onLostCreate,
            null,
            Map.of()));
  }

  /** Lets the flow have a route that looks for lost jobs. */
  final void findable() throws Exception {
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:altcraft-find").routeId("altcraft-find").log("looked");
          }
        });
  }

  /** An exchange that carries this run on, begun as the engine does. */
  final Exchange begun(Run run, Lane lane) {
    Exchange exchange = new DefaultExchange(camel);
    exchange.setVariable(RunVariables.RUN_ID, run.id());
    exchange.setVariable(RunVariables.RUN_LANE, lane);
    journal.begin(exchange);
    return exchange;
  }

  /** An exchange whose create request has been sent. */
  final Exchange sent() {
    Exchange exchange = begun(walk.to(RunState.REQUESTED), Lane.STEPS);
    journal.creating(exchange);
    exchange.setVariable(RunVariables.REQUEST_SENT, true);
    return exchange;
  }

  final String next(Exchange exchange) {
    return exchange.getVariable(RunVariables.RUN_STATE, String.class);
  }

  final Run run(Exchange exchange) {
    return ledger.runs().get(exchange.getVariable(RunVariables.RUN_ID, String.class));
  }

  /** What the error handler does with a failure of a step. */
  final Run fails(Exchange exchange, Exception failure) {
    exchange.setProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, failure);
    setbacks.failed(exchange);
    return run(exchange);
  }

  final List<String> failures(Run run) {
    return ledger.history().failures(run.id()).stream().map(FailureRecord::name).toList();
  }
}
