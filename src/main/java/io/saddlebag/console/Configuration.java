package io.saddlebag.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.saddlebag.Settings;
import io.saddlebag.export.Connections;
import io.saddlebag.export.ExportCheck;
import io.saddlebag.export.ExportDefinition;
import io.saddlebag.export.ExportFile;
import io.saddlebag.export.Kamelets;
import io.saddlebag.export.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
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

  static Configuration read(Path properties, Map<String, String> overrides) {
    CamelContext camel = new DefaultCamelContext(false);
    camel.getPropertiesComponent().setLocation("file:" + properties);
    Properties winning = new Properties();
    winning.putAll(overrides);
    camel.getPropertiesComponent().setOverrideProperties(winning);
    camel.build();
    Settings settings = new Settings(camel.getPropertiesComponent()::resolveProperty);
    Kamelets kamelets = new Kamelets(settings.kameletFolders());
    Connections connections = new Connections(camel, kamelets);
    ExportCheck check = new ExportCheck(camel, kamelets, connections);
    List<ExportDefinition> definitions = new ArrayList<>();
    List<Problem> problems = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (Path file : files(settings.routesFolder().resolve("exports"))) {
      try {
        ExportFile export = ExportFile.parse(file, Files.readString(file));
        ExportCheck.Result result = check.check(export, ids::contains);
        definitions.addAll(result.definitions());
        problems.addAll(result.problems());
        export.routes().forEach(route -> ids.add(String.valueOf(route.id())));
      } catch (JsonProcessingException e) {
        problems.add(
            new Problem(file.toString(), null, "the file is not YAML: " + e.getOriginalMessage()));
      } catch (IOException e) {
        problems.add(
            new Problem(file.toString(), null, "the file cannot be read: " + e.getMessage()));
      }
    }
    // Exports that share a connection share what is wrong with it.
    return new Configuration(
        settings, kamelets, connections, definitions, problems.stream().distinct().toList());
  }

  private static List<Path> files(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".camel.yaml")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the folder " + folder + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** The export of this name. */
  Optional<ExportDefinition> export(String name) {
    return definitions.stream().filter(definition -> definition.name().equals(name)).findFirst();
  }
}
