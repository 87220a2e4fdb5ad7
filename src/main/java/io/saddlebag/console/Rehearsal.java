package io.saddlebag.console;

import io.saddlebag.simulator.Fault;
import io.saddlebag.simulator.altcraft.AltcraftSimulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One whole run of a sample export against a simulated vendor, a list of runs and a check, in a
 * folder that is removed afterwards. The launcher lets the JVM note down the classes that it needs
 * (docs/benchmarks.md, "The start"); the user's exports, settings and data are not touched.
 */
public final class Rehearsal {
  private static final String EXPORT =
      """
      - route:
          id: rehearsal
          from:
            uri: kamelet:altcraft-form-fills-source
            parameters:
              connection: rehearsal
              formShortname: form_6Ven2v7O
              period: yesterday
              pollMin: 20ms
              pollMax: 50ms
            steps:
              - setHeader:
                  name: CamelFileName
                  simple: "${header.SaddlebagExport}/${header.CamelFileName}"
              - to:
                  uri: file
                  parameters:
                    directoryName: "{{delivery.folder}}"
                    tempPrefix: .part-
                    eagerDeleteTargetFile: false
              - to:
                  uri: kamelet:s3-sink
                  parameters:
                    connection: rehearsed-store
                    bucket: rehearsal
      """;

  private Rehearsal() {}

  /**
   * Rehearses.
   *
   * @param arguments the folder of the program, which has {@code application.properties} and {@code
   *     routes}
   */
  public static void main(String[] arguments) throws IOException {
    System.exit(rehearse(Path.of(arguments[0])));
  }

  /** The exit code of the run; 0 when the file was delivered. */
  static int rehearse(Path program) throws IOException {
    Path folder = Files.createTempDirectory("saddlebag-rehearsal");
    try (AltcraftSimulator vendor = new AltcraftSimulator(Clock.systemUTC(), 0)) {
      // It takes an object, too: S3's client alone is a thousand classes.
      vendor.faults().always("PUT", "/rehearsal/.*", Fault.status(200));
      vendor.pace(Duration.ofMillis(50)).start();
      Path exports = ProgramRoutes.copy(program.resolve("routes"), folder.resolve("routes"));
      Files.writeString(exports.resolve("rehearsal.camel.yaml"), EXPORT);
      int code = execute(command(program, folder, vendor, "run", "rehearsal"));
      execute(command(program, folder, vendor, "runs"));
      execute(command(program, folder, vendor, "check"));
      return code;
    } finally {
      FolderTree.remove(folder);
    }
  }

  private static int execute(List<String> command) {
    return SaddlebagCommand.commandLine().execute(command.toArray(String[]::new));
  }

  private static List<String> command(
      Path program, Path folder, AltcraftSimulator vendor, String... words) {
    List<String> command = new ArrayList<>(List.of(words));
    command.addAll(
        List.of(
            "--properties=" + program.resolve("application.properties"),
            "--set=data.folder=" + folder.resolve("data"),
            "--set=staging.folder=" + folder.resolve("data/staging"),
            "--set=staging.reserve-bytes=0",
            "--set=ledger.url=jdbc:sqlite:" + folder.resolve("data/ledger.db"),
            "--set=delivery.folder=" + folder.resolve("out"),
            "--set=rehearsal.server=" + vendor.uri(),
            "--set=rehearsal.token=" + AltcraftSimulator.DEMO_TOKEN,
            "--set=rehearsed-store.endpoint=" + vendor.uri(),
            "--set=rehearsed-store.path-style=true",
            "--set=rehearsed-store.region=eu-central-1",
            "--set=rehearsed-store.access-key-id=rehearsal",
            "--set=rehearsed-store.access-key-secret=" + AltcraftSimulator.DEMO_TOKEN));
    ProgramRoutes.settings(folder.resolve("routes"))
        .forEach((name, value) -> command.add("--set=" + name + "=" + value));
    return command;
  }
}
