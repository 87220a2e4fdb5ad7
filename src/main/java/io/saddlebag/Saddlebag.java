package io.saddlebag;

import io.saddlebag.export.CamelRefusal;
import io.saddlebag.export.ExportCheck;
import io.saddlebag.export.ExportTrial;
import io.saddlebag.export.Exports;
import io.saddlebag.http.Redactor;
import io.saddlebag.observe.Observability;
import io.saddlebag.run.Alerts;
import io.saddlebag.run.Engine;
import io.saddlebag.run.Ledger;
import io.saddlebag.run.RunRequests;
import io.saddlebag.shaping.WorkFolder;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.TemplatedRouteBuilder;
import org.apache.camel.main.Main;

/**
 * The runtime: Camel with the routes, the ledger and the engine, put together in one place. Starts
 * in the order ledger, routes, timers and stops in the order timers, connections, Camel.
 */
public final class Saddlebag implements AutoCloseable {
  /** This version, as vendors see it. */
  public static final String VERSION = "0.1.0";

  private static final Duration FILE_WATCH = Duration.ofSeconds(1);
  private static final Duration SCHEDULES = Duration.ofSeconds(1);
  private static final Duration ALERTS = Duration.ofSeconds(5);
  private static final Duration HOUSEKEEPING = Duration.ofMinutes(1);

  private final Main main;
  private final Clock clock;
  private final Options options;
  private final Chores chores = new Chores("housekeeping");
  private final Chores alarm = new Chores("alerts");
  private final Chores waking = new Chores("schedules");
  private final CompletableFuture<Void> identityLost = new CompletableFuture<>();
  private final Parts parts;

  /**
   * What differs between the ways of starting.
   *
   * @param properties the application.properties file
   * @param overrides properties that win over the file
   * @param schedules whether schedules fire
   * @param observe whether health and metrics are served
   */
  public record Options(
      Path properties, Map<String, String> overrides, boolean schedules, boolean observe) {}

  private Saddlebag(Options options, Redactor redactor, Clock clock) throws Exception {
    this.options = options;
    this.clock = clock;
    this.main = camelMain(options);
    // Camel reads its route files here, and builds them at the start.
    building(redactor, main::init);
    this.parts = new Assembly(main.getCamelContext(), options, redactor, clock).parts();
  }

  /** Starts a runtime; throws, with a sentence that says what to do, when it cannot. */
  public static Saddlebag start(Options options, Redactor redactor, Clock clock) throws Exception {
    Saddlebag saddlebag = new Saddlebag(options, redactor, clock);
    try {
      saddlebag.start(redactor);
      return saddlebag;
    } catch (Exception | Error e) {
      saddlebag.close();
      throw e;
    }
  }

  /**
   * Builds everything as for a start, and starts nothing: the exports that could run, and what is
   * wrong with the others.
   *
   * @param options with a data folder of its own, which a runtime may otherwise hold
   */
  public static ExportCheck.Result trial(Options options, Redactor redactor, Clock clock)
      throws Exception {
    Saddlebag saddlebag = new Saddlebag(options, redactor, clock);
    try {
      CamelContext camel = saddlebag.parts.camel();
      // Kamelets are built from here on.
      saddlebag.building(redactor, camel::init);
      return new ExportTrial(camel, saddlebag.parts.check())
          .of(saddlebag.parts.settings().routesFolder().resolve("exports"));
    } finally {
      saddlebag.close();
    }
  }

  /**
   * Starts Saddlebag's own routes and nothing else, to ask vendors something: no export is loaded,
   * no run carried on, nothing tidied up.
   *
   * @param options with a data folder of its own, which a runtime may otherwise hold
   */
  public static Saddlebag startOwnRoutes(Options options, Redactor redactor, Clock clock)
      throws Exception {
    Saddlebag saddlebag = new Saddlebag(options, redactor, clock);
    try {
      saddlebag.building(redactor, saddlebag.main::start);
      return saddlebag;
    } catch (Exception | Error e) {
      saddlebag.close();
      throw e;
    }
  }

