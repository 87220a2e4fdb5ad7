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

/**
 * Settings, connections and exports as the files say, read without starting anything.
 *
 * @param settings our own settings
 * @param kamelets the Kamelets
 * @param connections reads connections
 * @param definitions the exports that are right
 * @param problems what is wrong with the others
 */
record Configuration(
    Settings settings,
    Kamelets kamelets,
    Connections connections,
    List<ExportDefinition> definitions,
    List<Problem> problems) {

  static Configuration read(Path properties, Map<String, String> overrides, Redactor redactor) {
    CamelContext camel = new DefaultCamelContext(false);
    Settings.winOverEnvironment(camel);
    camel.getPropertiesComponent().setLocation("file:" + properties);
    Properties winning = new Properties();
    winning.putAll(overrides);
    camel.getPropertiesComponent().setOverrideProperties(winning);
    camel.build();
    Settings settings = new Settings(camel.getPropertiesComponent()::resolveProperty);
    Kamelets kamelets = new Kamelets(settings.kameletFolders());
    Connections connections = new Connections(camel, kamelets);
    redactor.learn(connections.secrets());
    ExportCheck check = new ExportCheck(camel, kamelets, connections);
    ExportFolder exports = ExportFolder.read(settings.routesFolder().resolve("exports"));
    List<ExportDefinition> definitions = new ArrayList<>();
    List<Problem> problems = new ArrayList<>(exports.problems());
    for (ExportFile file : exports.files().values()) {
      ExportCheck.Result result = check.check(file, id -> exports.before(file.path(), id));
      List<Problem> merged = exports.mergedNames(file);
      definitions.addAll(merged.isEmpty() ? result.definitions() : List.of());
      problems.addAll(result.problems());
      problems.addAll(merged);
    }
    // Exports that share a connection share what is wrong with it.
    return new Configuration(
        settings,
        kamelets,
        connections,
        definitions,
        problems.stream().map(one -> one.redacted(redactor::redact)).distinct().toList());
  }

  /** Throws when neither an export nor a run has this name, which then is a slip. */
  void requireKnown(String name, Ledger ledger) {
    if (export(name).isEmpty() && ledger.runs().newest(name, 1).isEmpty()) {
      throw new IllegalArgumentException(
          "there is no export \""
              + name
              + "\" that can run, and it never ran: see `saddlebag check`");
    }
  }

  /** The export of this name. */
  Optional<ExportDefinition> export(String name) {
    return definitions.stream().filter(definition -> definition.name().equals(name)).findFirst();
  }
}
