package io.saddlebag.vendor;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.TestRuntime;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import io.saddlebag.simulator.altcraft.AltcraftSimulator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AltcraftTest {
  @TempDir Path folder;
  private AltcraftSimulator vendor;
  private TestRuntime runtime;

  @BeforeEach
  void start() throws Exception {
    vendor = new AltcraftSimulator(Clock.systemUTC(), 0).pace(Duration.ofMillis(30));
    vendor.start();
    runtime =
        new TestRuntime(folder)
            .with("marketing.server", vendor.uri().toString())
            .with("marketing.token", AltcraftSimulator.DEMO_TOKEN);
  }

  @AfterEach
  void stop() throws Exception {
    runtime.close();
    vendor.close();
  }

  private Run run(String... parameters) throws Exception {
    StringBuilder yaml = new StringBuilder();
    for (String parameter : parameters) {
      yaml.append("        ").append(parameter).append('\n');
    }
    runtime
        .export(
            "fills",
            """
            - route:
                id: fills
                from:
                  uri: kamelet:altcraft-form-fills-source
                  parameters:
                    connection: marketing
                    pollMin: 20ms
                    pollMax: 50ms
            %s      steps:
                    - to: direct:to-folder
            """
                .formatted(yaml))
        .start();
    return runtime.run("fills");
  }

  @Test
  void brings_the_archive_of_fixed_dates() throws Exception {
    Run run = run("formId: 1", "dateFrom: 2026-04-01", "dateTo: 2026-04-30");

    assertThat(run.state()).as("%s", run).isEqualTo(RunState.DELIVERED);
    assertThat(Files.readAllBytes(runtime.delivered().get(0))).startsWith('P', 'K');
    assertThat(vendor.requests().get(0).bodyText())
        .isEqualTo("{\"id\":1,\"date_from\":\"2026-04-01\",\"date_to\":\"2026-04-30\"}");
  }

  @Test
  void speaks_xml_when_it_is_told_to() throws Exception {
    Run run = run("formId: 1", "dateFrom: 2026-04-01", "dateTo: 2026-04-30", "dataFormat: xml");

    assertThat(run.state()).as("%s", run).isEqualTo(RunState.DELIVERED);
    assertThat(vendor.requests().get(0).bodyText()).startsWith("<xml><id>1</id>");
  }
}
