package io.saddlebag.observe;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.saddlebag.export.Exports;
import io.saddlebag.run.Ledger;
import io.saddlebag.run.RunState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheckRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Health and metrics of the runs, at Camel's usual paths under {@code /observe}. What is counted
 * comes from the ledger, so it is right after a restart too.
 */
public final class Observability {
  private final Ledger ledger;
  private final Exports exports;
  private final String node;
  private volatile @Nullable Timer lateness;
  private volatile @Nullable MultiGauge failures;

  /**
   * Observes this ledger.
   *
   * @param node the identity of the node that does
   */
  public Observability(Ledger ledger, Exports exports, String node) {
    this.node = node;
    this.ledger = ledger;
    this.exports = exports;
  }

  /** Throws when the port of Camel's management server is taken: Camel itself would only warn. */
  public static void requirePort(CamelContext camel) {
    if (!property(camel, "camel.management.enabled", "false").equals("true")) {
      return;
    }
    String host = property(camel, "camel.management.host", "0.0.0.0");
    int port = Integer.parseInt(property(camel, "camel.management.port", "9876"));
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(InetAddress.getByName(host), port));
    } catch (IOException e) {
      throw new IllegalStateException(
          "health and metrics cannot be served on "
              + host
              + ":"
              + port
              + " ("
              + e.getMessage()
              + "): stop what uses the port, or set camel.management.port",
          e);
    }
  }

  private static String property(CamelContext camel, String name, String otherwise) {
    return camel.getPropertiesComponent().resolveProperty(name).orElse(otherwise).strip();
  }

  /** Adds the runs to what the started context shows. */
  public void register(CamelContext camel) {
    HealthCheckRegistry health = HealthCheckRegistry.get(camel);
    if (health != null) {
      health.register(new LedgerHealth(ledger));
      health.register(new ExportsHealth(exports));
      health.register(new NodesHealth(ledger, node));
    }
    MeterRegistry meters = camel.getRegistry().findSingleByType(MeterRegistry.class);
    if (meters != null) {
      register(meters);
    }
  }

  private void register(MeterRegistry meters) {
    for (RunState state : RunState.values()) {
      Gauge.builder("saddlebag.runs", () -> ledger.runs().countByState().getOrDefault(state, 0))
          .description("Runs in the ledger, by state")
          .tag("state", state.name())
          .register(meters);
    }
    Gauge.builder("saddlebag.polls", () -> ledger.history().pollCount())
        .description("Status calls made to vendors, by the ledger")
        .register(meters);
    Gauge.builder("saddlebag.staged.bytes", () -> ledger.receipts().totalBytes())
        .description("Bytes staged, by the ledger")
        .baseUnit("bytes")
        .register(meters);
    Gauge.builder("saddlebag.exports.broken", () -> exports.problems().size())
        .description("Problems in route files and connections")
        .register(meters);
    failures =
        MultiGauge.builder("saddlebag.failures").description("Failures by name").register(meters);
    lateness =
        Timer.builder("saddlebag.lateness")
            .description("How much later than planned runs were woken")
            .publishPercentiles(0.5, 0.99)
            .register(meters);
    refresh();
  }

  /** Brings the failures by name up to date; called by housekeeping. */
  public void refresh() {
    MultiGauge gauge = failures;
    if (gauge != null) {
      Map<String, Integer> counts = ledger.history().failuresByName();
      gauge.register(
          counts.entrySet().stream()
              .map(entry -> MultiGauge.Row.of(Tags.of("name", entry.getKey()), entry.getValue()))
              .toList(),
          true);
    }
  }

  /** A wake-up was this late. */
  public void late(Duration by) {
    Timer timer = lateness;
    if (timer != null) {
      timer.record(by);
    }
  }

  /** The names of the metrics, for the documents. */
  public static java.util.List<String> metricNames() {
    return Arrays.asList(
        "saddlebag.runs",
        "saddlebag.polls",
        "saddlebag.staged.bytes",
        "saddlebag.exports.broken",
        "saddlebag.failures",
        "saddlebag.lateness");
  }
}
