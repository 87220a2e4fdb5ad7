package io.saddlebag.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.saddlebag.Saddlebag;
import io.saddlebag.Settings;
import io.saddlebag.export.ExportDefinition;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import io.saddlebag.run.StagedFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
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
      "The samples run as they ship, whatever became of them in routes/exports, and no other export",
      "does. The files go to out, or where --set delivery.folder=FOLDER says.",
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
    Settings own = common.configuration().settings();
    Path data = own.dataFolder().resolve("demo");
    FolderTree.remove(data);
    Path routes = data.resolve("routes");
    Samples.write(ProgramRoutes.copy(own.routesFolder(), routes));
    try (Simulators simulators = new Simulators(clock, 0, Duration.ofMillis(1500))) {
      Map<String, String> settings = new LinkedHashMap<>(simulators.connections());
      settings.putAll(ProgramRoutes.settings(routes));
      settings.putAll(folders(data));
      try (Saddlebag saddlebag =
          Saddlebag.start(common.options(settings, false, false), common.redactor(), clock)) {
        return demonstrate(saddlebag, out, clock);
      }
    }
  }

  /** Where the demo keeps and delivers: nowhere that the user's own runs do. */
  private Map<String, String> folders(Path data) {
    return Map.of(
        "data.folder", data.toString(),
        "staging.folder", data.resolve("staging").toString(),
        "shaping.folder", data.resolve("shaping").toString(),
        "ledger.url", "jdbc:sqlite:" + data.resolve("ledger.db"),
        // A folder of the settings is the user's, who wants no invented files in it.
        "delivery.folder", common.settings().getOrDefault("delivery.folder", "out"));
  }

  private int demonstrate(Saddlebag saddlebag, PrintWriter out, Clock clock) throws IOException {
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

  private static void print(Saddlebag saddlebag, PrintWriter out, List<Run> runs)
      throws IOException {
    List<List<String>> rows = new ArrayList<>();
    Path folder = Path.of(saddlebag.camel().resolvePropertyPlaceholders("{{delivery.folder}}"));
    for (Run run : runs) {
      List<StagedFile> files = saddlebag.ledger().receipts().of(run.id());
      for (StagedFile file : files) {
        Instant end = run.finishedAt() == null ? Instant.now() : run.finishedAt();
        rows.add(
            List.of(
                run.flow(),
                run.state().name(),
                delivered(folder.resolve(run.export()), run, file),
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

  /** Where the samples' layout puts a file, if it lies there just as its receipt says. */
  static String delivered(Path folder, Run run, StagedFile file) throws IOException {
    Path path = folder.resolve(run.id().replace(":", "") + "-" + file.name());
    return Files.isRegularFile(path) && sha256(path).equals(file.sha256()) ? path.toString() : "-";
  }

  private static String sha256(Path file) throws IOException {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
