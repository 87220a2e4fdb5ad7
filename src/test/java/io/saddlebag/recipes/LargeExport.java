package io.saddlebag.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.ChildProcess;
import io.saddlebag.TestRuntime;
import io.saddlebag.simulator.Body;
import io.saddlebag.simulator.storage.StorageSimulator;
import io.saddlebag.simulator.webadmit.WebAdmitExport;
import io.saddlebag.simulator.webadmit.WebAdmitSimulator;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;

/** An export of a file that is larger than the heap, in a process of its own with 64 MiB. */
final class LargeExport implements AutoCloseable {
  private static final int SECONDS = 1200;

  private final Path folder;
  private final StorageSimulator storage = new StorageSimulator(Clock.systemUTC(), 0);
  private final WebAdmitSimulator vendor = new WebAdmitSimulator(Clock.systemUTC(), storage, 0);
  private final TestRuntime files;

  /** A vendor that has this file, and a runtime in this folder. */
  LargeExport(Path folder, String name, String contentType, Body body) throws IOException {
    this.folder = folder;
    storage.start();
    vendor.pace(Duration.ofMillis(20)).start();
    vendor.export(new WebAdmitExport(86446, "Nightly", "x", contentType, name, body));
    files =
        new TestRuntime(folder)
            .with("admissions.server", vendor.uri().toString())
            .with("admissions.api-key", WebAdmitSimulator.DEMO_KEY)
            .with("admissions.storage-hosts", "localhost")
            .with("shaping.folder", folder.resolve("shaping").toString());
  }

  /** The runtime's folders and properties; it is started by {@link #deliver}. */
  TestRuntime files() {
    return files;
  }

  /** Runs the export with these steps to its end and prints what it took. */
  void deliver(String what, String steps) throws Exception {
    files.export(
        "large",
        """
        - route:
            id: large
            from:
              uri: kamelet:webadmit-export-source
              parameters: {connection: admissions, identity: 42, export: 86446, pollMin: 20ms, pollMax: 50ms}
              steps:
        """
            + steps.indent(8));
    try (ChildProcess child =
        ChildProcess.start(folder, "64m", files.properties(), Map.of(), "run", "large")) {
      assertThat(child.exitCode(SECONDS)).as(child.out() + child.err()).isZero();
      System.out.println(what + " in a heap of 64 MiB: " + child.figures());
    }
  }

  @Override
  public void close() {
    vendor.close();
    storage.close();
  }
}
