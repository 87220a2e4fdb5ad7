package io.saddlebag;

import io.saddlebag.export.Connections;
import io.saddlebag.export.ExportCheck;
import io.saddlebag.export.ExportDefinition;
import io.saddlebag.export.ExportLoader;
import io.saddlebag.export.ExportTrial;
import io.saddlebag.export.Exports;
import io.saddlebag.export.Incremental;
import io.saddlebag.export.Kamelets;
import io.saddlebag.http.AccessTokens;
import io.saddlebag.http.Download;
import io.saddlebag.http.Redactor;
import io.saddlebag.http.RunConnection;
import io.saddlebag.http.VendorAnswer;
import io.saddlebag.http.VendorFiles;
import io.saddlebag.http.VendorHttpClient;
import io.saddlebag.http.VendorRequest;
import io.saddlebag.observe.Observability;
import io.saddlebag.run.Alerts;
import io.saddlebag.run.Backoff;
import io.saddlebag.run.CallbackSettings;
import io.saddlebag.run.Callbacks;
import io.saddlebag.run.DeliveredParts;
import io.saddlebag.run.Delivery;
import io.saddlebag.run.Engine;
import io.saddlebag.run.Failures;
import io.saddlebag.run.Journal;
import io.saddlebag.run.Ledger;
import io.saddlebag.run.NodeLock;
import io.saddlebag.run.PollPlan;
import io.saddlebag.run.RunRequests;
import io.saddlebag.run.Schedules;
import io.saddlebag.run.Setbacks;
import io.saddlebag.run.StagedFile;
import io.saddlebag.run.StepFailure;
import io.saddlebag.run.StopSignal;
import io.saddlebag.run.Windows;
import io.saddlebag.run.Words;
import io.saddlebag.shaping.WorkFolder;
import io.saddlebag.staging.StagingArea;
import io.saddlebag.staging.StagingFailure;
import io.saddlebag.vendor.VendorBeans;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.TemplatedRouteBuilder;
import org.apache.camel.component.direct.DirectComponent;
import org.apache.camel.component.http.HttpComponent;
import org.apache.camel.component.kamelet.KameletComponent;
import org.apache.camel.main.Main;

/**
 * The runtime: Camel with the routes, the ledger and the engine, put together in one place. Starts
 * in the order ledger, routes, timers and stops in the order timers, connections, Camel.
 */
public final class Saddlebag implements AutoCloseable {
  /** This version, as vendors see it. */
  public static final String VERSION = "0.1.0";

  private static final Duration FILE_WATCH = Duration.ofSeconds(1);
  private static final Duration LOCK_PATIENCE = Duration.ofSeconds(2);
  private static final Duration ALERTS = Duration.ofSeconds(5);
  private static final Duration HOUSEKEEPING = Duration.ofMinutes(1);

  private final Main main;
  private final Clock clock;
  private final Options options;
  private final StopSignal stop = new StopSignal();
  private final Redactor redactor;
  private final Chores chores = new Chores("housekeeping");
  private final Chores alarm = new Chores("alerts");
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

  private record Parts(
      CamelContext camel,
      Settings settings,
      NodeLock lock,
      Ledger ledger,
      Exports exports,
      StagingArea staging,
      VendorHttpClient http,
      Engine engine,
      RunRequests requests,
      Schedules schedules,
      ExportCheck check,
      ExportLoader loader,
      Observability observability) {}

  private Saddlebag(Options options, Redactor redactor, Clock clock) throws Exception {
    this.options = options;
    this.redactor = redactor;
    this.clock = clock;
    this.main = camelMain(options);
    main.init();
    this.parts = assemble();
  }

