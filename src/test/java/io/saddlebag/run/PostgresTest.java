package io.saddlebag.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.TestRuntime;
import io.saddlebag.simulator.altcraft.AltcraftSimulator;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresTest {
  @TempDir Path folder;

  @Test
  void another_jdbc_url_is_all_that_postgresql_needs() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start();
        AltcraftSimulator vendor =
            new AltcraftSimulator(Clock.systemUTC(), 0).pace(Duration.ofMillis(20));
        TestRuntime runtime = new TestRuntime(folder)) {
      vendor.start();
      runtime
          .with("marketing.server", vendor.uri().toString())
          .with("marketing.token", AltcraftSimulator.DEMO_TOKEN)
          .with("ledger.url", postgres.getJdbcUrl("postgres", "postgres"))
          .with("ledger.user", "postgres")
          .export(
              "fills",
              """
              - route:
                  id: fills
                  from:
                    uri: kamelet:altcraft-form-fills-source
                    parameters: {connection: marketing, formId: 1, period: yesterday, pollMin: 20ms, pollMax: 50ms}
                    steps:
                      - to: direct:to-folder
              """)
          .start();

      Run run = runtime.run("fills");

      assertThat(run.state()).as("%s", run).isEqualTo(RunState.DELIVERED);
      assertThat(runtime.delivered()).hasSize(1);
      assertThat(runtime.saddlebag().ledger().history().polls(run.id())).isNotEmpty();

      runtime.close();
      runtime.start();
      assertThat(runtime.saddlebag().ledger().runs().get(run.id())).isEqualTo(run);
      assertThat(runtime.run("fills").state()).isEqualTo(RunState.DELIVERED);
    }
  }

  @Test
  void nodes_that_look_at_a_schedule_at_once_request_a_run_once() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start();
        Ledger ledger =
            Ledger.open(
                new LedgerSettings(
                    postgres.getJdbcUrl("postgres", "postgres"), "postgres", null))) {
      ScheduleLog log = ledger.schedules();
      Instant seenAt = Instant.parse("2026-03-07T12:00:00Z");
      log.begin("fills", new ScheduleLog.Entry("0 0 2 * * ?", "America/New_York", seenAt));
      ScheduleLog.Entry seen = log.find("fills").orElseThrow();
      RunId id = new RunId("fills", Instant.parse("2026-03-08T07:00:00Z"));
      ScheduleLog.Wanted wanted =
          new ScheduleLog.Wanted(
              id, "altcraft", "schedule", id.at(), id.at().plus(Duration.ofHours(6)));

      List<ScheduleLog.Trace> traces =
          IntStream.range(0, 8)
              .parallel()
              .mapToObj(node -> log.settle("fills", seen, seen.at(id.at()), List.of(), wanted))
              .toList();

      assertThat(traces).containsOnlyOnce(ScheduleLog.Trace.RUN);
      assertThat(traces.stream().filter(ScheduleLog.Trace.DEALT_WITH::equals)).hasSize(7);
      assertThat(ledger.runs().newest("fills", 9)).extracting(Run::id).containsExactly("" + id);
      assertThat(log.find("fills")).contains(seen.at(id.at()));
    }
  }
}
