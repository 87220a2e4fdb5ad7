package io.saddlebag.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.CuttableLine;
import io.saddlebag.simulator.Fault;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The ledger goes away while something is in memory that cannot be got again, and comes back. */
@Tag("long")
class LedgerAwayTest extends FillsTest {
  private static EmbeddedPostgres postgres;

  @BeforeAll
  static void startDatabase() throws Exception {
    postgres = EmbeddedPostgres.start();
  }

  @AfterAll
  static void stopDatabase() throws Exception {
    postgres.close();
  }

  private CuttableLine throughLine() throws Exception {
    CuttableLine line = new CuttableLine(postgres.getPort());
    String database = "ledger" + System.nanoTime();
    try (Connection admin = postgres.getPostgresDatabase().getConnection();
        Statement statement = admin.createStatement()) {
      statement.execute("create database " + database);
    }
    runtime
        .with("ledger.url", "jdbc:postgresql://localhost:" + line.port() + "/" + database)
        .with("ledger.user", "postgres");
    return line;
  }

  /** The only connection of a SQLite ledger keeps this. */
  private static void refuseWrites(Ledger ledger, boolean refuse) throws Exception {
    try (Connection connection = ledger.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("pragma query_only = " + (refuse ? "on" : "off"));
    }
  }

  private boolean asked(String path) {
    return vendor.requests().stream().anyMatch(request -> request.target().endsWith(path));
  }

  private void awaitPending() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(45))
        .until(() -> runtime.saddlebag().ledger().commits().sentence().isPresent());
  }

  @Test
  void a_job_id_that_is_answered_meanwhile_is_committed_when_it_is_back() throws Exception {
    vendor.faults().always("POST", ".*/forms/fills", Fault.delay(Duration.ofMillis(1500)));
    try (CuttableLine line = throughLine()) {
      runtime.start();
      Run run = runtime.request("fills");
      Awaitility.await().until(() -> asked("/forms/fills"));

      line.cut();
      awaitPending();
      assertThat(runtime.saddlebag().ledger().commits().sentence().orElseThrow())
          .contains("job id", run.id());
      line.mend();

      assertThat(runtime.ended(run.id()).state()).isEqualTo(RunState.DELIVERED);
      assertThat(vendor.creates()).isEqualTo(1);
      assertThat(runtime.saddlebag().ledger().commits().sentence()).isEmpty();
      runtime.close();
    }
  }

  @Test
  void a_job_id_is_not_thrown_away_by_a_file_that_refuses_writes() throws Exception {
    vendor.faults().always("POST", ".*/forms/fills", Fault.delay(Duration.ofMillis(500)));
    runtime.start();
    Run run = runtime.reaches(runtime.request("fills").id(), RunState.CREATING);

    refuseWrites(runtime.saddlebag().ledger(), true);
    awaitPending();
    refuseWrites(runtime.saddlebag().ledger(), false);

    assertThat(runtime.ended(run.id()).state()).isEqualTo(RunState.DELIVERED);
    assertThat(vendor.creates()).isEqualTo(1);
  }

  @Test
  void what_was_delivered_meanwhile_is_not_delivered_again() throws Exception {
    runtime.export(
        "fills",
        export(
            "fills",
            "",
            """
            - to: {uri: file, parameters: {directoryName: "{{delivery.folder}}", fileName: all, fileExist: Append}}
            - delay: {expression: {constant: {expression: "1500"}}}
            """));
    try (CuttableLine line = throughLine()) {
      runtime.start();
      Run run = runtime.request("fills");
      Path all = runtime.out().resolve("all");
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> Files.exists(all));

      line.cut();
      awaitPending();
      line.mend();

      assertThat(runtime.ended(run.id()).state()).isEqualTo(RunState.DELIVERED);
      assertThat(Files.size(all))
          .isEqualTo(runtime.saddlebag().ledger().receipts().of(run.id()).get(0).bytes());
      runtime.close();
    }
  }

  @Test
  void what_was_due_meanwhile_is_made_up_for_as_soon_as_it_is_back() throws Exception {
    runtime.export(
        "fills", export("fills", "schedule: \"*/1 * * * * ?\"", "- to: direct:to-folder"));
    try (CuttableLine line = throughLine()) {
      runtime.start();
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> runtime.saddlebag().ledger().runs().newest("fills", 1), r -> !r.isEmpty());

      line.cut();
      Instant away = Instant.now();
      Awaitility.await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> Instant.now().isAfter(away.plusSeconds(4)));
      line.mend();

      Awaitility.await()
          .atMost(Duration.ofSeconds(15))
          .untilAsserted(() -> assertThat(traces(away)).isNotEmpty());
      runtime.close();
    }
  }

  /** The due moments of the outage of which there is a trace. */
  private List<Instant> traces(Instant away) {
    Ledger ledger = runtime.saddlebag().ledger();
    Instant from = away.plusSeconds(1);
    Instant to = away.plusSeconds(4);
    return java.util.stream.Stream.concat(
            ledger.history().skips("fills", 100).stream().map(Skip::at),
            ledger.runs().newest("fills", 100).stream().map(run -> RunId.parse(run.id()).at()))
        .filter(at -> at.isAfter(from) && at.isBefore(to))
        .toList();
  }
}
