package io.saddlebag.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.TestRuntime;
import io.saddlebag.simulator.altcraft.AltcraftSimulator;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
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
}
