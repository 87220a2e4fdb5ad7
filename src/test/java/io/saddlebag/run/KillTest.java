package io.saddlebag.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.TestRuntime;
import io.saddlebag.export.ExportDefinition;
import io.saddlebag.simulator.Fault;
import io.saddlebag.simulator.altcraft.AltcraftSimulator;
import io.saddlebag.simulator.storage.StorageSimulator;
import io.saddlebag.simulator.surveysolutions.SurveySolutionsSimulator;
import io.saddlebag.simulator.webadmit.WebAdmitSimulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * kill -9 of the real process, its own JVM, at random moments. The number of kills is the system
 * property {@code kills}; the seed is printed with every failure.
 */
class KillTest {
  private static final int KILLS = Integer.getInteger("kills", 6);
  private static final List<String> EXPORTS = List.of("household", "applicants", "fills");

  @TempDir Path folder;
  private final Random random = new Random(Long.getLong("kill.seed", System.nanoTime()));
  private final Map<RunState, Integer> killedIn = new EnumMap<>(RunState.class);

  @Test
  void every_run_ends_delivered_exactly_once_whenever_the_process_is_killed() throws Exception {
    try (StorageSimulator storage = new StorageSimulator(Clock.systemUTC(), 0);
        SurveySolutionsSimulator surveys =
            new SurveySolutionsSimulator(Clock.systemUTC(), storage, 0);
        WebAdmitSimulator admissions = new WebAdmitSimulator(Clock.systemUTC(), storage, 0);
        AltcraftSimulator forms = new AltcraftSimulator(Clock.systemUTC(), 0)) {
      storage.start();
      surveys.pace(Duration.ofMillis(700)).s3Storage(false).start();
      admissions.pace(Duration.ofMillis(500)).start();
      forms.pace(Duration.ofMillis(250)).start();
      // Slow creates and slow bodies, so that kills fall into every state.
      surveys.faults().always("POST", ".*", Fault.delay(Duration.ofMillis(150)));
      admissions.faults().always("POST", ".*", Fault.delay(Duration.ofMillis(150)));
      forms.faults().always("POST", ".*/forms/fills", Fault.delay(Duration.ofMillis(150)));
      surveys.faults().always("GET", ".*/file", Fault.drip(400, Duration.ofMillis(40)));
      storage.faults().always("GET", ".*", Fault.drip(20, Duration.ofMillis(40)));
      forms.faults().always("GET", ".*/download/.*", Fault.drip(60, Duration.ofMillis(40)));
      try (TestRuntime runtime = configured(surveys, admissions, forms)) {
        List<String> runs = killAndRestart(runtime);
        assertEverythingOnce(runtime, runs);
        long surveyRuns = runs.stream().filter(run -> run.startsWith("household@")).count();
        assertThat(surveys.creates())
            .as("a lost job is found in the list")
            .isEqualTo((int) surveyRuns);
      }
    }
  }

  private TestRuntime configured(
      SurveySolutionsSimulator surveys, WebAdmitSimulator admissions, AltcraftSimulator forms)
      throws IOException {
    return new TestRuntime(folder)
        .with("hq.server", surveys.uri().toString())
        .with("hq.password", SurveySolutionsSimulator.DEMO_PASSWORD)
        .with("admissions.server", admissions.uri().toString())
        .with("admissions.api-key", WebAdmitSimulator.DEMO_KEY)
        .with("admissions.storage-hosts", "localhost")
        .with("marketing.server", forms.uri().toString())
        .with("marketing.token", AltcraftSimulator.DEMO_TOKEN)
        .with("camel.management.enabled", "false")
        .export(
            "household",
            export(
                "household",
                "survey-solutions-export-source",
                "connection: hq, questionnaire: 74e2d30854914e24af6beae9be64130c$1"))
        .export(
            "applicants",
            export(
                "applicants",
                "webadmit-export-source",
                "connection: admissions, identity: 42, export: Nightly applicants"))
        .export(
            "fills",
            export(
                "fills",
                "altcraft-form-fills-source",
                "connection: marketing, formId: 1, period: yesterday"));
  }

  private static String export(String name, String kamelet, String parameters) {
    return """
        - route:
            id: %s
            from:
              uri: kamelet:%s
              parameters: {%s, pollMin: 50ms, pollMax: 150ms}
              steps:
                - to: direct:to-folder
        """
        .formatted(name, kamelet, parameters);
  }

