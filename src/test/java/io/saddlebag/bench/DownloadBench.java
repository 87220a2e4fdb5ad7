package io.saddlebag.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.OwnCertificate;
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
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A large body from simulator to staged, verified, fsynced file at -Xmx64m, in turn with curl -o
 * and with curl, openssl and sync from the same server. Prints; asserts only that the bytes are
 * there.
 */
@Tag("bench")
class DownloadBench {
  private static final long BYTES = Long.getLong("bench.mib", 2048) << 20;
  private static final int PAIRS = Integer.getInteger("bench.pairs", 3);

  @TempDir Path folder;

  @Test
  void download_beside_curl() throws Exception {
    interleaved(null);
  }

  @Test
  void download_over_tls_beside_curl() throws Exception {
    interleaved(OwnCertificate.make(folder));
  }

  private void interleaved(@Nullable OwnCertificate certificate) throws Exception {
    try (StorageSimulator storage =
            new StorageSimulator(
                Clock.systemUTC(), 0, certificate == null ? null : certificate.server());
        WebAdmitSimulator vendor = new WebAdmitSimulator(Clock.systemUTC(), storage, 0)) {
      storage.start();
      vendor.pace(Duration.ofMillis(20)).start();
      Body body = Body.repeating("1000001,Garcia,Nursing\n", BYTES);
      vendor.export(
          new WebAdmitExport(86446, "Nightly applicants", "x", "text/csv", "large.csv", body));
      TestRuntime files =
          new TestRuntime(folder.resolve(certificate == null ? "plain" : "tls"))
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
      List<String> trusted = List.of();
      if (certificate != null) {
        files
            .with("http.trust-store", certificate.trustStore().toString())
            .with("http.trust-store-password", OwnCertificate.PASSWORD);
        trusted = List.of("--cacert", certificate.text().toString());
      }
      String how = certificate == null ? "plain" : "TLS";
      List<String> launcher = Launcher.rehearsed(folder, "64m");
      for (int pair = 1; pair <= PAIRS; pair++) {
        saddlebag(how, launcher, files);
        curl(how, trusted, storage, body);
      }
      try (RunningRuntime runtime = RunningRuntime.start(folder, launcher, files)) {
        for (int pair = 1; pair <= PAIRS; pair++) {
          String cpu = RunningRuntime.seconds(runtime.run("large"));
          System.out.printf("%s, a running runtime: %s, %s%n", how, cpu, staged(files));
          curl(how, trusted, storage, body);
        }
      }
    }
  }

  private void saddlebag(String how, List<String> launcher, TestRuntime files) throws Exception {
    List<String> command = new ArrayList<>(launcher);
    command.addAll(List.of("io.saddlebag.Main", "run", "large"));
    Map<String, String> properties = files.properties();
    properties.forEach((name, value) -> command.add("--set=" + name + "=" + value));
    TimedCommand times = TimedCommand.run(folder, command);
    System.out.printf("%s, saddlebag run, whole process: %s, %s%n", how, times, staged(files));
  }

  /** Looks whether all bytes were staged, says how long that took and removes them. */
  private static String staged(TestRuntime files) throws Exception {
    try (Ledger ledger =
        Ledger.open(
            new LedgerSettings(
                "jdbc:sqlite:" + files.properties().get("data.folder") + "/ledger.db",
                null,
                null))) {
      Run run = ledger.runs().newest("large", 1).get(0);
      assertThat(ledger.receipts().of(run.id()).get(0).bytes()).isEqualTo(BYTES);
      double seconds = Duration.between(run.readyAt(), run.stagedAt()).toMillis() / 1000.0;
      Files.deleteIfExists(ledger.receipts().of(run.id()).get(0).path());
      return String.format(
          Locale.ROOT, "from ready to staged %.2f s, %.0f MB/s", seconds, BYTES / 1e6 / seconds);
    }
  }

  private void curl(String how, List<String> trusted, StorageSimulator storage, Body body)
      throws Exception {
    String link =
        storage
            .sign(
                new StoredObject("/curl/large.csv", body, "text/csv", null, null),
                StorageSimulator.Style.V2,
                Duration.ofMinutes(5))
            .toString();
    Path file = folder.resolve("curl.csv");
    List<String> get = new ArrayList<>(List.of("curl", "-sS", "-o", file.toString(), link));
    get.addAll(trusted);
    TimedCommand bare = TimedCommand.run(folder, get);
    assertThat(Files.size(file)).isEqualTo(BYTES);
    System.out.printf("%s, curl -o: %s, %.0f MB/s%n", how, bare, BYTES / 1e6 / bare.wall());
    Files.delete(file);
    // The digest by the processor's own instructions, while the bytes are written, as ours is.
    List<String> all =
        new ArrayList<>(
            List.of(
                "bash",
                "-c",
                "set -o pipefail; file=$1; shift;"
                    + " \"$@\" | tee \"$file\" | openssl dgst -sha256 && sync \"$file\"",
                "bash",
                file.toString(),
                "curl",
                "-sS",
                link));
    all.addAll(trusted);
    TimedCommand same = TimedCommand.run(folder, all);
    System.out.printf(
        "%s, curl | tee | openssl dgst, sync: %s, %.0f MB/s%n",
        how, same, BYTES / 1e6 / same.wall());
    Files.delete(file);
  }
}
