package io.saddlebag.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.ChildProcess;
import io.saddlebag.TestRuntime;
import io.saddlebag.export.DueTimes;
import io.saddlebag.simulator.Call;
import io.saddlebag.simulator.Fault;
import io.saddlebag.simulator.Simulator;
import io.saddlebag.simulator.altcraft.AltcraftSimulator;
import io.saddlebag.simulator.storage.StorageSimulator;
import io.saddlebag.simulator.surveysolutions.SurveySolutionsSimulator;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
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
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three nodes, each a process with a data folder of its own, on one PostgreSQL ledger: at random
 * moments one of them is killed, or suspended for longer than its lease. The number of blows is the
 * system property {@code kills}; {@code kill.seed} repeats their moments.
 */
@Tag("kill")
class ThreeNodesKillTest {
  private static final int BLOWS = Integer.getInteger("kills", 6);
  private static final int NODES = 3;
  private static final Duration LEASE = Duration.ofSeconds(2);
  private static final int FIRE_SECONDS = 5;

  /** A destination takes so long that blows fall into it. */
  private static final Duration TAKING = Duration.ofMillis(150);

  private static final Pattern UNTIL = Pattern.compile("missed, with all until (\\S+);");

  /** Ordered by hand, by the flow that carries them; a lost job is found at both vendors. */
  private static final Map<String, String> ON_DEMAND =
      Map.of("household", "survey-solutions", "old-household", "survey-solutions-v1");

  private static final String SCHEDULED = "fills";

