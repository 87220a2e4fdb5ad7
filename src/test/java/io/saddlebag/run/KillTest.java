package io.saddlebag.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.TestRuntime;
import io.saddlebag.export.ExportDefinition;
import io.saddlebag.simulator.Fault;
import io.saddlebag.simulator.alida.AlidaSimulator;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * kill -9 of the real process, its own JVM, at random moments. The number of kills is the system
 * property {@code kills}; the seed is printed with every failure.
 */
@Tag("kill")
class KillTest {
  private static final int KILLS = Integer.getInteger("kills", 6);

  /** Every flow that has a create, by the export that runs it here. */
  private static final Map<String, String> FLOWS =
      Map.of(
          "household", "survey-solutions",
          "old-household", "survey-solutions-v1",
          "applicants", "webadmit",
          "transcripts", "webadmit-pdf",
          "fills", "altcraft",
          "profiles", "altcraft",
          "signup", "altcraft",
          "poll", "alida");

  @TempDir Path folder;
  private final Random random = new Random(Long.getLong("kill.seed", System.nanoTime()));
  private final Map<RunState, Integer> killedIn = new EnumMap<>(RunState.class);

  @Test
  void every_run_ends_delivered_exactly_once_whenever_the_process_is_killed() throws Exception {
    try (StorageSimulator storage = new StorageSimulator(Clock.systemUTC(), 0);
        SurveySolutionsSimulator surveys =
            new SurveySolutionsSimulator(Clock.systemUTC(), storage, 0);
        WebAdmitSimulator admissions = new WebAdmitSimulator(Clock.systemUTC(), storage, 0);
        AltcraftSimulator forms = new AltcraftSimulator(Clock.systemUTC(), 0);
        SurveySolutionsSimulator oldSurveys =
            new SurveySolutionsSimulator(Clock.systemUTC(), storage, 0);
        AlidaSimulator polls = new AlidaSimulator(Clock.systemUTC(), storage, 0)) {
      storage.start();
      oldSurveys.pace(Duration.ofMillis(200)).v1Only(false).start();
      polls.pace(Duration.ofMillis(300)).start();
      surveys.pace(Duration.ofMillis(700)).s3Storage(false).start();
      admissions.pace(Duration.ofMillis(500)).start();
      forms.pace(Duration.ofMillis(250)).start();
      // Slow creates and slow bodies, so that kills fall into every state.
      surveys.faults().always("POST", ".*", Fault.delay(Duration.ofMillis(150)));
      admissions.faults().always("POST", ".*", Fault.delay(Duration.ofMillis(150)));
      forms.faults().always("POST", ".*/forms/fills", Fault.delay(Duration.ofMillis(150)));
      oldSurveys.faults().always("POST", ".*", Fault.delay(Duration.ofMillis(150)));
      polls.faults().always("POST", ".*/batch", Fault.delay(Duration.ofMillis(150)));
      surveys.faults().always("GET", ".*/file", Fault.drip(400, Duration.ofMillis(40)));
      storage.faults().always("GET", ".*", Fault.drip(20, Duration.ofMillis(40)));
      forms.faults().always("GET", ".*/download/.*", Fault.drip(60, Duration.ofMillis(40)));
      try (TestRuntime runtime = configured(surveys, admissions, forms, oldSurveys, polls)) {
        List<String> runs = killAndRestart(runtime);
        assertEverythingOnce(runtime, runs);
        long surveyRuns = runs.stream().filter(run -> run.startsWith("household@")).count();
        assertThat(surveys.creates())
            .as("a lost job is found in the list")
            .isEqualTo((int) surveyRuns);
        assertThat(oldSurveys.v1Starts())
            .as("a start that was lost is seen by the date of its file")
            .isEqualTo((int) runs.stream().filter(run -> run.startsWith("old-")).count());
      }
    }
  }

  private TestRuntime configured(
      SurveySolutionsSimulator surveys,
      WebAdmitSimulator admissions,
      AltcraftSimulator forms,
      SurveySolutionsSimulator oldSurveys,
      AlidaSimulator polls)
      throws IOException {
    return new TestRuntime(folder)
        .with("hq.server", surveys.uri().toString())
        .with("hq.password", SurveySolutionsSimulator.DEMO_PASSWORD)
        .with("admissions.server", admissions.uri().toString())
        .with("admissions.api-key", WebAdmitSimulator.DEMO_KEY)
        .with("admissions.storage-hosts", "localhost")
        .with("marketing.server", forms.uri().toString())
        .with("marketing.token", AltcraftSimulator.DEMO_TOKEN)
        .with("oldhq.server", oldSurveys.uri().toString())
        .with("oldhq.password", SurveySolutionsSimulator.DEMO_PASSWORD)
        .with("community.server", polls.uri().toString())
        .with("community.client-id", AlidaSimulator.DEMO_CLIENT_ID)
        .with("community.client-secret", AlidaSimulator.DEMO_CLIENT_SECRET)
        .with("community.storage-hosts", "localhost")
        .with("camel.management.enabled", "false")
        .export(
            "old-household",
            export(
                "old-household",
                "survey-solutions-export-source",
                "connection: oldhq, api: v1, questionnaire: 74e2d30854914e24af6beae9be64130c$1"))
        .export(
            "transcripts",
            export(
                "transcripts",
                "webadmit-pdf-source",
                "connection: admissions, identity: 42, template: Transcripts"))
        .export(
            "profiles",
            export(
                "profiles",
                "altcraft-profiles-source",
                "connection: marketing, sourceType: database, sourceId: 1"))
        .export(
            "signup",
            export(
                "signup",
                "altcraft-form-fill-source",
                "connection: marketing, formId: 1, dbId: 1, matching: email, email: ann@example.org"))
        .export(
            "poll",
            export(
                "poll",
                "alida-activity-export-source",
                "connection: community, activityId: " + AlidaSimulator.DEMO_ACTIVITY))
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
              parameters: {%s, onLostCreate: recreate, pollMin: 50ms, pollMax: 150ms}
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
    for (Map.Entry<String, String> flow : FLOWS.entrySet()) {
      if (ledger.runs().active(flow.getKey()).isEmpty()) {
        RunRequests.Outcome outcome =
            requests.request(definition(flow.getKey(), flow.getValue()), Instant.now(), "manual");
        runs.add(outcome.run().id());
      }
    }
  }

  static ExportDefinition definition(String name, String flow) {
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
      assertThat(ledger.counters().all())
          .as("counters that are kept, after kills in %s", killedIn)
          .isEqualTo(ledger.counters().counted());
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
        List<String> digests = new ArrayList<>();
        for (Path file : files) {
          digests.add(sha256(file));
        }
        assertThat(digests)
            .as(id)
            .hasSize(id.startsWith("transcripts@") ? 2 : 1)
            .containsExactlyInAnyOrderElementsOf(
                ledger.receipts().of(id).stream().map(StagedFile::sha256).toList());
      }
    }
  }

  private static String sha256(Path file) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
  }
}
