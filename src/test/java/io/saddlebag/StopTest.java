package io.saddlebag;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.run.Ledger;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import io.saddlebag.simulator.Fault;
import io.saddlebag.simulator.altcraft.AltcraftSimulator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stop takes less than five seconds whatever hangs, and is no failure of a run. */
class StopTest {
  private static final Duration MOST = Duration.ofSeconds(5);

  @TempDir Path folder;
  private final AltcraftSimulator vendor = new AltcraftSimulator(Clock.systemUTC(), 0);
  private TestRuntime runtime;

  /** A step that hears nothing, not even an interrupt, until the test is over. */
  public static final class HungStep {
    private static final AtomicReference<CountDownLatch> OVER = new AtomicReference<>();

    /** Hangs. */
    public void hang() {
      System.out.println("hangs now");
      boolean over = false;
      while (!over) {
        try {
          OVER.get().await();
          over = true;
        } catch (InterruptedException goesOn) {
          // As a driver that retries does.
        }
      }
    }
  }

  @BeforeEach
  void prepare() throws Exception {
    HungStep.OVER.set(new CountDownLatch(1));
    vendor.pace(Duration.ofMillis(20)).start();
    runtime =
        new TestRuntime(folder)
            .with("marketing.server", vendor.uri().toString())
            .with("marketing.token", AltcraftSimulator.DEMO_TOKEN)
            .with("http.response-timeout", "180s")
            .with("camel.beans.hung", "#class:" + HungStep.class.getName());
  }

  @AfterEach
  void end() throws Exception {
    HungStep.OVER.get().countDown();
    runtime.close();
    vendor.close();
  }

  private Run started(String step) throws Exception {
    runtime
        .export(
            "fills",
            """
            - route:
                id: fills
                from:
                  uri: kamelet:altcraft-form-fills-source
                  parameters: {connection: marketing, formShortname: form_6Ven2v7O, period: yesterday, pollMin: 20ms, pollMax: 50ms}
                  steps:
                    - %s
            """
                .formatted(step))
        .start();
    return runtime.request("fills");
  }

  private Duration stop() throws Exception {
    Instant begun = Instant.now();
    runtime.close();
    return Duration.between(begun, Instant.now());
  }

  private void isNoFailure(Run run) {
    try (Ledger ledger = Ledger.open(new io.saddlebag.run.LedgerSettings(url(), null, null))) {
      assertThat(ledger.history().failures(run.id())).isEmpty();
      assertThat(ledger.runs().get(run.id()).state().finished()).isFalse();
    }
  }

  private String url() {
    return "jdbc:sqlite:" + folder.resolve("data").resolve("ledger.db");
  }

  @Test
  void while_the_vendor_hangs() throws Exception {
    vendor.faults().always("GET", ".*", Fault.delay(Duration.ofSeconds(20)));
    Run run = started("to: direct:to-folder");
    runtime.reaches(run.id(), RunState.PENDING);

    assertThat(stop()).isLessThan(MOST);
    isNoFailure(run);
  }

  @Test
  void while_the_destination_hangs() throws Exception {
    Run run = started("bean: {ref: hung, method: hang}");
    runtime.reaches(run.id(), RunState.STAGED);

    assertThat(stop()).isLessThan(MOST);
    isNoFailure(run);
  }

  @Test
  void a_process_ends_while_its_destination_hangs() throws Exception {
    Run run = started("bean: {ref: hung, method: hang}");
    runtime.reaches(run.id(), RunState.STAGED);
    stop();
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                HungProgram.class.getName(),
                "start",
                "--set=camel.management.enabled=false"));
    runtime.properties().forEach((name, value) -> command.add("--set=" + name + "=" + value));
    Path said = folder.resolve("said.txt");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    try {
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> Files.readString(said).contains("hangs now"));

      Instant begun = Instant.now();
      process.destroy();

      assertThat(process.waitFor(30, TimeUnit.SECONDS)).as(Files.readString(said)).isTrue();
      assertThat(Duration.between(begun, Instant.now())).isLessThan(MOST);
      isNoFailure(run);
    } finally {
      process.destroyForcibly();
    }
  }

  /** The program, with a step that hangs for ever. */
  static final class HungProgram {
    public static void main(String[] arguments) {
      HungStep.OVER.set(new CountDownLatch(1));
      io.saddlebag.Main.main(arguments);
    }
  }

  @Test
  void while_the_ledger_hangs() throws Exception {
    Run run = started("to: direct:to-folder");
    runtime.ended(run.id());
    try (Connection other = DriverManager.getConnection(url());
        Statement lock = other.createStatement()) {
      lock.execute("begin exclusive");
      Thread writer =
          new Thread(() -> runtime.saddlebag().ledger().schedules().save("x", entry()), "writer");
      // It fails when the ledger is closed, long after this test.
      writer.setUncaughtExceptionHandler((thread, closed) -> {});
      writer.setDaemon(true);
      writer.start();
      Awaitility.await().until(() -> writer.getState() != Thread.State.NEW);

      assertThat(stop()).isLessThan(MOST);
    }
  }

  private static io.saddlebag.run.ScheduleLog.Entry entry() {
    return new io.saddlebag.run.ScheduleLog.Entry("0 0 2 * * ?", "UTC", Instant.EPOCH);
  }
}