  /** Keeps every export busy and kills the process again and again; gives all runs back. */
  private List<String> killAndRestart(TestRuntime runtime) throws Exception {
    List<String> runs = new ArrayList<>();
    Path data = folder.resolve("data");
    try (Ledger ledger =
        Ledger.open(new LedgerSettings("jdbc:sqlite:" + data.resolve("ledger.db"), null, null))) {
      RunRequests requests =
          new RunRequests(ledger, Wakeups.throughRows(ledger.dataSource()), Clock.systemUTC());
      for (int kill = 0; kill < KILLS; kill++) {
        Process process = start(runtime, kill);
        awaitLock(data, process);
        keepBusy(ledger, requests, runs);
        awaitState(ledger, kill);
        if (!process.waitFor(random.nextInt(kill % 2 == 0 ? 100 : 3000), TimeUnit.MILLISECONDS)) {
          ledger.runs().unfinished().forEach(run -> killedIn.merge(run.state(), 1, Integer::sum));
          process.destroyForcibly().waitFor();
        }
        assertNothingTorn(runtime, ledger);
      }
      Process last = start(runtime, KILLS);
      try {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (ledger.runs().countUnfinished() > 0 && System.nanoTime() < deadline) {
          assertThat(last.waitFor(50, TimeUnit.MILLISECONDS))
              .as("the runtime ended by itself")
              .isFalse();
        }
      } finally {
        last.destroyForcibly().waitFor();
      }
    }
    return runs;
  }

  private static void keepBusy(Ledger ledger, RunRequests requests, List<String> runs) {
    for (String export : EXPORTS) {
      if (ledger.runs().active(export).isEmpty()) {
        String flow =
            export.equals("household")
                ? "survey-solutions"
                : export.equals("applicants") ? "webadmit" : "altcraft";
        RunRequests.Outcome outcome =
            requests.request(definition(export, flow), Instant.now(), "manual");
        runs.add(outcome.run().id());
      }
    }
  }

  private static ExportDefinition definition(String name, String flow) {
    return new ExportDefinition(
        name,
        Path.of(name),
        "",
        flow,
        flow,
        false,
        "",
        null,
        ZoneOffset.UTC,
        true,
        Duration.ofMillis(50),
        Duration.ofMillis(150),
        Duration.ofHours(1),
        ExportDefinition.OnDeadline.LEAVE,
        ExportDefinition.OnLostCreate.RECREATE,
        null,
        Map.of());
  }

  private Process start(TestRuntime runtime, int number) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.addAll(List.of("io.saddlebag.Main", "start"));
    runtime.properties().forEach((name, value) -> command.add("--set=" + name + "=" + value));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("runtime-" + number + ".log").toFile())
        .start();
  }

  /** The process holds its lock once it is about to open the ledger. */
  private static void awaitLock(Path data, Process process) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    boolean held = false;
    while (!held && System.nanoTime() < deadline) {
      assertThat(process.waitFor(20, TimeUnit.MILLISECONDS))
          .as("the runtime ended by itself")
          .isFalse();
      var lock = NodeLock.tryTake(data);
      held = lock.isEmpty();
      if (lock.isPresent()) {
        lock.get().close();
      }
    }
    assertThat(held).as("the runtime started").isTrue();
  }

  /** Every other kill falls right into a state that is short and would seldom be hit. */
  private static void awaitState(Ledger ledger, int kill) throws InterruptedException {
    RunState[] rare = {RunState.CREATING, RunState.READY, RunState.STAGED};
    if (kill % 2 == 0) {
      RunState wanted = rare[kill / 2 % rare.length];
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(8);
      while (System.nanoTime() < deadline
          && ledger.runs().unfinished().stream().noneMatch(run -> run.state() == wanted)) {
        Thread.onSpinWait();
      }
    }
  }

  /** Whatever has a final name is whole, at any moment. */
  private void assertNothingTorn(TestRuntime runtime, Ledger ledger) throws Exception {
    for (Path file : runtime.delivered()) {
      String name = file.getFileName().toString();
      if (!name.startsWith(".part-")) {
        String digest = sha256(file);
        assertThat(known(ledger)).as("%s after kills in %s", file, killedIn).contains(digest);
      }
    }
  }

  private static List<String> known(Ledger ledger) {
    return ledger.runs().newest(null, 10_000).stream()
        .flatMap(run -> ledger.receipts().of(run.id()).stream())
        .map(StagedFile::sha256)
        .toList();
  }

  private void assertEverythingOnce(TestRuntime runtime, List<String> runs) throws Exception {
    System.out.println(KILLS + " kills, unfinished runs by state at the kill: " + killedIn);
    try (Ledger ledger =
        Ledger.open(
            new LedgerSettings("jdbc:sqlite:" + folder.resolve("data/ledger.db"), null, null))) {
      for (String id : runs) {
        Run run = ledger.runs().get(id);
        assertThat(run.state())
            .as("%s after kills in %s, failures %s", run, killedIn, ledger.history().failures(id))
            .isEqualTo(RunState.DELIVERED);
        String prefix = id.replace(":", "") + "-";
        List<Path> files =
            runtime.delivered().stream()
                .filter(file -> file.getFileName().toString().startsWith(prefix))
                .toList();
        assertThat(files).as(id).hasSize(1);
        assertThat(sha256(files.get(0))).isEqualTo(ledger.receipts().of(id).get(0).sha256());
      }
    }
  }

  private static String sha256(Path file) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
  }
}
