package io.saddlebag.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The program's own routes, copied aside: those that carry an export, without the user's exports,
 * alerts and whatever else lies beside them, so that nothing of the user's runs with a copy.
 */
final class ProgramRoutes {
  private static final List<String> FILES =
      List.of(
          "callbacks.camel.yaml",
          "export-lifecycle.camel.yaml",
          "export-schedule.camel.yaml",
          "failures.camel.yaml",
          "vendor-http.camel.yaml");
  private static final List<String> FOLDERS = List.of("vendors", "delivery");

  private ProgramRoutes() {}

  /** Copies the routes of one folder into another, with an empty folder of exports; gives that. */
  static Path copy(Path from, Path to) throws IOException {
    Path exports = Files.createDirectories(to.resolve("exports"));
    for (String file : FILES) {
      Files.copy(from.resolve(file), to.resolve(file));
    }
    for (String folder : FOLDERS) {
      copyFiles(from.resolve(folder), Files.createDirectory(to.resolve(folder)));
    }
    return exports;
  }

  private static void copyFiles(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, to.resolve(file.getFileName().toString()));
      }
    }
  }

  /** The settings that load such a copy and nothing else. */
  static Map<String, String> settings(Path copy) {
    return Map.of(
        "routes.folder",
        copy.toString(),
        "camel.main.routesIncludePattern",
        "file:" + copy + "/*.camel.yaml,file:" + copy + "/vendors/*.camel.yaml");
  }
}
