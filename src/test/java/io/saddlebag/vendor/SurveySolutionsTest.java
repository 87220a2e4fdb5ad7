package io.saddlebag.vendor;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.TestRuntime;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import io.saddlebag.simulator.storage.StorageSimulator;
import io.saddlebag.simulator.surveysolutions.SurveySolutionsSimulator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SurveySolutionsTest {
  @TempDir Path folder;
  private StorageSimulator storage;
  private SurveySolutionsSimulator vendor;
  private TestRuntime runtime;

  @BeforeEach
  void start() throws Exception {
    storage = new StorageSimulator(Clock.systemUTC(), 0);
    storage.start();
    vendor =
        new SurveySolutionsSimulator(Clock.systemUTC(), storage, 0)
            .pace(Duration.ofMillis(60))
            .afterFailure(Duration.ofMillis(20));
    vendor.start();
    runtime =
        new TestRuntime(folder)
            .with("hq.server", vendor.uri().toString())
            .with("hq.password", SurveySolutionsSimulator.DEMO_PASSWORD)
            .with("hq.storage-hosts", "localhost");
  }

  @AfterEach
  void stop() throws Exception {
    runtime.close();
    vendor.close();
    storage.close();
  }

  private Run run(String... parameters) throws Exception {
    StringBuilder yaml = new StringBuilder();
    for (String parameter : parameters) {
      yaml.append("        ").append(parameter).append('\n');
    }
    runtime
        .export(
            "household",
            """
            - route:
                id: household
                from:
                  uri: kamelet:survey-solutions-export-source
                  parameters:
                    connection: hq
                    questionnaire: 74e2d30854914e24af6beae9be64130c$1
                    pollMin: 20ms
                    pollMax: 50ms
            %s      steps:
                    - to: direct:to-folder
            """
                .formatted(yaml))
        .start();
    return runtime.run("household");
  }

  @Test
  void brings_the_archive_from_local_storage() throws Exception {
    Run run = run();

    assertThat(run.state()).as("%s", run).isEqualTo(RunState.DELIVERED);
    assertThat(Files.readAllBytes(runtime.delivered().get(0))).startsWith('P', 'K');
    assertThat(vendor.creates()).isEqualTo(1);
  }

  @Test
  void brings_the_archive_from_s3_without_a_credential() throws Exception {
    vendor.s3Storage(true);

    Run run = run();

    assertThat(run.state()).as("%s", run).isEqualTo(RunState.DELIVERED);
    assertThat(storage.requests())
        .isNotEmpty()
        .allMatch(request -> request.header("Authorization") == null);
  }
}
