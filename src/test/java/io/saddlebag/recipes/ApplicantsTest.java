package io.saddlebag.recipes;

import io.saddlebag.TestRuntime;
import io.saddlebag.simulator.Body;
import io.saddlebag.simulator.storage.StorageSimulator;
import io.saddlebag.simulator.webadmit.WebAdmitExport;
import io.saddlebag.simulator.webadmit.WebAdmitSimulator;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A WebAdMIT account with a CSV file that a recipe delivers; the export is called applicants. */
abstract class ApplicantsTest {
  @TempDir Path folder;
  TestRuntime runtime;
  private StorageSimulator storage;
  WebAdmitSimulator vendor;

  /** The export of the vendor's file, up to its steps. */
  static final String EXPORT =
      """
      - route:
          id: applicants
          from:
            uri: kamelet:webadmit-export-source
            parameters:
              connection: admissions
              identity: 42
              export: 86446
            steps:
      """;

  @BeforeEach
  final void connect() throws Exception {
    storage = new StorageSimulator(Clock.systemUTC(), 0);
    vendor = new WebAdmitSimulator(Clock.systemUTC(), storage, 0);
    storage.start();
    vendor.pace(Duration.ofMillis(20)).start();
    runtime =
        new TestRuntime(folder)
            .with("admissions.server", vendor.uri().toString())
            .with("admissions.api-key", WebAdmitSimulator.DEMO_KEY)
            .with("admissions.storage-hosts", "localhost");
  }

  @AfterEach
  final void disconnect() throws Exception {
    runtime.close();
    vendor.close();
    storage.close();
  }

  /** What the vendor's file holds from now on, in ISO-8859-1 as it writes. */
  final void file(String csv) {
    vendor.export(
        new WebAdmitExport(
            86446,
            "Nightly applicants",
            "Comma-Separated Values",
            "text/csv;charset=iso-8859-1",
            "applicants.csv",
            Body.of(csv.getBytes(StandardCharsets.ISO_8859_1))));
  }

  /** Loads an export, polled quickly. */
  final void load(String yaml) throws Exception {
    runtime.export(
        "applicants",
        yaml.replaceFirst(
            "( *)connection: admissions\n",
            "$1connection: admissions\n$1pollMin: 20ms\n$1pollMax: 50ms\n"));
  }
}
