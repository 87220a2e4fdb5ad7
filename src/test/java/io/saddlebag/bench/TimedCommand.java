package io.saddlebag.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * What one command took.
 *
 * @param wall seconds from its start to its end
 * @param cpu user and system seconds of it and its children, as the shell counts them
 * @param peakMib the most memory that one of its processes had resident, seen every 10 ms
 */
record TimedCommand(double wall, double cpu, long peakMib) {

  /** Runs a command to its end; fails, with what it said, when it fails. */
  static TimedCommand run(Path folder, List<String> command) throws Exception {
    Path times = folder.resolve("times.txt");
    Path said = folder.resolve("said.txt");
    List<String> timed =
        new ArrayList<>(
            List.of("bash", "-c", "TIMEFORMAT='%R %U %S'; time \"$@\" >" + said + " 2>&1", "bash"));
    timed.addAll(command);
    Process process =
        new ProcessBuilder(timed).redirectErrorStream(true).redirectOutput(times.toFile()).start();
    long peak = 0;
    while (!process.waitFor(10, TimeUnit.MILLISECONDS)) {
      peak = Math.max(peak, process.descendants().mapToLong(TimedCommand::peak).max().orElse(0));
    }
    assertThat(process.exitValue()).as(Files.readString(said)).isZero();
    String[] seconds = Files.readString(times).strip().split(" ");
    return new TimedCommand(
        Double.parseDouble(seconds[0]),
        Double.parseDouble(seconds[1]) + Double.parseDouble(seconds[2]),
        peak >> 10);
  }

  private static long peak(ProcessHandle process) {
    try {
      return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
          .filter(line -> line.startsWith("VmHWM"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException endedMeanwhile) {
      return 0;
    }
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%.2f s wall, %.2f s CPU, %d MiB at most", wall, cpu, peakMib);
  }
}