  /** Starts a runtime; throws, with a sentence that says what to do, when it cannot. */
  public static Saddlebag start(Options options, Redactor redactor, Clock clock) throws Exception {
    Saddlebag saddlebag = new Saddlebag(options, redactor, clock);
    try {
      saddlebag.start();
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
      camel.init();
      return new ExportTrial(camel, saddlebag.parts.check())
          .of(saddlebag.parts.settings().routesFolder().resolve("exports"));
    } finally {
      saddlebag.close();
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

  private Parts assemble() {
    CamelContext camel = main.getCamelContext();
    Settings settings = new Settings(camel.getPropertiesComponent()::resolveProperty);
    NodeLock lock =
        NodeLock.take(settings.dataFolder(), LOCK_PATIENCE)
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "another Saddlebag runs on the data folder "
                            + settings.dataFolder()
                            + ": stop it, or set data.folder to one of its own"));
    Ledger ledger = Ledger.open(settings.ledger());
    Exports exports = new Exports();
    Kamelets kamelets = new Kamelets(settings.kameletFolders());
    Connections connections = new Connections(camel, kamelets);
    StagingArea staging =
        new StagingArea(settings.stagingFolder(), settings.stagingLimits(), clock);
    VendorHttpClient http = new VendorHttpClient(settings.http(), "Saddlebag/" + VERSION);
    Observability observability = new Observability(ledger, exports);
    Engine engine =
        new Engine(
            ledger,
            exports,
            camel.createProducerTemplate(),
            settings.engine(),
            stop,
            observability::late,
            clock);
    RunRequests requests = new RunRequests(ledger, engine.wakeups(), clock);
    Schedules schedules = new Schedules(camel, exports, ledger, requests, clock);
    ExportCheck check = new ExportCheck(camel, kamelets, connections);
    ExportLoader loader =
        new ExportLoader(
            camel, check, exports, listener(schedules), settings.routesFolder().resolve("exports"));

    camel.getComponent("direct", DirectComponent.class).setBlock(false);
    camel
        .getComponent("kamelet", KameletComponent.class)
        .setLocation(
            settings.kameletFolders().stream()
                .map(folder -> "file:" + folder)
                .collect(Collectors.joining(",")));
    http.attachTo(camel.getComponent("http", HttpComponent.class));
    // Vendors are all reached through http; https is for users' own endpoints.
    http.attachTo(camel.getComponent("https", HttpComponent.class));
    RunConnection runConnection = new RunConnection(connections, redactor);
    RandomGenerator random = RandomGenerator.getDefault();
    Journal journal =
        new Journal(
            ledger,
            exports,
            windows(ledger, connections),
            new PollPlan(random),
            settings.deliveryDeadline(),
            redactor::redact,
            stop,
            clock);
    Backoff backoff = new Backoff(settings.backoffFirst(), settings.backoffCap(), random);
    camel.getRegistry().bind("run", journal);
    camel
        .getRegistry()
        .bind("setbacks", new Setbacks(ledger, backoff, redactor::redact, stop, clock));
    camel.getRegistry().bind("failures", new Failures());
    CallbackSettings callbacks = settings.callbacks();
    redactor.learn(connections.secrets());
    camel
        .getRegistry()
        .bind("callbacks", new Callbacks(ledger, engine.wakeups(), callbacks, clock));
    camel.getRegistry().bind("words", new Words());
    camel.getRegistry().bind("schedules", schedules);
    camel
        .getRegistry()
        .bind(
            "delivery",
            new Delivery(
                ledger,
                exports,
                file -> verify(staging, file),
                camel.createProducerTemplate(),
                clock));
    camel.getRegistry().bind("deliveredOnce", new DeliveredParts(ledger, clock));
    AccessTokens tokens = new AccessTokens(runConnection, redactor, clock);
    camel.getRegistry().bind("tokens", tokens);
    camel.getRegistry().bind("vendorRequest", new VendorRequest(runConnection, tokens));
    camel.getRegistry().bind("vendorAnswer", new VendorAnswer(tokens, redactor, clock));
    camel.getRegistry().bind("files", new VendorFiles(ledger));
    camel
        .getRegistry()
        .bind("download", new Download(runConnection, tokens, staging, ledger, redactor, clock));
    VendorBeans.bind(camel.getRegistry(), ledger, clock);
    return new Parts(
        camel,
        settings,
        lock,
        ledger,
        exports,
        staging,
        http,
        engine,
        requests,
        schedules,
        check,
        loader,
        observability);
  }

  private static Windows windows(Ledger ledger, Connections connections) {
    return new Windows(
        ledger.checkpoints(),
        export -> {
          Incremental how = export.incremental();
          return how == null
              ? ""
              : how.scopeOf(export, connections.read(export.connection(), export.kamelet()));
        });
  }

  private ExportLoader.Listener listener(Schedules schedules) {
    return new ExportLoader.Listener() {
      @Override
      public void loaded(ExportDefinition export) {
        if (options.schedules()) {
          schedules.start(export);
        }
      }

      @Override
      public void unloaded(ExportDefinition export) {
        schedules.stop(export);
      }
    };
  }

  private void verify(StagingArea staging, StagedFile file) {
    try {
      // A file staged a moment ago is in the page cache as it was digested; an older one is read
      // again.
      boolean fresh = file.stagedAt().isAfter(clock.instant().minusSeconds(60));
      if (fresh) {
        staging.verifyLength(file.path(), file.bytes());
      } else {
        staging.verify(file.path(), file.bytes(), file.sha256());
      }
    } catch (StagingFailure failure) {
      throw new StepFailure.Rejected(
          failure.failureName(), String.valueOf(failure.getMessage()), failure);
    }
  }

  private void start() throws Exception {
    Observability.requirePort(parts.camel());
    new WorkFolder(parts.settings().shapingFolder()).removeLeftovers();
    main.start();
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
              parts.ledger(), parts.exports(), parts.camel().createProducerTemplate(), clock);
      alarm.every(Duration.ofSeconds(1), ALERTS, "tell alerts", alerts::tell);
    }
    chores.every(Duration.ofSeconds(1), HOUSEKEEPING, "keep house", this::keepHouse);
  }

  private void keepHouse() {
    parts.engine().reconcile();
    parts.observability().refresh();
    new Housekeeping(parts.ledger(), parts.staging(), parts.settings().stagingKeep(), clock)
        .clean();
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
    chores.close();
    alarm.close();
    parts.engine().stop(parts.http()::close);
    main.stop();
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
