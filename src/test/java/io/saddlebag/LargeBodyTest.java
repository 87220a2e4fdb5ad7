package io.saddlebag;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.simulator.Body;
import io.saddlebag.simulator.storage.StorageSimulator;
import io.saddlebag.simulator.webadmit.WebAdmitExport;
import io.saddlebag.simulator.webadmit.WebAdmitSimulator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A body many times larger than the heap; the profile load makes it 2 GiB. */
@Tag("load")
class LargeBodyTest {
  private static final long BYTES = Long.getLong("large.mib", 300) << 20;

  @TempDir Path folder;

  @Test
  void a_body_larger_than_the_heap_passes_from_the_vendor_to_its_final_file() throws Exception {
    try (StorageSimulator storage = new StorageSimulator(Clock.systemUTC(), 0);
        WebAdmitSimulator vendor = new WebAdmitSimulator(Clock.systemUTC(), storage, 0)) {
      storage.start();
      vendor.pace(Duration.ofMillis(20)).start();
      vendor.export(
          new WebAdmitExport(
              86446,
              "Nightly applicants",
              "x",
              "text/csv",
              "large.csv",
              Body.repeating("1000001,Garcia,Nursing\n", BYTES)));
      TestRuntime files =
          new TestRuntime(folder)
              .with("admissions.server", vendor.uri().toString())
              .with("admissions.api-key", WebAdmitSimulator.DEMO_KEY)
              .with("admissions.storage-hosts", "localhost")
              .export(
                  "large",
                  """
                  - route:
                      id: large
                      from:
                        uri: kamelet:webadmit-export-source
                        parameters: {connection: admissions, identity: 42, export: 86446, pollMin: 20ms, pollMax: 50ms}
                        steps:
                          - to: direct:to-folder
                  """);
      try (ChildProcess child =
          ChildProcess.start(folder, "64m", files.properties(), Map.of(), "run", "large")) {
        assertThat(child.exitCode(300)).as(child.out() + child.err()).isZero();
        System.out.println((BYTES >> 20) + " MiB in a heap of 64 MiB: " + child.figures());
      }
      assertThat(files.delivered()).hasSize(1);
      assertThat(Files.size(files.delivered().get(0))).isEqualTo(BYTES);
    }
  }
}
