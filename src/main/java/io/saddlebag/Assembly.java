package io.saddlebag;

import io.saddlebag.export.Connections;
import io.saddlebag.export.ExportCheck;
import io.saddlebag.export.ExportDefinition;
import io.saddlebag.export.ExportLoader;
import io.saddlebag.export.ExportRoutes;
import io.saddlebag.export.Exports;
import io.saddlebag.export.Incremental;
import io.saddlebag.export.Kamelets;
import io.saddlebag.http.AccessTokens;
import io.saddlebag.http.CredentialGuard;
import io.saddlebag.http.Download;
import io.saddlebag.http.HttpSettings;
import io.saddlebag.http.Redactor;
import io.saddlebag.http.RunConnection;
import io.saddlebag.http.VendorAnswer;
import io.saddlebag.http.VendorCalls;
import io.saddlebag.http.VendorFiles;
import io.saddlebag.http.VendorHttpClient;
import io.saddlebag.http.VendorRequest;
import io.saddlebag.observe.Observability;
import io.saddlebag.run.Backoff;
import io.saddlebag.run.Callbacks;
import io.saddlebag.run.DeliveredParts;
import io.saddlebag.run.Delivery;
import io.saddlebag.run.Engine;
import io.saddlebag.run.Failures;
import io.saddlebag.run.Journal;
import io.saddlebag.run.Ledger;
import io.saddlebag.run.NodeIdentity;
import io.saddlebag.run.NodeLease;
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
import io.saddlebag.staging.SharedFolder;
import io.saddlebag.staging.StagingArea;
import io.saddlebag.staging.StagingFailure;
import io.saddlebag.vendor.VendorBeans;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.component.direct.DirectComponent;
import org.apache.camel.component.http.HttpComponent;
import org.apache.camel.component.kamelet.KameletComponent;
import org.apache.camel.spi.Registry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the parts of a runtime together, and starts nothing. */
final class Assembly {
  private static final Logger LOG = LoggerFactory.getLogger(Assembly.class);
  private static final Duration LOCK_PATIENCE = Duration.ofSeconds(2);
  private static final Duration MARKER_PATIENCE = Duration.ofSeconds(5);

  private final CamelContext camel;
  private final Saddlebag.Options options;
  private final Redactor redactor;
  private final Clock clock;
  private final StopSignal stop = new StopSignal();

  Assembly(CamelContext camel, Saddlebag.Options options, Redactor redactor, Clock clock) {
    this.camel = camel;
    this.options = options;
    this.redactor = redactor;
    this.clock = clock;
  }

