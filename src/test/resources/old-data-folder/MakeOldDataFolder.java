import io.saddlebag.run.*;
import io.saddlebag.export.*;
import io.saddlebag.simulator.*;
import io.saddlebag.simulator.altcraft.AltcraftSimulator;
import io.saddlebag.simulator.storage.StorageSimulator;
import io.saddlebag.simulator.webadmit.*;
import java.nio.file.*;
import java.time.*;
import java.util.*;
import java.util.function.Predicate;

/** Makes a data folder with runs in every state: the runtime is a process of its own, killed at the end. */
public class MakeOldDataFolder {
  static Ledger ledger;
  static RunRequests requests;

  static ExportDefinition definition(String name, String flow) {
    return new ExportDefinition(name, Path.of(name), "", flow, flow, false, "", null, ZoneOffset.UTC, true,
        Duration.ofMillis(50), Duration.ofMillis(150), Duration.ofDays(36500),
        ExportDefinition.OnDeadline.LEAVE, ExportDefinition.OnLostCreate.RECREATE, null, Map.of());
  }

  static Run reaches(String export, String flow, Predicate<Run> wanted) throws Exception {
    Run run = requests.request(definition(export, flow), Instant.now(), "manual").run();
    long end = System.nanoTime() + 40_000_000_000L;
    while (System.nanoTime() < end) {
      run = ledger.runs().get(run.id());
      if (wanted.test(run)) {
        System.out.println(run.id() + " " + run.state() + " " + run.jobId());
        return run;
      }
      Thread.sleep(30);
    }
    throw new IllegalStateException("stays: " + run + " " + ledger.history().failures(run.id()));
  }

  public static void main(String[] args) throws Exception {
    Path home = Path.of(args[0]);
    try (StorageSimulator storage = new StorageSimulator(Clock.systemUTC(), 0);
        WebAdmitSimulator admissions = new WebAdmitSimulator(Clock.systemUTC(), storage, 48083);
        AltcraftSimulator forms = new AltcraftSimulator(Clock.systemUTC(), 48082)) {
      storage.start();
      admissions.pace(Duration.ofMillis(100)).start();
      admissions.export(new WebAdmitExport(86447, "Waiting list", "Comma-Separated Values",
          "text/csv;charset=iso-8859-1", "Waiting-list.csv", Body.of("cas_id\n1000004\n".getBytes())));
      forms.pace(Duration.ofMillis(60)).start();
      Process runtime = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-Xmx200m", "-cp", System.getProperty("java.class.path"), "io.saddlebag.Main", "start")
          .directory(home.toFile()).redirectErrorStream(true)
          .redirectOutput(home.resolve("runtime.log").toFile()).start();
      try {
        while (!Files.exists(home.resolve("data/ledger.db")) || !Files.readString(home.resolve("runtime.log")).contains("loaded from")) {
          if (!runtime.isAlive()) throw new IllegalStateException(Files.readString(home.resolve("runtime.log")));
          Thread.sleep(200);
        }
        Thread.sleep(3000);
        ledger = Ledger.open(new LedgerSettings("jdbc:sqlite:" + home.resolve("data/ledger.db"), null, null));
        requests = new RunRequests(ledger, Wakeups.throughRows(ledger.dataSource()), Clock.systemUTC());
        Predicate<Run> ended = run -> run.state().finished();
        reaches("delivered", "altcraft", ended);
        forms.endsWith("failed");
        reaches("failed", "altcraft", ended);
        forms.endsWith("completed").total(0);
        reaches("empty", "altcraft", ended);
        forms.total(42);
        reaches("increments", "altcraft", ended);
        reaches("staged", "altcraft", run -> run.state() == RunState.STAGED && run.attempts() > 1);
        forms.faults().always("GET", ".*/download/.*", Fault.drip(60, Duration.ofMillis(700)));
        reaches("ready", "altcraft", run -> run.state() == RunState.READY);
        Thread.sleep(2500);
        forms.neverEnds(true);
        Run cancelled = reaches("cancelled", "altcraft", run -> run.state() == RunState.PENDING);
        ledger.runs().requestCancel(cancelled.id(), Instant.now());
        Wakeups.throughRows(ledger.dataSource()).now(ledger.runs().get(cancelled.id()), Instant.now());
        reaches("pending", "altcraft", run -> run.state() == RunState.PENDING && run.vendorStatus() != null);
        forms.faults().always("POST", ".*/forms/fills", Fault.delay(Duration.ofMinutes(10)));
        reaches("lost", "altcraft", run -> run.state() == RunState.CREATING);
        admissions.faults().always("POST", ".*", Fault.retryAfter(429, "600"));
        reaches("waiting", "webadmit", run -> run.state() == RunState.REQUESTED && run.waitingFor() != null);
        admissions.faults().clear();
        admissions.faults().next(1, "POST", ".*", Fault.stall(3, Duration.ofMinutes(10)));
        reaches("creating", "webadmit", run -> run.state() == RunState.CREATING);
        Thread.sleep(500);
      } finally {
        runtime.destroyForcibly().waitFor();
      }
      requests.request(definition("queued", "altcraft"), Instant.now(), "manual");
      for (Run run : ledger.runs().newest(null, 99)) {
        System.out.println(run.id() + " " + run.state() + " job " + run.jobId() + " attempts " + run.attempts() + " " + run.failure() + " " + run.waitingFor());
      }
      System.out.println("creates: altcraft " + forms.creates() + ", webadmit " + admissions.creates());
      ledger.close();
      System.out.flush();
      // The stalled answers would be waited for.
      Runtime.getRuntime().halt(0);
    }
    System.exit(0);
  }
}
