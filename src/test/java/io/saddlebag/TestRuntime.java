package io.saddlebag;

import io.saddlebag.http.Redactor;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A runtime of the real routes on a folder of its own, for tests. */
public final class TestRuntime implements AutoCloseable {
  private final Path folder;
  private final Map<String, String> properties = new HashMap<>();
  private Clock clock = Clock.systemUTC();
  private Saddlebag saddlebag;

  /** A runtime that keeps everything in this folder; the sample exports are not loaded. */
  public TestRuntime(Path folder) throws IOException {
    this.folder = folder;
    copy(Path.of("routes"), routes());
    try (Stream<Path> samples = Files.walk(routes().resolve("exports"))) {
      for (Path sample : samples.filter(Files::isRegularFile).toList()) {
        if (!sample.endsWith("to-folder.camel.yaml")) {
          Files.delete(sample);
        }
      }
    }
    with("routes.folder", routes().toString());
    with("data.folder", folder.resolve("data").toString());
    with("delivery.folder", out().toString());
    with("engine.polling-interval", "20ms");
    with("retry.first", "20ms");
    with("retry.cap", "200ms");
    with("staging.reserve-bytes", "0");
    with("http.response-timeout", "5s");
    with("http.idle-timeout", "2s");
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }

  /** Sets a property. */
  public TestRuntime with(String name, String value) {
    properties.put(name, value);
    return this;
  }

  /** Lets it go by this clock. */
  public TestRuntime clock(Clock other) {
    clock = other;
    return this;
  }

  /** Writes a route file into the folder of exports. */
  public TestRuntime export(String file, String yaml) throws IOException {
    Path target = routes().resolve("exports").resolve(file + ".camel.yaml");
    Path temporary = target.resolveSibling(file + ".tmp");
    Files.writeString(temporary, yaml);
    Files.move(
        temporary,
        target,
        java.nio.file.StandardCopyOption.REPLACE_EXISTING,
        java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    return this;
  }

  /** The properties that differ from application.properties. */
  public Map<String, String> properties() {
    return Map.copyOf(properties);
  }

  /** The folder of routes. */
  public Path routes() {
    return folder.resolve("routes");
  }

  /** The folder that exports deliver to. */
  public Path out() {
    return folder.resolve("out");
  }

  /** Starts it. */
  public TestRuntime start() throws Exception {
    saddlebag =
        Saddlebag.start(
            new Saddlebag.Options(Path.of("application.properties"), properties, true, false),
            new Redactor(),
            clock);
    return this;
  }

  /** The runtime. */
  public Saddlebag saddlebag() {
    return saddlebag;
  }

  /** Requests a run now. */
  public Run request(String export) {
    return saddlebag
        .requests()
        .request(saddlebag.exports().find(export).orElseThrow(), Instant.now(), "manual")
        .run();
  }

  /** Requests a run and waits until it has ended. */
  public Run run(String export) {
    return ended(request(export).id());
  }

  /** Waits until a run has ended. */
  public Run ended(String id) {
    return reaches(id, run -> run.state().finished());
  }

  /** Waits until a run is in a state. */
  public Run reaches(String id, RunState state) {
    return reaches(id, run -> run.state() == state);
  }

  /** Waits until a run is as wanted. */
  public Run reaches(String id, java.util.function.Predicate<Run> wanted) {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> saddlebag.ledger().runs().get(id), wanted::test);
  }

  /** The files that were delivered, receipts left out. */
  public java.util.List<Path> delivered() throws IOException {
    if (!Files.isDirectory(out())) {
      return java.util.List.of();
    }
    try (Stream<Path> files = Files.walk(out())) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.toString().endsWith(".receipt.json"))
          .sorted()
          .toList();
    }
  }

  @Override
  public void close() throws Exception {
    if (saddlebag != null) {
      saddlebag.close();
      saddlebag = null;
    }
  }
}