  /** Puts them together and binds the beans of the routes. */
  Parts parts() {
    Settings settings = new Settings(camel.getPropertiesComponent()::resolveProperty);
    NodeLock lock =
        NodeLock.take(settings.dataFolder(), LOCK_PATIENCE)
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "another Saddlebag runs on the data folder "
                            + settings.dataFolder()
                            + ": stop it, or set data.folder to one of its own"));
    NodeIdentity node = NodeIdentity.take(settings.dataFolder());
    Ledger ledger = Ledger.open(settings.ledger());
    Exports exports = new Exports();
    Kamelets kamelets = new Kamelets(settings.kameletFolders());
    Connections connections = new Connections(camel, kamelets);
    StagingArea staging =
        new StagingArea(settings.stagingFolder(), settings.stagingLimits(), clock);
    VendorHttpClient http = http(settings.http());
    Observability observability =
        new Observability(ledger, exports, node.id(), settings.mostLate(), clock);
    CredentialGuard credentials = new CredentialGuard(ledger.credentials(), clock);
    VendorCalls calls = new VendorCalls(credentials, ledger.budgets(), clock);
    Engine engine =
        new Engine(
            ledger,
            exports,
            camel.createProducerTemplate(),
            settings.engine(node.id()),
            settings::most,
            calls,
            stop,
            observability::late,
            clock);
    RunRequests requests = new RunRequests(ledger, engine.wakeups(), clock);
    Schedules schedules = new Schedules(ledger, requests, clock);
    ExportCheck check = new ExportCheck(camel, kamelets, connections);
    ExportRoutes routes = new ExportRoutes(camel, check);
    ExportLoader loader =
        new ExportLoader(
            camel,
            check,
            exports,
            routes,
            listener(schedules),
            redactor::redact,
            settings.routesFolder().resolve("exports"),
            clock);

    Parts parts =
        new Parts(
            camel,
            settings,
            lock,
            new NodeLease(ledger, node, settings.node(), sharedFolder(settings)),
            ledger,
            exports,
            staging,
            http,
            engine,
            requests,
            schedules,
            check,
            routes,
            loader,
            observability);
    components(parts);
    redactor.learn(connections.secrets());
    lifecycleBeans(parts, connections);
    camel.getRegistry().bind("credentials", credentials);
    vendorBeans(parts, new RunConnection(connections, redactor), calls);
    return parts;
  }

  private static NodeLease.@Nullable Markers sharedFolder(Settings settings) {
    if (!settings.sharedStaging()) {
      return null;
    }
    SharedFolder folder = new SharedFolder(settings.stagingFolder(), MARKER_PATIENCE);
    return new NodeLease.Markers() {
      @Override
      public void leave(String node, String text) {
        folder.mark(node, text);
      }

      @Override
      public boolean sees(String node, String text) {
        return folder.sees(node, text);
      }
    };
  }

  private VendorHttpClient http(HttpSettings settings) {
    redactor.learn(settings.proxies().secrets());
    String proxies = settings.proxies().shown();
    if (!proxies.isEmpty()) {
      LOG.info("Hosts are reached through the HTTP proxy {}", proxies);
    }
    return new VendorHttpClient(settings, "Saddlebag/" + Saddlebag.VERSION, clock);
  }

  private void components(Parts parts) {
    camel.getComponent("direct", DirectComponent.class).setBlock(false);
    camel
        .getComponent("kamelet", KameletComponent.class)
        .setLocation(
            parts.settings().kameletFolders().stream()
                .map(folder -> "file:" + folder)
                .collect(Collectors.joining(",")));
    parts.http().attachTo(camel.getComponent("http", HttpComponent.class));
    // Vendors are all reached through http; https is for users' own endpoints.
    parts.http().attachTo(camel.getComponent("https", HttpComponent.class));
  }

  /** What the routes of the life cycle, of failures, schedules and callbacks call. */
  private void lifecycleBeans(Parts parts, Connections connections) {
    Ledger ledger = parts.ledger();
    Settings settings = parts.settings();
    RandomGenerator random = RandomGenerator.getDefault();
    Backoff backoff = new Backoff(settings.backoffFirst(), settings.backoffCap(), random);
    Registry beans = camel.getRegistry();
    beans.bind(
        "run",
        new Journal(
            ledger,
            parts.exports(),
            windows(ledger, connections),
            new PollPlan(random),
            settings.deliveryDeadline(),
            redactor::redact,
            stop,
            clock));
    beans.bind(
        "setbacks", new Setbacks(ledger, parts.exports(), backoff, redactor::redact, stop, clock));
    beans.bind("failures", new Failures());
    beans.bind(
        "callbacks", new Callbacks(ledger, parts.engine().wakeups(), settings.callbacks(), clock));
    beans.bind("words", new Words());
    beans.bind("schedules", parts.schedules());
    beans.bind(
        "delivery",
        new Delivery(
            ledger,
            parts.exports(),
            file -> verify(parts.staging(), file),
            parts.routes(),
            camel.createProducerTemplate(),
            clock));
    beans.bind("deliveredOnce", new DeliveredParts(ledger, clock));
  }

  /** What vendors' routes call. */
  private void vendorBeans(Parts parts, RunConnection connection, VendorCalls calls) {
    Ledger ledger = parts.ledger();
    AccessTokens tokens = new AccessTokens(connection, calls, redactor, clock);
    Registry beans = camel.getRegistry();
    beans.bind("tokens", tokens);
    beans.bind("vendorRequest", new VendorRequest(connection, tokens, calls));
    beans.bind(
        "vendorAnswer", new VendorAnswer(connection, tokens, calls.credentials(), redactor, clock));
    beans.bind("files", new VendorFiles(ledger));
    beans.bind(
        "download",
        new Download(connection, tokens, calls, parts.staging(), ledger, redactor, clock));
    VendorBeans.bind(beans, ledger, clock);
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
      public void loaded(List<ExportDefinition> exports) {
        if (options.schedules()) {
          schedules.start(exports);
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
      staging.verify(file.path(), file.bytes(), file.sha256());
    } catch (StagingFailure failure) {
      throw new StepFailure.Rejected(
          failure.failureName(), String.valueOf(failure.getMessage()), failure);
    }
  }
}
