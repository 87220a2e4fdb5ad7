package io.saddlebag.vendor;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.TestRuntime;
import io.saddlebag.run.CredentialLog;
import io.saddlebag.run.FailureRecord;
import io.saddlebag.run.Ledger;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import io.saddlebag.simulator.Fault;
import io.saddlebag.simulator.altcraft.AltcraftSimulator;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Credentials that a vendor refused are not sent again until they change or are found good. */
@Tag("long")
class RefusedCredentialsTest {
  private static final String WRONG = "wrong-token-of-the-test";
  private static final int EXPORTS = 20;

  @TempDir Path folder;
  private final List<TestRuntime> runtimes = new ArrayList<>();
  private AltcraftSimulator vendor;
  private TestRuntime runtime;

  @BeforeEach
  void prepare() throws Exception {
    vendor = new AltcraftSimulator(Clock.systemUTC(), 0).pace(Duration.ofMillis(20));
    vendor.start();
    runtime = node("one");
  }

  private TestRuntime node(String name) throws Exception {
    TestRuntime made =
        new TestRuntime(Files.createDirectories(folder.resolve(name)))
            .with("node.name", name)
            .with("marketing.server", vendor.uri().toString())
            .with("marketing.token", WRONG);
    for (int i = 0; i < EXPORTS; i++) {
      made.export(
          "fills" + i,
          """
          - route:
              id: fills%d
              from:
                uri: kamelet:altcraft-form-fills-source
                parameters: {connection: marketing, formId: 1, period: yesterday, pollMin: 20ms, pollMax: 50ms}
                steps:
                  - to: direct:to-folder
          """
              .formatted(i));
    }
    runtimes.add(made);
    return made;
  }

  @AfterEach
  void stop() throws Exception {
    for (TestRuntime made : runtimes) {
      made.close();
    }
    vendor.close();
  }

