package io.saddlebag.console;

import ch.qos.logback.classic.Level;
import io.saddlebag.Saddlebag;
import io.saddlebag.http.Redactor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What every command can be told. */
final class Common {
  @Option(
      names = "--properties",
      paramLabel = "FILE",
      description = "The settings (default: ${DEFAULT-VALUE}).",
      defaultValue = "application.properties")
  private Path properties = Path.of("application.properties");

  @Option(
      names = {"-D", "--set"},
      paramLabel = "NAME=VALUE",
      description = "A setting that wins over the file; not for secrets, which others could see.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(names = "--json", description = "Answer as JSON on standard output.")
  private boolean json;

  @Option(names = "--verbose", description = "Log what happens, to standard error.")
  private boolean verbose;

  private final Redactor redactor = new Redactor();
  private @Nullable Configuration configuration;

  boolean json() {
    return json;
  }

  Redactor redactor() {
    return redactor;
  }

  /** A redactor for what went wrong, which may hold any secret of the configuration. */
  Redactor knowingRedactor() {
    Configuration read = configuration;
    if (read != null) {
      try {
        read.learnSecrets();
      } catch (RuntimeException unreadable) {
        // What cannot be read is what went wrong; the secrets that have a secret's name are known.
      }
    }
    return redactor;
  }

  Map<String, String> settings() {
    return settings;
  }

  /** The configuration as it stands in the files, without a runtime. */
  Configuration configuration() {
    requireFile();
    Configuration read = Configuration.read(properties, settings, redactor);
    configuration = read;
    return read;
  }

  /** Whether the settings want the runtime's log as JSON. */
  boolean jsonLog() {
    return configuration().settings().jsonLog();
  }

  /** How a runtime inside this command is started. */
  Saddlebag.Options options(Map<String, String> more, boolean schedules, boolean observe) {
    requireFile();
    Map<String, String> all = new HashMap<>(settings);
    all.putAll(more);
    return new Saddlebag.Options(properties, all, schedules, observe);
  }

  private void requireFile() {
    if (!Files.isReadable(properties)) {
      throw new IllegalArgumentException(
          "there is no settings file "
              + properties
              + " here: change to Saddlebag's folder, or name the file with --properties");
    }
  }

  /** Sets the log up for a command that shows results itself. */
  void quietLog() {
    Logging.setUp(redactor, false, verbose ? Level.INFO : Level.ERROR);
  }

  /** Sets the log up for a runtime. */
  void runtimeLog(boolean asJson) {
    Logging.setUp(redactor, asJson, Level.INFO);
  }
}
