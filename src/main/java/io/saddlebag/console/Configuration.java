package io.saddlebag.console;

import io.saddlebag.Settings;
import io.saddlebag.export.Connections;
import io.saddlebag.export.ExportCheck;
import io.saddlebag.export.ExportDefinition;
import io.saddlebag.export.ExportFile;
import io.saddlebag.export.ExportFolder;
import io.saddlebag.export.Kamelets;
import io.saddlebag.export.Problem;
import io.saddlebag.http.Redactor;
import io.saddlebag.run.Ledger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.jspecify.annotations.Nullable;

/**
 * Settings, connections and exports as the files say, read without starting anything. The exports
 * are read when they are first asked for. Not thread-safe.
 */
final class Configuration {
  private final Path properties;
  private final Map<String, String> overrides;
  private final Redactor redactor;
  private final Settings settings;
  private @Nullable CamelContext camel;
  private @Nullable Reading reading;
  private ExportCheck.@Nullable Result exports;

  /** What it takes to read connections and exports; a list of runs does without. */
  private record Reading(CamelContext camel, Kamelets kamelets, Connections connections) {}

  private Configuration(Path properties, Map<String, String> overrides, Redactor redactor) {
    this.properties = properties;
    this.overrides = overrides;
    this.redactor = redactor;
    Optional<PlainProperties> plain = PlainProperties.read(properties, overrides);
    plain.ifPresent(some -> redactor.learn(some.secrets()));
    this.settings =
        plain
            .map(some -> new Settings(name -> some.leaves(name) ? camels(name) : some.find(name)))
            .orElseGet(() -> new Settings(this::camels));
  }

  static Configuration read(Path properties, Map<String, String> overrides, Redactor redactor) {
    return new Configuration(properties, overrides, redactor);
  }

  private Optional<String> camels(String name) {
    return camel().getPropertiesComponent().resolveProperty(name);
  }

  private CamelContext camel() {
    CamelContext known = camel;
    if (known == null) {
      known = context(properties, overrides);
      camel = known;
    }
    return known;
  }

  private static CamelContext context(Path properties, Map<String, String> overrides) {
    CamelContext camel = new DefaultCamelContext(false);
    Settings.winOverEnvironment(camel);
    camel.getPropertiesComponent().setLocation("file:" + properties);
    Properties winning = new Properties();
    winning.putAll(overrides);
    camel.getPropertiesComponent().setOverrideProperties(winning);
    camel.build();
    return camel;
  }

  private Reading reading() {
    Reading known = reading;
    if (known == null) {
      Kamelets kamelets = new Kamelets(settings.kameletFolders());
      known = new Reading(camel(), kamelets, new Connections(camel(), kamelets));
      reading = known;
      redactor.learn(known.connections().secrets());
    }
    return known;
  }

  private ExportCheck.Result exports() {
    ExportCheck.Result known = exports;
    if (known == null) {
      known = readExports();
      exports = known;
    }
    return known;
  }

  private ExportCheck.Result readExports() {
    Reading read = reading();
    ExportCheck check = new ExportCheck(read.camel(), read.kamelets(), read.connections());
    ExportFolder folder = ExportFolder.read(settings.routesFolder().resolve("exports"));
    List<ExportDefinition> definitions = new ArrayList<>();
    List<Problem> problems = new ArrayList<>(folder.problems());
    for (ExportFile file : folder.files().values()) {
      ExportCheck.Result result = check.check(file, id -> folder.before(file.path(), id));
      List<Problem> merged = folder.mergedNames(file);
      definitions.addAll(merged.isEmpty() ? result.definitions() : List.of());
      problems.addAll(result.problems());
      problems.addAll(merged);
    }
    // Exports that share a connection share what is wrong with it.
    return new ExportCheck.Result(
        definitions,
        problems.stream().map(one -> one.redacted(redactor::redact)).distinct().toList());
  }

  /** Our own settings. */
  Settings settings() {
    return settings;
  }

  /** Teaches the redactor all that is secret, also what only a Kamelet declares to be. */
  void learnSecrets() {
    reading();
  }

  /** Reads connections. */
  Connections connections() {
    return reading().connections();
  }

  /** The exports that are right. */
  List<ExportDefinition> definitions() {
    return exports().definitions();
  }

  /** What is wrong with the others. */
  List<Problem> problems() {
    return exports().problems();
  }

  /** Throws when neither an export nor a run has this name, which then is a slip. */
  void requireKnown(String name, Ledger ledger) {
    if (ledger.runs().newest(name, 1).isEmpty() && export(name).isEmpty()) {
      throw new IllegalArgumentException(
          "there is no export \""
              + name
              + "\" that can run, and it never ran: see `saddlebag check`");
    }
  }

  /** The export of this name. */
  Optional<ExportDefinition> export(String name) {
    return definitions().stream().filter(definition -> definition.name().equals(name)).findFirst();
  }
}
