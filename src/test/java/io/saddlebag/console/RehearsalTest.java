package io.saddlebag.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.simulator.altcraft.AltcraftSimulator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rehearsal in a process of its own, as the launcher starts it, in a program that is used. */
class RehearsalTest {
  @TempDir Path folder;

  @Test
  void a_rehearsal_goes_well_leaves_nothing_behind_and_touches_nothing_of_the_user_s()
      throws Exception {
    try (AltcraftSimulator usersVendor = new AltcraftSimulator(Clock.systemUTC(), 0)) {
      usersVendor.start();
      Path program = program("marketing.server = " + usersVendor.uri() + "\n");
      Path temporary = Files.createDirectory(folder.resolve("temporary"));
      Map<String, String> before = state(program);

      String said = rehearsed(program, temporary);

      assertThat(said).contains("DELIVERED");
      assertThat(state(program)).isEqualTo(before);
      assertThat(temporary).isDirectoryNotContaining("glob:**/saddlebag*");
      assertThat(usersVendor.requests()).isEmpty();
    }
  }

  /** A program with settings, an export, a ledger and delivered files of its user. */
  private Path program(String settings) throws IOException {
    Path program = folder.resolve("program");
    try (Stream<Path> routes = Files.walk(Path.of("routes"))) {
      for (Path route : routes.toList()) {
        Path copy = program.resolve(route.toString());
        Files.createDirectories(copy.getParent());
        Files.copy(route, copy);
      }
    }
    Files.copy(Path.of("application.properties"), program.resolve("application.properties"));
    Files.writeString(
        program.resolve("application.properties"), "\n" + settings, StandardOpenOption.APPEND);
    Files.writeString(program.resolve("routes/exports/broken.camel.yaml"), "- nonsense: {}\n");
    for (String file : List.of("data/ledger.db", "data/staging/a/file", "out/fills/file.zip")) {
      Path own = program.resolve(file);
      Files.createDirectories(own.getParent());
      Files.writeString(own, "the user's own");
    }
    return program;
  }

  private String rehearsed(Path program, Path temporary) throws Exception {
    Path said = folder.resolve("said");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                absolute(System.getProperty("java.class.path")),
                Rehearsal.class.getName(),
                program.toString())
            .directory(program.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(Files.readString(said)).isTrue();
      assertThat(process.exitValue()).as(Files.readString(said)).isZero();
    } finally {
      process.destroyForcibly();
    }
    return Files.readString(said);
  }

  private static String absolute(String classPath) {
    return Stream.of(classPath.split(java.io.File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(java.util.stream.Collectors.joining(java.io.File.pathSeparator));
  }

  /** Every file with its bytes and its time. */
  private static Map<String, String> state(Path program) throws IOException {
    Map<String, String> state = new TreeMap<>();
    try (Stream<Path> files = Files.walk(program)) {
      for (Path file : files.toList()) {
        String bytes =
            Files.isRegularFile(file)
                ? new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
                : "";
        state.put(file.toString(), Files.getLastModifiedTime(file) + bytes);
      }
    }
    return state;
  }
}
