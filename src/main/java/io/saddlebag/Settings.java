package io.saddlebag;

import io.saddlebag.export.Durations;
import io.saddlebag.export.Limits;
import io.saddlebag.http.HttpSettings;
import io.saddlebag.http.Proxies;
import io.saddlebag.run.CallbackSettings;
import io.saddlebag.run.EngineSettings;
import io.saddlebag.run.Lane;
import io.saddlebag.run.LedgerSettings;
import io.saddlebag.run.NodeIdentity;
import io.saddlebag.run.NodeSettings;
import io.saddlebag.server.PortGuard;
import io.saddlebag.staging.StagingLimits;
import io.saddlebag.staging.Verification;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.apache.camel.CamelContext;
import org.apache.camel.component.properties.PropertiesComponent;

/**
 * Our own settings, from application.properties. Every value has a default; one that cannot be read
 * is refused by name.
 */
public final class Settings {
  private static final Duration SHORTEST_LEASE = Duration.ofMillis(500);

  private final Function<String, Optional<String>> properties;

  /** Settings read from these properties. */
  public Settings(Function<String, Optional<String>> properties) {
    this.properties = properties;
  }

  /**
   * Lets the file and {@code --set} win over an environment variable that happens to be called like
   * a property, {@code NODE_NAME} or {@code MARKETING_TOKEN} say: Camel's own order is the other
   * way round. A variable still gives what is set nowhere else.
   */
  public static void winOverEnvironment(CamelContext camel) {
    ((PropertiesComponent) camel.getPropertiesComponent())
        .setEnvironmentVariableMode(PropertiesComponent.ENVIRONMENT_VARIABLES_MODE_FALLBACK);
  }

  /** A property that cannot be used. */
  public static final class BadSetting extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadSetting(String name, String value, String wanted) {
      super("application.properties: " + name + " = " + value + " is not " + wanted);
    }

