package io.saddlebag.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.saddlebag.Saddlebag;
import io.saddlebag.export.ExportDefinition;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import io.saddlebag.run.StagedFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Runs the sample exports against the simulators and lists what was delivered. */
@Command(
    name = "demo",
    description =
        "Runs the sample exports against simulated vendors and lists the delivered files.",
    footer = {
      "",
      "Real HTTP, a real ledger and the real routes; only the vendors are played, on this machine.",
      "Example: saddlebag demo"
    })
final class DemoCommand implements Callable<Integer> {
  private static final Duration LONGEST = Duration.ofSeconds(60);

  @Spec private CommandSpec spec;
  @Mixin private Common common;

  @Override
  public Integer call() throws Exception {
    common.quietLog();
    PrintWriter out = spec.commandLine().getOut();
    Clock clock = Clock.systemUTC();
    Path data = common.configuration().settings().dataFolder().resolve("demo");
    remove(data);
    try (Simulators simulators = new Simulators(clock, 0, Duration.ofMillis(1500))) {
      Map<String, String> settings = new LinkedHashMap<>(simulators.connections());
      settings.put("data.folder", data.toString());
      settings.put("staging.folder", data.resolve("staging").toString());
      settings.put("ledger.url", "jdbc:sqlite:" + data.resolve("ledger.db"));
      try (Saddlebag saddlebag =
          Saddlebag.start(common.options(settings, false, false), common.redactor(), clock)) {
        return demonstrate(saddlebag, out, clock);
      }
    }
  }

  private int demonstrate(Saddlebag saddlebag, PrintWriter out, Clock clock) {
    Instant start = clock.instant();
    List<String> ids = new ArrayList<>();
    for (ExportDefinition export : saddlebag.exports().all()) {
      ids.add(saddlebag.requests().request(export, start, "manual").run().id());
    }
    if (!common.json()) {
      out.println(
          "Five vendors are played on this machine; their exports are ordered, polled and fetched …");
      out.flush();
    }
    List<Run> runs = wait(saddlebag, ids, start.plus(LONGEST), clock);
    if (common.json()) {
      ArrayNode all = Render.array();
      runs.forEach(run -> all.add(Render.json(run, saddlebag.ledger().receipts().of(run.id()))));
      Render.print(out, all);
    } else {
      print(saddlebag, out, runs);
    }
    boolean brought =
        !runs.isEmpty() && runs.stream().allMatch(run -> run.state() == RunState.DELIVERED);
    return brought && saddlebag.exports().problems().isEmpty()
        ? ExitCodes.OK
        : ExitCodes.RUN_FAILED;
  }

  private static List<Run> wait(Saddlebag saddlebag, List<String> ids, Instant until, Clock clock) {
    List<Run> runs = new ArrayList<>();
    do {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
      runs.clear();
      ids.forEach(id -> runs.add(saddlebag.ledger().runs().get(id)));
    } while (!runs.stream().allMatch(run -> run.state().finished())
        && clock.instant().isBefore(until));
    return runs;
  }

  private static void print(Saddlebag saddlebag, PrintWriter out, List<Run> runs) {
    List<List<String>> rows = new ArrayList<>();
    String folder = saddlebag.camel().resolvePropertyPlaceholders("{{delivery.folder}}");
    for (Run run : runs) {
      List<StagedFile> files = saddlebag.ledger().receipts().of(run.id());
      for (StagedFile file : files) {
        Instant end = run.finishedAt() == null ? Instant.now() : run.finishedAt();
        rows.add(
            List.of(
                run.flow(),
                run.state().name(),
                folder + "/" + run.export() + "/" + run.id().replace(":", "") + "-" + file.name(),
                String.valueOf(file.bytes()),
                file.sha256().substring(0, 16) + "…",
                Duration.between(run.requestedAt(), end).toMillis() / 100 / 10.0 + " s"));
      }
      if (files.isEmpty()) {
        rows.add(
            List.of(
                run.flow(),
                run.state().name(),
                Render.orDash(run.failureMessage()),
                "-",
                "-",
                "-"));
      }
    }
    Render.table(out, List.of("FLOW", "STATE", "DELIVERED FILE", "BYTES", "SHA-256", "TIME"), rows);
    saddlebag.exports().problems().forEach(problem -> out.println("problem  " + problem));
  }

  private static void remove(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      }
    }
  }
}
