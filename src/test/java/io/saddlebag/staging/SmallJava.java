package io.saddlebag.staging;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A Java of 64 MiB of heap that runs one class of the tests and says what it has to say. */
final class SmallJava {
  private SmallJava() {}

  /** The command that runs a class, to be run as it is or below another. */
  static List<String> command(Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    return command;
  }

  /** Runs a command to its end and gives its words; fails when it fails. */
  static String output(List<String> command) throws IOException, InterruptedException {
    Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      String said =
          new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (!child.waitFor(60, TimeUnit.SECONDS) || child.exitValue() != 0) {
        throw new AssertionError("the child failed: " + said);
      }
      return said;
    } finally {
      child.destroyForcibly();
    }
  }
}
