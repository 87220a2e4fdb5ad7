package io.saddlebag.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.TestRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.awaitility.Awaitility;

/**
 * A runtime in a process of its own, started as the launcher does, of which one run after another
 * is timed: what a command takes to start is not counted.
 */
final class RunningRuntime implements AutoCloseable {
  /** The kernel counts a process's time in these; see {@code getconf CLK_TCK}. */
  private static final double TICKS = 100.0;

  private final Path folder;
  private final List<String> launcher;
  private final Map<String, String> properties;
  private final Process process;

  /** Starts it and waits until it runs. */
  static RunningRuntime start(Path folder, List<String> launcher, TestRuntime files)
      throws IOException {
    return new RunningRuntime(folder, launcher, files.properties());
  }

  private RunningRuntime(Path folder, List<String> launcher, Map<String, String> properties)
      throws IOException {
    this.folder = folder;
    this.launcher = launcher;
    this.properties = properties;
    Path log = folder.resolve("runtime.log");
    this.process =
        new ProcessBuilder(command("start", "--set=camel.management.port=0"))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> Files.readString(log).contains("Saddlebag runs with") || !process.isAlive());
    assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
  }

  /**
   * Lets it run an export and waits until the run has ended well.
   *
   * @return user and system seconds of the runtime meanwhile
   */
  double run(String export) throws Exception {
    double before = cpu();
    TimedCommand.run(folder, command("run", export));
    return cpu() - before;
  }

  private List<String> command(String verb, String argument) {
    List<String> command = new ArrayList<>(launcher);
    command.addAll(List.of("io.saddlebag.Main", verb));
    properties.forEach((name, value) -> command.add("--set=" + name + "=" + value));
    command.add(argument);
    return command;
  }

  private double cpu() throws IOException {
    String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS;
  }

  /** CPU seconds as they are printed. */
  static String seconds(double cpu) {
    return String.format(Locale.ROOT, "%.2f s CPU", cpu);
  }

  @Override
  public void close() {
    process.destroy();
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !process.isAlive());
  }
}
