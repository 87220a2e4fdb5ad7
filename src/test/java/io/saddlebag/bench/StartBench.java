package io.saddlebag.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.TestRuntime;
import io.saddlebag.simulator.altcraft.AltcraftSimulator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * From a cold start to one delivered export, with the launcher's options, in turn with and without
 * the class archive. Prints; asserts only that the file was delivered.
 */
@Tag("bench")
class StartBench {
  private static final int ROUNDS = Integer.getInteger("bench.starts", 5);
  private static final List<String> C1 =
      List.of("-Xms24m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  @TempDir Path folder;

  @Test
  void start_to_one_delivered_export() throws Exception {
    String classPath = Launcher.jars(folder);
    List<String> launcher = Launcher.options("256m");
    Path archive = folder.resolve("saddlebag.jsa");
    List<String> share = Launcher.sharing(archive);
    TimedCommand making = Launcher.rehearse(folder, classPath, archive);
    System.out.printf("%-28s %s; %d MiB%n", "archive made", making, Files.size(archive) >> 20);

    Map<String, List<TimedCommand>> series = new LinkedHashMap<>();
    try (AltcraftSimulator vendor = new AltcraftSimulator(Clock.systemUTC(), 0)) {
      vendor.pace(Duration.ofMillis(20)).start();
      for (int round = 0; round < ROUNDS; round++) {
        add(series, "launcher, no archive", classPath, launcher, List.of(), vendor);
        add(series, "launcher, archive", classPath, launcher, share, vendor);
        add(series, "C1 only, no archive", classPath, C1, List.of(), vendor);
        add(series, "C1 only, archive", classPath, C1, share, vendor);
      }
    }
    System.out.printf("%-28s %8s %8s %8s  walls%n", "start to delivered", "wall s", "CPU s", "MiB");
    series.forEach(
        (name, runs) ->
            System.out.printf(
                Locale.ROOT,
                "%-28s %8.2f %8.2f %8.0f  %s%n",
                name,
                median(runs, TimedCommand::wall),
                median(runs, TimedCommand::cpu),
                median(runs, TimedCommand::peakMib),
                runs.stream().map(run -> String.format(Locale.ROOT, "%.2f", run.wall())).toList()));
  }

  private void add(
      Map<String, List<TimedCommand>> series,
      String name,
      String classPath,
      List<String> options,
      List<String> sharing,
      AltcraftSimulator vendor)
      throws Exception {
    Path home = Files.createTempDirectory(folder, "run");
    TestRuntime files =
        new TestRuntime(home)
            .with("marketing.server", vendor.uri().toString())
            .with("marketing.token", AltcraftSimulator.DEMO_TOKEN)
            .with("engine.polling-interval", "250ms")
            .export(
                "fills",
                """
                - route:
                    id: fills
                    from:
                      uri: kamelet:altcraft-form-fills-source
                      parameters: {connection: marketing, formShortname: form_6Ven2v7O, period: yesterday, pollMin: 20ms, pollMax: 50ms}
                      steps:
                        - to: direct:to-folder
                """);
    List<String> command = new ArrayList<>(List.of("io.saddlebag.Main", "run", "fills"));
    files.properties().forEach((key, value) -> command.add("--set=" + key + "=" + value));
    series
        .computeIfAbsent(name, unused -> new ArrayList<>())
        .add(java(classPath, options, sharing, command));
    assertThat(files.delivered()).hasSize(1);
  }

  private TimedCommand java(
      String classPath, List<String> options, List<String> sharing, List<String> arguments)
      throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Launcher.java());
    command.addAll(options);
    command.addAll(sharing);
    command.addAll(List.of("-cp", classPath));
    command.addAll(arguments);
    return TimedCommand.run(folder, command);
  }

  private static double median(List<TimedCommand> runs, ToDoubleFunction<TimedCommand> figure) {
    return runs.stream()
        .sorted(Comparator.comparingDouble(figure))
        .mapToDouble(figure)
        .skip(runs.size() / 2)
        .findFirst()
        .orElseThrow();
  }
}