  @TempDir Path folder;
  private final long seed = Long.getLong("kill.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final ChildProcess[] nodes = new ChildProcess[NODES];
  private final TestRuntime[] runtimes = new TestRuntime[NODES];
  private final Map<RunState, Integer> hit = new EnumMap<>(RunState.class);

  /** How often a blow fell on the node that was delivering a run: nobody knows what arrived. */
  private final Map<String, Integer> hitInDelivery = new TreeMap<>();

  private int killed;
  private int suspended;

  /** Another system that takes what is posted to it, and counts. */
  private static final class Receiver extends Simulator {
    Receiver() {
      super("127.0.0.1", 0, Clock.systemUTC());
    }

    @Override
    protected boolean answer(Call call) throws IOException {
      return call.text(201, "text/plain", "taken");
    }
  }

  @Test
  void every_run_ends_delivered_once_whenever_nodes_are_killed_or_sleep() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start();
        StorageSimulator storage = new StorageSimulator(Clock.systemUTC(), 0);
        SurveySolutionsSimulator surveys =
            new SurveySolutionsSimulator(Clock.systemUTC(), storage, 0);
        SurveySolutionsSimulator oldSurveys =
            new SurveySolutionsSimulator(Clock.systemUTC(), storage, 0);
        AltcraftSimulator forms = new AltcraftSimulator(Clock.systemUTC(), 0);
        Receiver receiver = new Receiver()) {
      storage.start();
      receiver.start();
      surveys.pace(Duration.ofMillis(500)).s3Storage(false).start();
      oldSurveys.pace(Duration.ofMillis(200)).v1Only(false).start();
      forms.pace(Duration.ofMillis(200)).start();
      surveys.faults().always("POST", ".*", Fault.delay(TAKING));
      oldSurveys.faults().always("POST", ".*", Fault.delay(TAKING));
      forms.faults().always("POST", ".*/forms/fills", Fault.delay(TAKING));
      surveys.faults().always("GET", ".*/file", Fault.drip(400, Duration.ofMillis(40)));
      forms.faults().always("GET", ".*/download/.*", Fault.drip(60, Duration.ofMillis(40)));
      receiver.faults().always("POST", "/files", Fault.delay(TAKING));
      try {
        for (int node = 0; node < NODES; node++) {
          runtimes[node] = configured(node, postgres, surveys, oldSurveys, forms, receiver);
        }
        LedgerSettings settings =
            new LedgerSettings(postgres.getJdbcUrl("postgres", "postgres"), "postgres", null);
        try (Ledger ledger = Ledger.open(settings)) {
          List<String> runs = strike(ledger);
          System.out.println(
              killed + " kills and " + suspended + " suspensions, seed " + seed + ", hit " + hit);
          assertEverythingOnce(ledger, receiver);
          assertEveryFireHasLeftATrace(ledger);
          assertThat(surveys.creates())
              .as("second jobs, seed %s", seed)
              .isEqualTo((int) runs.stream().filter(run -> run.startsWith("house")).count());
          assertThat(oldSurveys.v1Starts())
              .as("second jobs, seed %s", seed)
              .isEqualTo((int) runs.stream().filter(run -> run.startsWith("old-")).count());
        }
      } finally {
        for (ChildProcess node : nodes) {
          if (node != null) {
            node.close();
          }
        }
      }
    }
  }

  private TestRuntime configured(
      int node,
      EmbeddedPostgres postgres,
      SurveySolutionsSimulator surveys,
      SurveySolutionsSimulator oldSurveys,
      AltcraftSimulator forms,
      Receiver receiver)
      throws IOException {
    return new TestRuntime(folder.resolve("node-" + node))
        .with("ledger.url", postgres.getJdbcUrl("postgres", "postgres"))
        .with("ledger.user", "postgres")
        .with("saddlebag.node.lease", LEASE.toMillis() + "ms")
        .with("delivery.folder", folder.resolve("out").toString())
        .with("receiver.server", receiver.uri().toString())
        .with("hq.server", surveys.uri().toString())
        .with("hq.password", SurveySolutionsSimulator.DEMO_PASSWORD)
        .with("oldhq.server", oldSurveys.uri().toString())
        .with("oldhq.password", SurveySolutionsSimulator.DEMO_PASSWORD)
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
            "old-household",
            export(
                "old-household",
                "survey-solutions-export-source",
                "connection: oldhq, api: v1, questionnaire: 74e2d30854914e24af6beae9be64130c$1"))
        .export(
            SCHEDULED,
            export(
                SCHEDULED,
                "altcraft-form-fills-source",
                "connection: marketing, formId: 1, period: yesterday, schedule: \"0/"
                    + FIRE_SECONDS
                    + " * * * * ?\", timeZone: UTC"));
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
                - setHeader: {name: X-Run, simple: "${header.SaddlebagRun}"}
                - removeHeaders: {pattern: "Saddlebag*"}
                - to: {uri: "{{receiver.server}}/files", parameters: {httpMethod: POST}}
        """
        .formatted(name, kamelet, parameters);
  }

  private void start(int node) throws IOException {
    nodes[node] =
        ChildProcess.start(folder, "128m", runtimes[node].properties(), Map.of(), "start");
  }

  /** Keeps every export busy, and strikes one node after the other; gives all runs back. */
  private List<String> strike(Ledger ledger) throws Exception {
    List<String> runs = new ArrayList<>();
    RunRequests requests =
        new RunRequests(ledger, Wakeups.throughRows(ledger.dataSource()), Clock.systemUTC());
    for (int node = 0; node < NODES; node++) {
      start(node);
    }
    awaitNodes(ledger);
    for (int blow = 0; blow < BLOWS; blow++) {
      strike(ledger, victim(ledger, blow, () -> keepBusy(ledger, requests, runs)));
      assertNothingTorn(ledger);
    }
    Instant end = Instant.now().plusSeconds(90);
    while (ON_DEMAND.keySet().stream().anyMatch(export -> ledger.runs().active(export).isPresent())
        && Instant.now().isBefore(end)) {
      pause(Duration.ofMillis(50));
    }
    return runs;
  }

  /**
   * Waits for the moment of a blow and says which node it falls on: in turn whoever is in the
   * middle of a state that is short, and anyone in the half second after a fire or at any time.
   */
  private int victim(Ledger ledger, int blow, Runnable keepBusy) {
    keepBusy.run();
    RunState[] rare = {RunState.CREATING, RunState.READY, RunState.STAGED};
    int turn = blow % 5;
    if (turn < rare.length) {
      pause(Duration.ofMillis(random.nextInt(1000)));
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(8);
      while (System.nanoTime() < deadline) {
        keepBusy.run();
        for (Run run : ledger.runs().unfinished()) {
          int node = run.state() == rare[turn] ? at(ledger, run) : -1;
          if (node >= 0) {
            pause(Duration.ofMillis(random.nextInt(100)));
            return node;
          }
        }
      }
    } else if (turn == rare.length) {
      long span = FIRE_SECONDS * 1000L;
      long fire = span - System.currentTimeMillis() % span;
      pause(Duration.ofMillis(fire + random.nextInt(500)));
    } else {
      pause(Duration.ofMillis(random.nextInt(3000)));
    }
    return random.nextInt(NODES);
  }

  /** The number of the node that carries a run on at this moment; -1 when none does. */
  private int at(Ledger ledger, Run run) {
    String carrier = carrier(ledger, run);
    for (int node = 0; node < NODES; node++) {
      if (identity(node).equals(carrier)) {
        return node;
      }
    }
    return -1;
  }

  private String identity(int node) {
    return NodeIdentity.known(Path.of(runtimes[node].properties().get("data.folder"))).orElse("");
  }

  private static String carrier(Ledger ledger, Run run) {
    String sql =
        "select picked_by from "
            + run.state().lane().table()
            + " where task_instance = ? and picked";
    try (Connection connection = ledger.dataSource().getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, run.id());
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() ? String.valueOf(rows.getString(1)) : "nobody";
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void strike(Ledger ledger, int node) throws Exception {
    String identity = identity(node);
    if (random.nextInt(3) > 0) {
      killed++;
      nodes[node].process().destroyForcibly().waitFor();
      keep(ledger, identity);
      // Now and then the others have to do without it for a while.
      pause(Duration.ofMillis(random.nextBoolean() ? 0 : random.nextInt(4000)));
      start(node);
    } else {
      suspended++;
      signal(node, "STOP");
      keep(ledger, identity);
      pause(LEASE.multipliedBy(1 + random.nextInt(3)).plusMillis(random.nextInt(1000)));
      signal(node, "CONT");
    }
  }

  private void keep(Ledger ledger, String identity) {
    for (Run run : ledger.runs().unfinished()) {
      if (identity.equals(carrier(ledger, run))) {
        hit.merge(run.state(), 1, Integer::sum);
        if (run.state() == RunState.STAGED) {
          hitInDelivery.merge(run.id(), 1, Integer::sum);
        }
      }
    }
  }

  private void signal(int node, String name) throws Exception {
    long pid = nodes[node].process().pid();
    assertThat(new ProcessBuilder("kill", "-" + name, String.valueOf(pid)).start().waitFor())
        .isZero();
  }

  private void awaitNodes(Ledger ledger) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (ledger.nodes().all().size() < NODES) {
      assertThat(System.nanoTime()).as("%s", logs()).isLessThan(deadline);
      pause(Duration.ofMillis(50));
    }
  }

  private String logs() throws IOException {
    StringBuilder logs = new StringBuilder();
    for (ChildProcess node : nodes) {
      logs.append(node.out()).append(node.err());
    }
    return logs.toString();
  }

  private static void pause(Duration time) {
    LockSupport.parkNanos(time.toNanos());
  }

  private static void keepBusy(Ledger ledger, RunRequests requests, List<String> runs) {
    ON_DEMAND.forEach(
        (export, flow) -> {
          if (ledger.runs().active(export).isEmpty()) {
            RunRequests.Outcome outcome =
                requests.request(KillTest.definition(export, flow), Instant.now(), "manual");
            runs.add(outcome.run().id());
          }
        });
  }

  /** Whatever has a final name is whole, at any moment. */
  private void assertNothingTorn(Ledger ledger) throws Exception {
    for (Path file : delivered()) {
      assertThat(known(ledger)).as("%s, seed %s", file, seed).contains(sha256(file));
    }
  }

  private List<Path> delivered() throws IOException {
    Path out = folder.resolve("out");
    if (!Files.isDirectory(out)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(out)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.toString().endsWith(".receipt.json"))
          .filter(file -> !file.getFileName().toString().startsWith(".part-"))
          .toList();
    }
  }

  private static List<String> known(Ledger ledger) {
    return ledger.runs().newest(null, 10_000).stream()
        .flatMap(run -> ledger.receipts().of(run.id()).stream())
        .map(StagedFile::sha256)
        .toList();
  }

  private void assertEverythingOnce(Ledger ledger, Receiver receiver) throws Exception {
    Map<String, Integer> posts = new TreeMap<>();
    receiver
        .requests()
        .forEach(post -> posts.merge(String.valueOf(post.header("X-Run")), 1, Integer::sum));
    int second = 0;
    for (Run run : ledger.runs().newest(null, 10_000)) {
      if (run.export().equals(SCHEDULED) && !run.state().finished()) {
        continue;
      }
      assertThat(run.state())
          .as("%s, failures %s, seed %s", run, ledger.history().failures(run.id()), seed)
          .isEqualTo(RunState.DELIVERED);
      int allowed = 1 + hitInDelivery.getOrDefault(run.id(), 0);
      second += posts.getOrDefault(run.id(), 0) - 1;
      assertThat(posts.getOrDefault(run.id(), 0))
          .as("deliveries of %s, hit in delivery %s, seed %s", run, hitInDelivery, seed)
          .isBetween(1, allowed);
      String prefix = run.id().replace(":", "") + "-";
      List<Path> files =
          delivered().stream()
              .filter(file -> file.getFileName().toString().startsWith(prefix))
              .toList();
      assertThat(files).as("%s, seed %s", run.id(), seed).hasSize(1);
      assertThat(sha256(files.get(0)))
          .as("%s, seed %s", run.id(), seed)
          .isEqualTo(ledger.receipts().of(run.id()).get(0).sha256());
    }
    System.out.println(
        posts.size()
            + " runs, "
            + hitInDelivery.size()
            + " hit in their delivery, "
            + second
            + " delivered a second time");
  }

  /** A run, a skip, or a run that makes up for several. */
  private void assertEveryFireHasLeftATrace(Ledger ledger) {
    ScheduleLog.Entry entry = ledger.schedules().find(SCHEDULED).orElseThrow();
    List<Skip> skips = ledger.history().skips(SCHEDULED, 10_000);
    DueTimes due = DueTimes.of(entry.cron(), ZoneOffset.UTC);
    Instant at = due.next(firstSeen(ledger)).orElseThrow();
    int fires = 0;
    while (!at.isAfter(entry.lastFireAt())) {
      Instant fire = at;
      boolean trace =
          ledger.runs().find(new RunId(SCHEDULED, fire).toString()).isPresent()
              || skips.stream().anyMatch(skip -> covers(skip, fire));
      assertThat(trace).as("fire at %s, skips %s, seed %s", fire, skips, seed).isTrue();
      fires++;
      at = due.next(fire).orElseThrow();
    }
    assertThat(entry.lastFireAt()).isAfter(Instant.now().minusSeconds(60));
    System.out.println(fires + " fires, each with a trace");
  }

  private static boolean covers(Skip skip, Instant fire) {
    Matcher until = UNTIL.matcher(skip.reason());
    Instant last = until.find() ? Instant.parse(until.group(1)) : skip.at();
    return !fire.isBefore(skip.at()) && !fire.isAfter(last);
  }

  /** The schedule was seen before its first run was due. */
  private static Instant firstSeen(Ledger ledger) {
    List<Run> runs = ledger.runs().newest(SCHEDULED, 10_000);
    return runs.get(runs.size() - 1).at().minusMillis(1);
  }

  private static String sha256(Path file) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
  }
}
