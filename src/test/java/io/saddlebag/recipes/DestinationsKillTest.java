package io.saddlebag.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.ChildProcess;
import io.saddlebag.docs.Recipe;
import io.saddlebag.run.DeliveredParts;
import io.saddlebag.run.Ledger;
import io.saddlebag.run.LedgerSettings;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import io.saddlebag.simulator.Fault;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * kill -9 of the real process while the recipe several-destinations sends, the first time between
 * the two destinations, then at random moments. One kill by default; a third of the system property
 * {@code kills} when the profile kill raises it.
 */
@Tag("kill")
class DestinationsKillTest extends RecipeTest {
  private static final int KILLS =
      Integer.getInteger("kills", 6) > 6 ? Integer.getInteger("kills") / 3 : 1;

  /** Long enough for kills before, during and after each of the two. */
  private static final Duration TAKING = Duration.ofMillis(120);

  private final long seed = Long.getLong("kill.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final Map<Reached, Integer> killed = new EnumMap<>(Reached.class);
  private Receiver archive;
  private Receiver warehouse;

  /** What the ledger knew at a kill. */
  private enum Reached {
    NONE,
    ARCHIVE,
    BOTH,
    DELIVERED
  }

  @BeforeEach
  void receive() throws Exception {
    archive = new Receiver();
    warehouse = new Receiver();
    archive.start();
    warehouse.start();
    archive.faults().always("POST", "/files", Fault.delay(TAKING));
    warehouse.faults().always("POST", "/files", Fault.delay(TAKING));
    runtime
        .with("archive.server", archive.uri().toString())
        .with("warehouse.server", warehouse.uri().toString())
        .with("camel.management.enabled", "false");
    load(Recipe.of("several-destinations"));
  }

  @AfterEach
  void close() {
    archive.close();
    warehouse.close();
  }

  @Test
  void a_destination_that_was_reached_is_left_alone_whenever_the_process_is_killed()
      throws Exception {
    for (int kill = 0; kill < KILLS; kill++) {
      int archived = archive.requests().size();
      int stored = warehouse.requests().size();
      try (ChildProcess child = run()) {
        // Only while the warehouse is being sent to is it sure that the archive was reached.
        Receiver awaited = kill % 3 == 0 ? warehouse : archive;
        int before = kill % 3 == 0 ? stored : archived;
        Awaitility.await()
            .atMost(Duration.ofSeconds(60))
            .pollInterval(Duration.ofMillis(1))
            .until(() -> awaited.requests().size() > before || !child.process().isAlive());
        long wait = kill == 0 ? 0 : random.nextLong(5 * TAKING.toMillis() / 2);
        if (child.process().waitFor(wait, TimeUnit.MILLISECONDS)) {
          assertThat(child.process().exitValue()).as(child.out() + child.err()).isZero();
        }
        child.process().destroyForcibly().waitFor();
      }
      settle(kill);
    }
    System.out.println(KILLS + " kills between destinations, the ledger knew: " + killed);
  }

  private ChildProcess run() throws Exception {
    return ChildProcess.start(folder, "128m", runtime.properties(), Map.of(), "run", "fills");
  }

  /** Starts again and holds what is sent against what the ledger knew. */
  private void settle(int kill) throws Exception {
    Reached reached = reached();
    int archived = archive.requests().size();
    int stored = warehouse.requests().size();
    killed.merge(reached, 1, Integer::sum);
    if (kill == 0) {
      assertThat(reached).isEqualTo(Reached.ARCHIVE);
    }
    if (reached != Reached.DELIVERED) {
      try (ChildProcess again = run()) {
        assertThat(again.exitCode(60)).as(again.out() + again.err()).isZero();
      }
    }
    String moment = "kill " + kill + " with seed " + seed + " when the ledger knew " + reached;
    assertThat(archive.requests())
        .as("the archive, %s", moment)
        .hasSize(archived + (reached == Reached.NONE ? 1 : 0));
    assertThat(warehouse.requests())
        .as("the warehouse, %s", moment)
        .hasSize(stored + (reached.compareTo(Reached.ARCHIVE) <= 0 ? 1 : 0));
    assertThat(reached()).as(moment).isEqualTo(Reached.DELIVERED);
    assertThat(warehouse.requests().get(warehouse.requests().size() - 1).body())
        .isEqualTo(archive.requests().get(archive.requests().size() - 1).body())
        .isNotEmpty();
  }

  private Reached reached() {
    String ledgerFile = "jdbc:sqlite:" + folder.resolve("data/ledger.db");
    try (Ledger ledger = Ledger.open(new LedgerSettings(ledgerFile, null, null))) {
      Run run = ledger.runs().newest("fills", 1).get(0);
      DeliveredParts parts = new DeliveredParts(ledger, Clock.systemUTC());
      if (run.state() == RunState.DELIVERED) {
        return Reached.DELIVERED;
      }
      if (parts.contains(run.id() + " 0 warehouse")) {
        return Reached.BOTH;
      }
      return parts.contains(run.id() + " 0 archive") ? Reached.ARCHIVE : Reached.NONE;
    }
  }
}
