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
  private final Settings settings;
  private final Redactor redactor;
  private final CamelContext camel;
  private final Kamelets kamelets;
  private final Connections connections;
  private ExportCheck.@Nullable Result exports;

  private Configuration(Settings settings, Redactor redactor, CamelContext camel) {
    this.settings = settings;
    this.redactor = redactor;
    this.camel = camel;
    this.kamelets = new Kamelets(settings.kameletFolders());
    this.connections = new Connections(camel, kamelets);
    redactor.learn(connections.secrets());
  }

  static Configuration read(Path properties, Map<String, String> overrides, Redactor redactor) {
    CamelContext camel = new DefaultCamelContext(false);
    Settings.winOverEnvironment(camel);
    camel.getPropertiesComponent().setLocation("file:" + properties);
    Properties winning = new Properties();
    winning.putAll(overrides);
    camel.getPropertiesComponent().setOverrideProperties(winning);
    camel.build();
    return new Configuration(
        new Settings(camel.getPropertiesComponent()::resolveProperty), redactor, camel);
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
    ExportCheck check = new ExportCheck(camel, kamelets, connections);
    ExportFolder folder = ExportFolder.read(settings.routesFolder().resolve("exports"));
    List<ExportDefinition> definitions = new ArrayList<>();
    List<Problem> problems = new ArrayList<>(folder.problems());
    for (ExportFile file : folder.files().values()) {
      ExportCheck.Result result = check.check(file, id -> folder.before(file.path(), id));
      definitions.addAll(result.definitions());
      problems.addAll(result.problems());
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

  /** Reads connections. */
  Connections connections() {
    return connections;
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
