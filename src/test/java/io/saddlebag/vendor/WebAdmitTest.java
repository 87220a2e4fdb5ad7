package io.saddlebag.vendor;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.TestRuntime;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import io.saddlebag.simulator.storage.StorageSimulator;
import io.saddlebag.simulator.webadmit.WebAdmitSimulator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WebAdmitTest {
  @TempDir Path folder;
  private StorageSimulator storage;
  private WebAdmitSimulator vendor;
  private TestRuntime runtime;

  @BeforeEach
  void start() throws Exception {
    storage = new StorageSimulator(Clock.systemUTC(), 0);
    storage.start();
    vendor = new WebAdmitSimulator(Clock.systemUTC(), storage, 0).pace(Duration.ofMillis(30));
    vendor.start();
    runtime =
        new TestRuntime(folder)
            .with("admissions.server", vendor.uri().toString())
            .with("admissions.api-key", WebAdmitSimulator.DEMO_KEY)
            .with("admissions.storage-hosts", "localhost")
            .export(
                "applicants",
                """
                - route:
                    id: applicants
                    from:
                      uri: kamelet:webadmit-export-source
                      parameters:
                        connection: admissions
                        identity: Example University
                        export: Nightly applicants
                        pollMin: 20ms
                        pollMax: 50ms
                      steps:
                        - to: direct:to-folder
                """)
            .start();
  }

  @AfterEach
  void stop() throws Exception {
    runtime.close();
    vendor.close();
    storage.close();
  }

  @Test
  void brings_the_file_byte_for_byte() throws Exception {
    Run run = runtime.run("applicants");

    assertThat(run.state()).as("%s", run).isEqualTo(RunState.DELIVERED);
    assertThat(runtime.delivered()).hasSize(1);
    assertThat(Files.readAllBytes(runtime.delivered().get(0))).contains(0xE9);
    assertThat(vendor.creates()).isEqualTo(1);
  }
}