  /** Camel's Main with our files; not started. */
  static Main camelMain(Options options) {
    Main main =
        new Main() {
          @Override
          protected CamelContext createCamelContext() {
            CamelContext camel = super.createCamelContext();
            Settings.winOverEnvironment(camel);
            return camel;
          }
        };
    main.setPropertyPlaceholderLocations("file:" + options.properties());
    main.configure().setShutdownTimeout(2);
    main.configure().setAutoConfigurationLogSummary(false);
    main.configure().setStreamCachingEnabled(true);
    if (!options.observe()) {
      // What nobody looks at is not set up: it costs a command as much as loading the routes.
      main.addOverrideProperty("camel.main.jmxEnabled", "false");
      main.addOverrideProperty("camel.management.enabled", "false");
      main.addOverrideProperty("camel.metrics.enabled", "false");
    }
    options.overrides().forEach(main::addOverrideProperty);
    return main;
  }

  private interface Building {
    void run() throws Exception;
  }

  /** Does what makes Camel look at our own routes, some of which users edit: the alerts' say. */
  private void building(Redactor redactor, Building step) {
    try {
      step.run();
    } catch (Exception e) {
      Path routes =
          new Settings(main.getCamelContext().getPropertiesComponent()::resolveProperty)
              .routesFolder();
      throw new RoutesRefused(
          CamelRefusal.of(main.getCamelContext(), routes, e).redacted(redactor::redact), e);
    }
  }

  private void start(Redactor redactor) throws Exception {
    Observability.requirePort(parts.camel());
    new WorkFolder(parts.settings().shapingFolder()).removeLeftovers();
    parts.lease().take(this::stopWorking);
    building(redactor, main::start);
    parts.observability().register(parts.camel());
    if (parts.settings().callbacks().usable() && options.schedules()) {
      TemplatedRouteBuilder.builder(parts.camel(), "vendor-callbacks")
          .routeId("vendor-callbacks")
          .add();
    }
    parts.loader().refresh();
    parts.engine().start();
    chores.every(FILE_WATCH, FILE_WATCH, "look at the route files", parts.loader()::refresh);
    if (options.schedules()) {
      Alerts alerts =
          new Alerts(
              parts.ledger(),
              parts.exports(),
              parts.camel().createProducerTemplate(),
              parts.lease().identity().id(),
              clock);
      alarm.every(Duration.ofSeconds(1), ALERTS, "tell alerts", alerts::tell);
      waking.every(SCHEDULES, SCHEDULES, "look at the schedules", parts.schedules()::look);
    }
    chores.every(Duration.ofSeconds(1), HOUSEKEEPING, "keep house", this::keepHouse);
  }

  private void keepHouse() {
    parts.engine().reconcile();
    parts.observability().refresh();
    new Housekeeping(
            parts.ledger(),
            parts.lease().identity().id(),
            parts.staging(),
            parts.settings().stagingKeep(),
            clock)
        .clean();
  }

  /** Another process is this node now: what this one still writes would be that one's. */
  private void stopWorking() {
    waking.close();
    chores.close();
    alarm.close();
    parts.engine().stop(parts.http()::close);
    identityLost.complete(null);
  }

  /** Completes when another process has taken this node's identity over; this one does nothing. */
  public CompletableFuture<Void> identityLost() {
    return identityLost;
  }

  /** The runs and what became of them. */
  public Ledger ledger() {
    return parts.ledger();
  }

  /** The exports that are loaded. */
  public Exports exports() {
    return parts.exports();
  }

  /** Requests runs. */
  public RunRequests requests() {
    return parts.requests();
  }

  /** Wakes runs. */
  public Engine engine() {
    return parts.engine();
  }

  /** Camel. */
  public CamelContext camel() {
    return parts.camel();
  }

  /** The settings. */
  public Settings settings() {
    return parts.settings();
  }

  /** Takes edited route files over now. */
  public void refresh() {
    parts.loader().refresh();
  }

  /** Detaches from all runs and stops; vendors' jobs go on. */
  @Override
  public void close() throws Exception {
    waking.close();
    chores.close();
    alarm.close();
    parts.engine().stop(parts.http()::close);
    main.stop();
    parts.lease().close();
    parts.ledger().close();
    parts.lock().close();
  }

  /** What is wrong with the route files, if anything is. */
  public Optional<String> problems() {
    return parts.exports().problems().isEmpty()
        ? Optional.empty()
        : Optional.of(
            String.join("\n", parts.exports().problems().stream().map(Object::toString).toList()));
  }
}
