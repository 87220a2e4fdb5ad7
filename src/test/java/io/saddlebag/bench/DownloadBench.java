package io.saddlebag.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.TestRuntime;
import io.saddlebag.run.Ledger;
import io.saddlebag.run.LedgerSettings;
import io.saddlebag.run.Run;
import io.saddlebag.simulator.Body;
import io.saddlebag.simulator.storage.StorageSimulator;
import io.saddlebag.simulator.storage.StoredObject;
import io.saddlebag.simulator.webadmit.WebAdmitExport;
import io.saddlebag.simulator.webadmit.WebAdmitSimulator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A large body from simulator to staged, verified, fsynced file at -Xmx64m, in turn with curl -o
 * from the same server. Prints; asserts only that the bytes are there.
 */
@Tag("bench")
class DownloadBench {
  private static final long BYTES = Long.getLong("bench.mib", 2048) << 20;
  private static final int PAIRS = 3;

  @TempDir Path folder;

  @Test
  void download_beside_curl() throws Exception {
    try (StorageSimulator storage = new StorageSimulator(Clock.systemUTC(), 0);
        WebAdmitSimulator vendor = new WebAdmitSimulator(Clock.systemUTC(), storage, 0)) {
      storage.start();
      vendor.pace(Duration.ofMillis(20)).start();
      Body body = Body.repeating("1000001,Garcia,Nursing\n", BYTES);
      vendor.export(
          new WebAdmitExport(86446, "Nightly applicants", "x", "text/csv", "large.csv", body));
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
                          - log: "${header.CamelFileName}"
                  """);
      for (int pair = 1; pair <= PAIRS; pair++) {
        saddlebag(files);
        curl(storage, body);
      }
    }
  }

  private void saddlebag(TestRuntime files) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx64m",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            "io.saddlebag.Main",
            "run",
            "large"));
    files.properties().forEach((name, value) -> command.add("--set=" + name + "=" + value));
    TimedCommand times = TimedCommand.run(folder, command);
    try (Ledger ledger =
        Ledger.open(
            new LedgerSettings("jdbc:sqlite:" + folder.resolve("data/ledger.db"), null, null))) {
      Run run = ledger.runs().newest("large", 1).get(0);
      assertThat(ledger.receipts().of(run.id()).get(0).bytes()).isEqualTo(BYTES);
      double seconds = Duration.between(run.readyAt(), run.stagedAt()).toMillis() / 1000.0;
      System.out.printf(
          "saddlebag run, whole process: %s; from ready to staged %.2f s, %.0f MB/s%n",
          times, seconds, BYTES / 1e6 / seconds);
      Files.deleteIfExists(ledger.receipts().of(run.id()).get(0).path());
    }
  }

  private void curl(StorageSimulator storage, Body body) throws Exception {
    String link =
        storage
            .sign(
                new StoredObject("/curl/large.csv", body, "text/csv", null, null),
                StorageSimulator.Style.V2,
                Duration.ofMinutes(5))
            .toString();
    Path file = folder.resolve("curl.csv");
    TimedCommand bare =
        TimedCommand.run(folder, List.of("curl", "-sS", "-o", file.toString(), link));
    assertThat(Files.size(file)).isEqualTo(BYTES);
    System.out.printf("curl -o: %s, %.0f MB/s%n", bare, BYTES / 1e6 / bare.wall());
    Files.delete(file);
    TimedCommand same =
        TimedCommand.run(
            folder,
            List.of(
                "sh",
                "-c",
                "curl -sS -o \"$1\" \"$2\" && sha256sum \"$1\" && sync \"$1\"",
                "sh",
                file.toString(),
                link));
    System.out.printf("curl -o, sha256sum, sync: %s, %.0f MB/s%n", same, BYTES / 1e6 / same.wall());
    Files.delete(file);
  }
}