  private static List<Run> all(TestRuntime node) {
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < EXPORTS; i++) {
      runs.add(node.request("fills" + i));
    }
    return runs;
  }

  private static void assertRefused(TestRuntime node, List<Run> runs) {
    for (Run run : runs) {
      assertThat(node.ended(run.id()).failure()).isEqualTo("UNAUTHORIZED");
    }
  }

  private long sent(String token) {
    return vendor.count(request -> ("Bearer " + token).equals(request.header("Authorization")));
  }

  @Test
  void the_runs_that_sent_nothing_say_so_and_what_to_do() throws Exception {
    runtime.start();

    List<Run> runs = all(runtime);
    assertRefused(runtime, runs);

    Ledger ledger = runtime.saddlebag().ledger();
    assertThat(runs.stream().map(run -> ledger.runs().get(run.id()).failureMessage()))
        .filteredOn(message -> message.contains("so nothing was sent"))
        .hasSize(EXPORTS - 1)
        .allSatisfy(
            message ->
                assertThat(message)
                    .contains(
                        "connection marketing", "correct marketing.token", "check --connect"));
  }

  @Test
  void one_alert_says_so_and_not_twenty() throws Exception {
    Path alerts = folder.resolve("alerts");
    Files.writeString(
        runtime.routes().resolve("alerts.camel.yaml"),
        """
        - route:
            id: export-alert
            description: Writes alerts into a folder
            from:
              uri: direct
              parameters: {name: export-alert}
              steps:
                - to:
                    uri: file
                    parameters: {directoryName: "%s", fileName: "${exchangeId}"}
        """
            .formatted(alerts));
    runtime.start();

    assertRefused(runtime, all(runtime));
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> untold(runtime.saddlebag().ledger()) == 0);
    // A second fire on the same day.
    assertRefused(runtime, all(runtime));
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> untold(runtime.saddlebag().ledger()) == 0);

    assertThat(alerts.toFile().list()).hasSize(1);
    try (Stream<Path> files = Files.list(alerts)) {
      assertThat(Files.readString(files.findFirst().orElseThrow()))
          .contains("UNAUTHORIZED")
          .doesNotContain(WRONG);
    }
  }

  private static int untold(Ledger ledger) throws Exception {
    try (var connection = ledger.dataSource().getConnection();
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "select count(*) from run where state = 'FAILED' and not exists"
                    + " (select 1 from alert where alert.run = run.id)")) {
      rows.next();
      return rows.getInt(1);
    }
  }

  @Test
  void a_secret_that_was_rotated_counts_from_the_next_step() throws Exception {
    runtime.start();
    assertRefused(runtime, all(runtime));

    runtime
        .saddlebag()
        .camel()
        .getPropertiesComponent()
        .addOverrideProperty("marketing.token", AltcraftSimulator.DEMO_TOKEN);

    for (Run run : all(runtime)) {
      assertThat(runtime.ended(run.id()).state()).isEqualTo(RunState.DELIVERED);
    }
    assertThat(runtime.saddlebag().ledger().credentials().refused()).isEmpty();
    assertThat(sent(WRONG)).isEqualTo(1);
  }

  @Test
  void another_wrong_secret_is_sent_once_too() throws Exception {
    runtime.start();
    assertRefused(runtime, all(runtime));

    runtime
        .saddlebag()
        .camel()
        .getPropertiesComponent()
        .addOverrideProperty("marketing.token", "another-wrong-token");
    assertRefused(runtime, all(runtime));

    assertThat(sent(WRONG)).isEqualTo(1);
    assertThat(sent("another-wrong-token")).isEqualTo(1);
  }

  @Test
  void credentials_that_the_vendor_revokes_are_sent_once_more() throws Exception {
    runtime.with("marketing.token", AltcraftSimulator.DEMO_TOKEN).start();
    for (Run run : all(runtime)) {
      assertThat(runtime.ended(run.id()).state()).isEqualTo(RunState.DELIVERED);
    }
    // Since a while nothing has shown that they are right.
    Awaitility.await().pollDelay(Duration.ofMillis(300)).until(() -> true);
    vendor.revoke(AltcraftSimulator.DEMO_TOKEN);
    long before = sent(AltcraftSimulator.DEMO_TOKEN);

    assertRefused(runtime, all(runtime));

    assertThat(sent(AltcraftSimulator.DEMO_TOKEN) - before).isEqualTo(1);
  }

  @Test
  void a_refusal_that_comes_late_is_waited_for() throws Exception {
    vendor.faults().always("POST", ".*", Fault.delay(Duration.ofSeconds(1)));
    runtime.start();

    assertRefused(runtime, all(runtime));

    assertThat(sent(WRONG)).isEqualTo(1);
  }

  @Test
  void two_nodes_send_one_wrong_secret_once() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
      TestRuntime other = node("two");
      for (TestRuntime made : runtimes) {
        made.with("ledger.url", postgres.getJdbcUrl("postgres", "postgres"))
            .with("ledger.user", "postgres")
            .start();
      }

      assertRefused(runtime, all(runtime));
      assertRefused(other, all(other));

      assertThat(sent(WRONG)).isEqualTo(1);
      stop();
    }
  }

  @Test
  void what_one_export_may_not_see_stops_no_other() throws Exception {
    runtime.with("marketing.token", AltcraftSimulator.DEMO_TOKEN).start();
    vendor.faults().next(1, "POST", ".*/forms/fills", Fault.status(403));

    Run forbidden = runtime.run("fills0");
    Run allowed = runtime.run("fills1");

    assertThat(forbidden.failure()).isEqualTo("FORBIDDEN");
    assertThat(allowed.state()).isEqualTo(RunState.DELIVERED);
  }

  @Test
  void a_vendor_that_says_it_by_403_declares_that() throws Exception {
    for (String kamelet : List.of("altcraft-form-fills-source")) {
      Path file = runtime.routes().resolve("vendors/" + kamelet + ".kamelet.yaml");
      Files.writeString(
          file,
          Files.readString(file)
              .replace(
                  "    x-connection:\n",
                  "    x-connection:\n      x-refused: {when: [401, 403 bad key]}\n"));
    }
    vendor
        .faults()
        .always("POST", ".*", Fault.answer(403, "text/plain", "Sorry: BAD KEY, try another"));
    runtime.start();

    List<Run> runs = all(runtime);
    runs.forEach(run -> runtime.ended(run.id()));

    assertThat(sent(WRONG)).isEqualTo(1);
    assertThat(runtime.saddlebag().ledger().credentials().refused()).hasSize(1);
  }

  @Test
  void the_ledger_keeps_no_secret_and_no_quick_digest_of_one() throws Exception {
    runtime.start();
    assertRefused(runtime, all(runtime));

    CredentialLog.Refusal refusal = runtime.saddlebag().ledger().credentials().refused().get(0);
    assertThat(refusal.digest()).matches("pbkdf2-sha512:210000:[A-Za-z0-9+/=]{24}:.{44}");
    runtime.close();
    try (Stream<Path> files = Files.walk(folder.resolve("one/data"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(
                new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1))
            .doesNotContain(WRONG);
      }
    }
  }

  @Test
  void no_failure_is_noted_for_runs_that_wait_for_the_first() throws Exception {
    vendor.faults().next(1, "POST", ".*", Fault.delay(Duration.ofSeconds(1)));
    runtime.with("marketing.token", AltcraftSimulator.DEMO_TOKEN).start();

    List<Run> runs = all(runtime);

    for (Run run : runs) {
      assertThat(runtime.ended(run.id()).state()).isEqualTo(RunState.DELIVERED);
      assertThat(
              runtime.saddlebag().ledger().history().failures(run.id()).stream()
                  .map(FailureRecord::name))
          .isEmpty();
    }
  }
}
