package io.saddlebag.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.ChildProcess;
import io.saddlebag.simulator.Fault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A process, or one attempt of it, that sleeps and finds its run carried on beside it. */
class SleepingRuntimeTest extends FillsTest {

  @Test
  void a_delivery_that_slept_ends_at_its_last_look_and_is_no_failure() throws Exception {
    runtime.export(
        "fills",
        export(
            "fills",
            "",
            """
            - to: {uri: file, parameters: {directoryName: "{{data.folder}}", fileName: begun, fileExist: Append}}
            - delay: {expression: {constant: {expression: "1500"}}}
            - to: direct:to-folder
            """));
    runtime.start();
    Run run = runtime.request("fills");
    Path begun = folder.resolve("data").resolve("begun");
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> Files.exists(begun));
    Ledger ledger = runtime.saddlebag().ledger();

    int newer = ledger.moves().begin(ledger.runs().get(run.id()));
    Run ended = runtime.ended(run.id());

    assertThat(ended.state()).isEqualTo(RunState.DELIVERED);
    assertThat(ended.attempt()).isGreaterThan(newer);
    assertThat(ledger.history().failures(run.id())).isEmpty();
    assertThat(Files.size(begun))
        .as("handed to the steps twice, the first time in vain")
        .isEqualTo(2 * ledger.receipts().of(run.id()).get(0).bytes());
    assertThat(runtime.delivered()).hasSize(1);
  }

  @Tag("long")
  @Test
  void a_process_that_is_stopped_for_a_minute_delivers_once_what_it_was_about_to_fetch()
      throws Exception {
    vendor.faults().always("GET", ".*/download/.*", Fault.drip(60, Duration.ofMillis(40)));
    runtime.with("camel.management.enabled", "false").with("http.idle-timeout", "30s");
    Path database = folder.resolve("data").resolve("ledger.db");
    try (ChildProcess process =
            ChildProcess.start(folder, "128m", runtime.properties(), java.util.Map.of(), "start");
        Ledger ledger = opened(database)) {
      String id = requested(ledger);
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> ledger.runs().get(id).state() == RunState.READY && part(id));

      signal("STOP", process);
      assertThat(process.process().waitFor(60, TimeUnit.SECONDS)).isFalse();
      signal("CONT", process);

      Awaitility.await()
          .atMost(Duration.ofSeconds(90))
          .until(() -> ledger.runs().get(id).state().finished());
      assertThat(ledger.runs().get(id).state()).isEqualTo(RunState.DELIVERED);
      assertThat(vendor.creates()).isEqualTo(1);
      StagedFile staged = ledger.receipts().of(id).get(0);
      List<Path> delivered = runtime.delivered();
      assertThat(delivered).hasSize(1);
      assertThat(sha256(delivered.get(0)))
          .isEqualTo(staged.sha256())
          .isEqualTo(sha256(staged.path()));
      // Nothing of the attempt that slept comes in later.
      Awaitility.await()
          .during(Duration.ofSeconds(5))
          .atMost(Duration.ofSeconds(10))
          .until(() -> ledger.receipts().of(id).get(0).equals(staged));
      assertThat(sha256(staged.path())).isEqualTo(staged.sha256());
    }
  }

  /** The ledger of a process that is about to make it. */
  private static Ledger opened(Path database) {
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(database));
    return Ledger.open(new LedgerSettings("jdbc:sqlite:" + database, null, null));
  }

  private static String requested(Ledger ledger) {
    RunRequests requests =
        new RunRequests(ledger, Wakeups.throughRows(ledger.dataSource()), Clock.systemUTC());
    return requests
        .request(KillTest.definition("fills", "altcraft"), Instant.now(), "manual")
        .run()
        .id();
  }

  private boolean part(String id) throws Exception {
    Path staging = folder.resolve("data").resolve("staging");
    if (!Files.isDirectory(staging)) {
      return false;
    }
    try (var files = Files.walk(staging)) {
      return files.anyMatch(file -> file.toString().contains(".part"));
    }
  }

  private static void signal(String name, ChildProcess process) throws Exception {
    String pid = String.valueOf(process.process().pid());
    assertThat(new ProcessBuilder("kill", "-" + name, pid).inheritIO().start().waitFor()).isZero();
  }

  private static String sha256(Path file) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
  }
}