    BadSetting(String sentence) {
      super(sentence);
    }
  }

  /** Where the ledger is. */
  public LedgerSettings ledger() {
    return new LedgerSettings(
        text("ledger.url", "jdbc:sqlite:" + dataFolder().resolve("ledger.db")),
        properties.apply("ledger.user").orElse(null),
        properties.apply("ledger.password").orElse(null));
  }

  /** How long runs that have ended are kept, with all that is known of them. */
  public Duration ledgerKeep() {
    return duration("saddlebag.ledger.keep", "400d");
  }

  /** The folder of everything that Saddlebag itself keeps. */
  public Path dataFolder() {
    return Path.of(text("data.folder", "data"));
  }

  /** The folder of staged files. */
  public Path stagingFolder() {
    return Path.of(text("staging.folder", dataFolder().resolve("staging").toString()));
  }

  /** How long staged files are kept after a run has ended. */
  public Duration stagingKeep() {
    return duration("staging.keep", "7d");
  }

  /** What staging allows itself. */
  public StagingLimits stagingLimits() {
    StagingLimits defaults = StagingLimits.defaults();
    String verification = text("staging.verify", "full");
    if (!verification.matches("full|directory")) {
      throw new BadSetting("staging.verify", verification, "full or directory");
    }
    return new StagingLimits(
        number("staging.reserve-bytes", defaults.reserveBytes()),
        number("staging.max-bytes", defaults.maxBytes()),
        Verification.valueOf(verification.toUpperCase(Locale.ROOT)),
        number("staging.max-archive-entries", defaults.maxArchiveEntries()),
        number("staging.max-inflated-bytes", defaults.maxInflatedBytes()),
        number("staging.max-archive-ratio", defaults.maxArchiveRatio()));
  }

  /** How this node appears in the ledger. */
  public NodeSettings node() {
    Duration lease = duration("saddlebag.node.lease", "10s");
    if (lease.compareTo(SHORTEST_LEASE) < 0) {
      throw new BadSetting("saddlebag.node.lease", lease.toMillis() + "ms", "500ms or more");
    }
    return new NodeSettings(
        text("node.name", "node"), lease, sharedStaging(), NodeIdentity.file(dataFolder()));
  }

  /** Whether the staging folder is one that all nodes share. */
  public boolean sharedStaging() {
    String shared = text("saddlebag.staging.shared", "false");
    if (!shared.matches("true|false")) {
      throw new BadSetting("saddlebag.staging.shared", shared, "true or false");
    }
    return Boolean.parseBoolean(shared);
  }

  /**
   * How this node works.
   *
   * @param node its identity
   */
  public EngineSettings engine(String node) {
    return new EngineSettings(
        node,
        sharedStaging(),
        (int) number("engine.step-threads", 16),
        (int) number("engine.transfer-threads", 4),
        duration("engine.polling-interval", "250ms"));
  }

  /**
   * How many runs of a connection one node carries on at once in a lane, by the connection's own
   * setting or the one for all; nothing where neither is set.
   */
  public OptionalInt most(String connection, Lane lane) {
    long most =
        lane == Lane.STEPS
            ? most(connection, Limits.STEPS, number("saddlebag.max-concurrent-steps", 0))
            : most(connection, Limits.TRANSFERS, number("saddlebag.max-concurrent-transfers", 0));
    return most == 0
        ? OptionalInt.empty()
        : OptionalInt.of((int) Math.min(most, Integer.MAX_VALUE));
  }

  private long most(String connection, String setting, long otherwise) {
    return number(connection + "." + setting, otherwise);
  }

  /** How late runs may be that are due and have not begun, before health is down. */
  public Duration mostLate() {
    return duration("saddlebag.health.max-lateness", "60s");
  }

  /** The longest wait after the first failure of a step. */
  public Duration backoffFirst() {
    return duration("retry.first", "2s");
  }

  /** The longest wait after any failure of a step. */
  public Duration backoffCap() {
    return duration("retry.cap", "5m");
  }

  /** How long delivery of a staged file is tried. */
  public Duration deliveryDeadline() {
    return duration("delivery.deadline", "24h");
  }

  /** How vendors are called. */
  public HttpSettings http() {
    return new HttpSettings(
        duration("http.connect-timeout", "10s"),
        duration("http.response-timeout", "180s"),
        duration("http.idle-timeout", "60s"),
        (int) number("http.connections-per-host", 32),
        properties
            .apply("http.trust-store")
            .filter(file -> !file.isBlank())
            .map(Path::of)
            .orElse(null),
        properties.apply("http.trust-store-password").orElse(null),
        proxies());
  }

  private Proxies proxies() {
    try {
      return Proxies.read(
          properties,
          name -> Optional.ofNullable(System.getProperty(name)),
          name -> Optional.ofNullable(System.getenv(name)));
    } catch (Proxies.BadProxy e) {
      throw new BadSetting(String.valueOf(e.getMessage()));
    }
  }

  /** Where vendors call back. */
  public CallbackSettings callbacks() {
    return new CallbackSettings(
        text("callbacks.url", "").replaceAll("/+$", ""), text("callbacks.secret", ""));
  }

  /** What a sender to one of our own ports may take. */
  public PortGuard.Limits portLimits() {
    return new PortGuard.Limits(
        duration("saddlebag.server.header-timeout", "10s"),
        duration("saddlebag.server.body-timeout", "30s"));
  }

  /** The names, besides those of this machine for itself, that the port for health answers to. */
  public String managementHosts() {
    return text("saddlebag.management.hosts", "") + "," + text("camel.management.host", "");
  }

  /** Whether the runtime logs JSON. */
  public boolean jsonLog() {
    String format = text("log.format", "text");
    if (!format.matches("text|json")) {
      throw new BadSetting("log.format", format, "text or json");
    }
    return format.equals("json");
  }

  /** The folder of routes. */
  public Path routesFolder() {
    return Path.of(text("routes.folder", "routes"));
  }

  /** The folders of Kamelets: those of vendors, and those that shape and deliver files. */
  public List<Path> kameletFolders() {
    return List.of(routesFolder().resolve("vendors"), routesFolder().resolve("delivery"));
  }

  /** The folder of shaped copies, while the steps after them work. */
  public Path shapingFolder() {
    return Path.of(text("shaping.folder", dataFolder().resolve("shaping").toString()));
  }

  private String text(String name, String otherwise) {
    return properties.apply(name).filter(value -> !value.isBlank()).orElse(otherwise).strip();
  }

  private Duration duration(String name, String otherwise) {
    String value = text(name, otherwise);
    return Durations.parse(value)
        .orElseThrow(() -> new BadSetting(name, value, "a duration, for example 30s, 5m or 7d"));
  }

  private long number(String name, long otherwise) {
    String value = text(name, String.valueOf(otherwise));
    if (!value.matches("\\d{1,18}")) {
      throw new BadSetting(name, value, "a whole number");
    }
    return Long.parseLong(value);
  }
}
