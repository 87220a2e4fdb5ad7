package io.saddlebag.observe;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.saddlebag.export.ExportDefinition;
import io.saddlebag.export.Exports;
import io.saddlebag.run.Counters;
import io.saddlebag.run.Ledger;
import io.saddlebag.run.LedgerWatch;
import io.saddlebag.run.RunState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheckRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Health and metrics of the runs, at Camel's usual paths under {@code /observe}. What is counted
 * comes from the ledger, so it is right after a restart too.
 */
public final class Observability {
  private static final Duration ONE_SCRAPE = Duration.ofMillis(200);

  private final Ledger ledger;
  private final LedgerWatch watch;
  private final Exports exports;
  private final String node;
  private volatile @Nullable Timer lateness;
  private volatile @Nullable MultiGauge failures;
  private volatile @Nullable Look look;
  private final Lateness byConnection;
  private final Duration mostLate;
  private volatile @Nullable MultiGauge lateRuns;
  private volatile @Nullable MultiGauge lateSeconds;

  /**
   * Observes this ledger.
   *
   * @param node the identity of the node that does
   * @param mostLate how late runs may be before health is down
   */
  public Observability(
      Ledger ledger, Exports exports, String node, Duration mostLate, Clock clock) {
    this.node = node;
    this.ledger = ledger;
    this.watch = new LedgerWatch(ledger);
    this.exports = exports;
    this.byConnection = new Lateness(ledger, exports, clock);
    this.mostLate = mostLate;
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

  /**
   * Adds the runs to what the started context shows.
   *
   * @param memory what watches the heap, null where nobody asks
   */
  public void register(CamelContext camel, @Nullable MemoryWatch memory) {
    HealthCheckRegistry health = HealthCheckRegistry.get(camel);
    if (health != null) {
      if (memory != null) {
        health.register(new MemoryHealth(memory));
      }
      health.register(new LedgerHealth(watch));
      health.register(new ExportsHealth(exports));
      health.register(new ConnectionsHealth(ledger, byConnection, mostLate));
      health.register(new NodesHealth(ledger, node));
    }
    MeterRegistry meters = camel.getRegistry().findSingleByType(MeterRegistry.class);
    if (meters != null) {
      register(meters);
    }
  }

  private void register(MeterRegistry meters) {
    for (RunState state : RunState.values()) {
      Gauge.builder("saddlebag.runs", () -> counter(Counters.runs(state)))
          .description("Runs in the ledger, by state")
          .tag("state", state.name())
          .register(meters);
    }
    Gauge.builder("saddlebag.polls", () -> counter(Counters.POLLS))
        .description("Status calls made to vendors, by the ledger")
        .register(meters);
    Gauge.builder("saddlebag.staged.bytes", () -> counter(Counters.STAGED_BYTES))
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
    lateRuns =
        MultiGauge.builder("saddlebag.late.runs")
            .description("Runs that are due and have not begun, by connection")
            .register(meters);
    lateSeconds =
        MultiGauge.builder("saddlebag.late.seconds")
            .description("For how long the latest of them has been due, by connection")
            .baseUnit("seconds")
            .register(meters);
    Gauge.builder("saddlebag.connections.refused", () -> ledger.credentials().refused().size())
        .description("Connections whose credentials the vendor refuses")
        .register(meters);
    refresh();
  }

  private void refreshLateness() {
    MultiGauge runs = lateRuns;
    MultiGauge seconds = lateSeconds;
    if (runs == null || seconds == null) {
      return;
    }
    Set<String> connections =
        exports.all().stream().map(ExportDefinition::connection).collect(Collectors.toSet());
    runs.register(
        connections.stream()
            .map(name -> MultiGauge.Row.of(Tags.of("connection", name), () -> late(name).runs()))
            .toList(),
        true);
    seconds.register(
        connections.stream()
            .map(
                name ->
                    MultiGauge.Row.of(
                        Tags.of("connection", name),
                        () -> late(name).longest().toMillis() / 1000.0))
            .toList(),
        true);
  }

  private Lateness.Late late(String connection) {
    return byConnection.of(connection);
  }

  /** Brings the failures by name up to date; called by housekeeping. */
  public void refresh() {
    refreshLateness();
    MultiGauge gauge = failures;
    if (gauge != null) {
      Map<String, Long> counts = Counters.failures(counters());
      gauge.register(
          counts.entrySet().stream()
              .map(entry -> MultiGauge.Row.of(Tags.of("name", entry.getKey()), entry.getValue()))
              .toList(),
          true);
    }
  }

  private long counter(String name) {
    return counters().getOrDefault(name, 0L);
  }

  /** One look at the ledger serves a whole scrape. */
  private Map<String, Long> counters() {
    Look last = look;
    if (last == null || last.age().compareTo(ONE_SCRAPE) > 0) {
      last = new Look(ledger.counters().all(), System.nanoTime());
      look = last;
    }
    return last.counters();
  }

  private record Look(Map<String, Long> counters, long nanos) {
    Duration age() {
      return Duration.ofNanos(System.nanoTime() - nanos);
    }
  }

  /** Looks at the ledger, which may take a while; health tells what was found. */
  public void lookAtLedger() {
    watch.look();
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
        "saddlebag.lateness",
        "saddlebag.late.runs",
        "saddlebag.late.seconds",
        "saddlebag.connections.refused");
  }
}
