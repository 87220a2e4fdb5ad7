package io.saddlebag.http;

import io.saddlebag.TestClock;
import io.saddlebag.export.Connections;
import io.saddlebag.export.Kamelets;
import io.saddlebag.run.Ledger;
import io.saddlebag.run.LedgerSettings;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunId;
import io.saddlebag.run.RunVariables;
import io.saddlebag.run.StagedFile;
import io.saddlebag.staging.StagingArea;
import io.saddlebag.staging.StagingLimits;
import io.saddlebag.staging.Verification;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;

/**
 * A run that is ready, with a real ledger and staging area, and the beans that ask its vendor; its
 * routes are played by the test.
 */
final class CarriedRun implements AutoCloseable {
  static final Instant NOW = Instant.parse("2026-11-24T10:20:00Z");

  final TestClock clock = new TestClock(NOW);
  final Redactor redactor = new Redactor();
  final Ledger ledger;
  final StagingArea staging;
  final RunConnection connections;
  final AccessTokens tokens;
  final VendorCalls calls;
  final CredentialGuard guard;
  private final CamelContext camel = new DefaultCamelContext(false);
  private final Run run;

  /** A run over the connection {@code hq} with these properties, in a folder of its own. */
  CarriedRun(Path folder, Map<String, String> connection) {
    Properties properties = new Properties();
    connection.forEach((name, value) -> properties.put("hq." + name, value));
    camel.getPropertiesComponent().setOverrideProperties(properties);
    camel.build();
    connections =
        new RunConnection(
            new Connections(camel, new Kamelets(List.of(Path.of("routes/vendors")))), redactor);
    ledger =
        Ledger.open(new LedgerSettings("jdbc:sqlite:" + folder.resolve("ledger.db"), null, null));
    guard = new CredentialGuard(ledger.credentials(), clock);
    calls = new VendorCalls(guard, ledger.budgets(), clock);
    tokens = new AccessTokens(connections, calls, redactor, clock);
    staging =
        new StagingArea(
            folder.resolve("staging"),
            new StagingLimits(0, 0, Verification.FULL, 1000, 1 << 30, 0),
            clock);
    RunId id = new RunId("fills", NOW);
    ledger.runs().add(id, "survey-solutions", "manual", null, NOW, NOW.plus(Duration.ofHours(6)));
    ledger.moves().creating(now(id.toString()), NOW);
    ledger.moves().created(now(id.toString()), "job-1", NOW, NOW);
    ledger.moves().ready(now(id.toString()), "Completed", NOW);
    run = now(id.toString());
  }

  private Run now(String id) {
    return ledger.runs().get(id);
  }

  /** The bean under test. */
  Download download() {
    return new Download(connections, tokens, calls, staging, ledger, redactor, clock);
  }

  /** What the ledger knows of the run's files. */
  List<StagedFile> files() {
    return ledger.receipts().of(run.id());
  }

  /** The exchange that carries the run, over this Kamelet. */
  Exchange exchange(String kamelet) {
    Exchange exchange = new DefaultExchange(camel);
    exchange.setVariable(RunVariables.CONNECTION, "hq");
    exchange.setVariable(RunVariables.KAMELET, kamelet);
    exchange.setVariable(RunVariables.RUN_ID, run.id());
    exchange.setVariable(RunVariables.RUN_ATTEMPT, run.attempt());
    exchange.setVariable(RunVariables.RUN_STATE, run.state().name());
    return exchange;
  }

  /** Lets a vendor have answered. */
  static void answered(Exchange exchange, int status, Map<String, Object> headers, String body) {
    exchange.getMessage().setHeaders(new HashMap<>(headers));
    exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, status);
    exchange.getMessage().setBody(new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public void close() {
    ledger.close();
  }
}
