package io.saddlebag;

import io.saddlebag.export.CamelRefusal;
import io.saddlebag.export.ExportCheck;
import io.saddlebag.export.ExportTrial;
import io.saddlebag.export.Exports;
import io.saddlebag.http.Redactor;
import io.saddlebag.observe.MemoryWatch;
import io.saddlebag.observe.Observability;
import io.saddlebag.run.Alerts;
import io.saddlebag.run.ClockWatch;
import io.saddlebag.run.Engine;
import io.saddlebag.run.Ledger;
import io.saddlebag.run.RunRequests;
import io.saddlebag.server.PortGuard;
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
import org.apache.camel.main.SimpleMainShutdownStrategy;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runtime: Camel with the routes, the ledger and the engine, put together in one place. Starts
 * in the order ledger, routes, timers and stops in the order timers, connections, Camel.
 */
public final class Saddlebag implements AutoCloseable {
  /** This version, as vendors see it. */
  public static final String VERSION = "0.1.0";

  private static final Logger LOG = LoggerFactory.getLogger(Saddlebag.class);

  private static final Duration FILE_WATCH = Duration.ofSeconds(1);
  private static final Duration SCHEDULES = Duration.ofSeconds(1);
  private static final Duration LEDGER_WATCH = Duration.ofSeconds(10);
  private static final Duration CLOCK_WATCH = Duration.ofSeconds(1);
  private static final Duration ALERTS = Duration.ofSeconds(5);
  private static final Duration HOUSEKEEPING = Duration.ofMinutes(1);
  private static final Duration PRUNING = Duration.ofSeconds(20);
  private static final Duration FIRST_RECOUNT = Duration.ofMinutes(5);
  private static final Duration RECOUNT = Duration.ofDays(1);

  private static final Duration STOP = Duration.ofMillis(3_600);
  private static final Duration ENGINE_STOP = Duration.ofMillis(2_900);

  private final Main main;
  private final Clock clock;
  private final Options options;
  private final Chores chores = new Chores("housekeeping");
  private final Chores alarm = new Chores("alerts");
  private final Chores waking = new Chores("schedules");
  private final Chores watching = new Chores("ledger-watch");
  private final CompletableFuture<Void> identityLost = new CompletableFuture<>();
  private final Parts parts;
  private final PortGuard ports;
  private @Nullable MemoryWatch memory;

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
    this.ports =
        new PortGuard(
            new Settings(main.getCamelContext().getPropertiesComponent()::resolveProperty)
                .portLimits());
    ports.bind(main.getCamelContext());
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
    // Camel's own hook would hold the process for 17 seconds while a route hangs, and keep every
    // context that was ever started; ours stops Camel.
    main.setShutdownStrategy(new SimpleMainShutdownStrategy());
    main.configure().setAutoConfigurationLogSummary(false);
    main.configure().setStreamCachingEnabled(true);
    // Routes are what JMX is asked for; their steps would take it a second and twenty megabytes.
    main.addInitialProperty("camel.main.jmxManagementMBeansLevel", "RoutesOnly");
    if (!options.observe()) {
      // What nobody looks at is not set up: it costs a command as much as loading the routes.
      main.addOverrideProperty("camel.main.jmxEnabled", "false");
      main.addOverrideProperty("camel.management.enabled", "false");
      main.addOverrideProperty("camel.metrics.enabled", "false");
    }
    // Only this machine, unless it is told otherwise: whoever calls back comes through a proxy.
    main.addInitialProperty("camel.server.host", "{{saddlebag.callbacks.host:127.0.0.1}}");
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
    if (options.observe()) {
      // Before anything that could be too much.
      memory = MemoryWatch.start();
    }
    Observability.requirePort(parts.camel());
    OpenFiles.warn(parts.settings().engine(parts.lease().identity().id()), parts.settings().http());
    new WorkFolder(parts.settings().shapingFolder()).removeLeftovers();
    new OwnFolders(parts.settings()).makePrivate(parts.staging());
    parts.lease().take(this::stopWorking);
    building(redactor, main::start);
    ports.guard(parts.camel(), parts.settings().managementHosts());
    parts.observability().register(parts.camel(), memory);
    if (parts.settings().callbacks().usable() && options.schedules()) {
      TemplatedRouteBuilder.builder(parts.camel(), "vendor-callbacks")
          .routeId("vendor-callbacks")
          .add();
    }
    parts.loader().refresh();
    ClockWatch clockWatch =
        new ClockWatch(parts.ledger(), parts.engine().wakeups(), parts.engine()::lookNow, clock);
    clockWatch.look();
    parts.engine().start();
    waking.every(CLOCK_WATCH, CLOCK_WATCH, "look at the clock", clockWatch::look);
    watching.every(
        LEDGER_WATCH, LEDGER_WATCH, "look at the ledger", parts.observability()::lookAtLedger);
    if (options.schedules()) {
      TemplatedRouteBuilder.builder(parts.camel(), "export-schedule")
          .routeId("export-schedule")
          .add();
    }
    chores.every(FILE_WATCH, FILE_WATCH, "look at the route files", parts.loader()::look);
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
    Pruning pruning =
        new Pruning(
            parts.ledger().retention(), parts.exports(), parts.settings().ledgerKeep(), clock);
    chores.every(PRUNING, PRUNING, "remove old runs", pruning::prune);
    chores.every(FIRST_RECOUNT, RECOUNT, "count the ledger anew", this::recount);
  }

  private void recount() {
    Map<String, Long> wrong = parts.ledger().counters().recount();
    if (!wrong.isEmpty()) {
      LOG.warn("Counters for metrics were wrong by {}; they are right now", wrong);
    }
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

  /** How many of the users' route files hold what does not run. */
  public long unloadedFiles() {
    return parts.loader().unloaded();
  }

  /** Takes edited route files over now. */
  public void refresh() {
    parts.loader().refresh();
  }

  /**
   * Detaches from all runs and stops; vendors' jobs go on. It takes less than five seconds,
   * whatever hangs: what does not end in its time is left to the end of the process.
   */
  @Override
  public void close() throws Exception {
    StopTime time = new StopTime(STOP);
    waking.close();
    watching.close();
    chores.close();
    alarm.close();
    time.give(ENGINE_STOP, "the engine", () -> parts.engine().stop(parts.http()::close));
    time.give(STOP, "Camel", main::stop);
    ports.close();
    time.give(STOP, "the lease", parts.lease()::close);
    time.give(STOP, "the ledger", parts.ledger()::close);
    if (memory != null) {
      memory.close();
    }
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
