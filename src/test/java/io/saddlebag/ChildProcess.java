package io.saddlebag;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The program in a Java process of its own, as a user starts it. */
public final class ChildProcess implements AutoCloseable {
  private final Process process;
  private final Path out;
  private final Path err;
  private final long start = System.nanoTime();
  private long peakKib;

  private ChildProcess(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** Starts a command with so much heap and these settings. */
  public static ChildProcess start(
      Path folder,
      String heap,
      Map<String, String> settings,
      Map<String, String> environment,
      String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx" + heap, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"));
    command.add(classPath());
    command.add("io.saddlebag.Main");
    command.addAll(List.of(arguments));
    settings.forEach((name, value) -> command.add("--set=" + name + "=" + value));
    Path out = Files.createTempFile(folder, "out", ".log");
    Path err = Files.createTempFile(folder, "err", ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().putAll(environment);
    return new ChildProcess(builder.start(), out, err);
  }

  /** Without the tests' own classes and settings, which a user does not have either. */
  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !Files.exists(Path.of(entry, "logback-test.xml")))
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Waits for its end and gives its exit code; fails when it takes longer. */
  public int exitCode(int seconds) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (!process.waitFor(50, TimeUnit.MILLISECONDS)) {
      peakKib = Math.max(peakKib, resident());
      if (System.nanoTime() > deadline) {
        process.destroyForcibly();
        throw new AssertionError("still running after " + seconds + " s\n" + out() + err());
      }
    }
    return process.exitValue();
  }

  /** How long it has been there and the most memory it was seen to have, for a sentence. */
  public String figures() {
    return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start)
        + " s, "
        + (peakKib >> 10)
        + " MiB resident at most";
  }

  /** The most KiB that it has had in memory, 0 where the system does not tell. */
  private long resident() {
    Path status = Path.of("/proc/" + process.pid() + "/status");
    try {
      List<String> lines = Files.isReadable(status) ? Files.readAllLines(status) : List.of();
      return lines.stream()
          .filter(line -> line.startsWith("VmHWM"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException endedMeanwhile) {
      return 0;
    }
  }

  /** Its standard output so far. */
  public String out() throws IOException {
    return Files.readString(out);
  }

  /** Its standard error so far. */
  public String err() throws IOException {
    return Files.readString(err);
  }

  /** The process. */
  public Process process() {
    return process;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
