package io.saddlebag.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.TestRuntime;
import io.saddlebag.destination.S3Server;
import io.saddlebag.run.Ledger;
import io.saddlebag.run.LedgerSettings;
import io.saddlebag.run.Run;
import io.saddlebag.simulator.Body;
import io.saddlebag.simulator.storage.StorageSimulator;
import io.saddlebag.simulator.storage.StoredObject;
import io.saddlebag.simulator.webadmit.WebAdmitExport;
import io.saddlebag.simulator.webadmit.WebAdmitSimulator;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A large body from the vendor through a staged, verified file into an S3 server at -Xmx64m, in
 * turn with {@code curl | aws s3 cp -} (or {@code curl | curl -T -} where there is no aws) into the
 * same server. Whole processes: the CPU seconds are what to look at. Prints; asserts only that the
 * object is there.
 */
@Tag("bench")
class S3Bench {
  private static final long BYTES = Long.getLong("bench.mib", 1024) << 20;
  private static final int PAIRS = Integer.getInteger("bench.pairs", 3);
  private static final Pattern PEAK = Pattern.compile("VmHWM:\\s+(\\d+) kB");

  @TempDir Path folder;

  @Test
  void upload_beside_curl_and_aws() throws Exception {
    try (S3Server server = S3Server.start(folder);
        StorageSimulator storage = new StorageSimulator(Clock.systemUTC(), 0);
        WebAdmitSimulator vendor = new WebAdmitSimulator(Clock.systemUTC(), storage, 0)) {
      storage.start();
      Body body = large(vendor);
      TestRuntime runtime = runtime(vendor, server.uri());
      List<String> launcher = Launcher.rehearsed(folder, "64m");
      for (int pair = 1; pair <= PAIRS; pair++) {
        print("saddlebag run, staged, then S3", saddlebag(launcher, runtime), server);
        String link = link(storage, body);
        boolean aws = exists("aws");
        print(aws ? "curl | aws s3 cp -" : "curl | curl -T -", peer(link, server, aws), server);
      }
    }
  }

  @Test
  void upload_of_a_running_runtime_beside_curl_and_aws() throws Exception {
    try (S3Server server = S3Server.start(folder);
        StorageSimulator storage = new StorageSimulator(Clock.systemUTC(), 0);
        WebAdmitSimulator vendor = new WebAdmitSimulator(Clock.systemUTC(), storage, 0)) {
      storage.start();
      Body body = large(vendor);
      TestRuntime files = runtime(vendor, server.uri());
      try (RunningRuntime runtime =
          RunningRuntime.start(folder, Launcher.rehearsed(folder, "64m"), files)) {
        for (int pair = 1; pair <= PAIRS; pair++) {
          String cpu = RunningRuntime.seconds(runtime.run("large"));
          print("a running runtime, staged, then S3", cpu, server);
          String link = link(storage, body);
          print("curl | aws s3 cp -", peer(link, server, exists("aws")), server);
        }
      }
    }
  }

  @Test
  void upload_to_a_slow_store_beside_rclone() throws Exception {
    try (SlowStore store = new SlowStore();
        StorageSimulator storage = new StorageSimulator(Clock.systemUTC(), 0);
        WebAdmitSimulator vendor = new WebAdmitSimulator(Clock.systemUTC(), storage, 0)) {
      storage.start();
      large(vendor);
      TestRuntime files = runtime(vendor, store.uri());
      try (RunningRuntime runtime =
          RunningRuntime.start(folder, Launcher.rehearsed(folder, "64m"), files)) {
        for (int pair = 1; pair <= PAIRS; pair++) {
          String cpu = RunningRuntime.seconds(runtime.run("large"));
          assertThat(store.taken()).isEqualTo(BYTES);
          Path staged = delivered(files, cpu);
          System.out.printf(
              "%-32s %s%n",
              "rclone copyto",
              timed(List.of("bash", "-c", rclone(staged, store.uri().toString()))));
          assertThat(store.taken()).isEqualTo(BYTES);
        }
      }
    }
  }

  /** Prints how long the delivery took by the ledger; the file that was delivered. */
  private static Path delivered(TestRuntime files, String cpu) throws Exception {
    try (Ledger ledger =
        Ledger.open(
            new LedgerSettings(
                "jdbc:sqlite:" + files.properties().get("data.folder") + "/ledger.db",
                null,
                null))) {
      Run run = ledger.runs().newest("large", 1).get(0);
      double seconds = Duration.between(run.stagedAt(), run.finishedAt()).toMillis() / 1000.0;
      System.out.printf(
          Locale.ROOT,
          "%-32s %.2f s wall from staged to delivered, %s with the download%n",
          "a running runtime",
          seconds,
          cpu);
      return ledger.receipts().of(run.id()).get(0).path();
    }
  }

  /**
   * rclone with its defaults, but for questions about buckets and sums that a store may not know.
   */
  private static String rclone(Path file, String endpoint) {
    return "env -u AWS_CA_BUNDLE rclone copyto --config /dev/null --s3-provider Other --s3-access-key-id any"
        + " --s3-secret-access-key any --s3-endpoint "
        + endpoint
        + " --s3-no-check-bucket --s3-no-head --ignore-checksum "
        + file
        + " :s3:exports/peer.csv";
  }

  private static Body large(WebAdmitSimulator vendor) throws IOException {
    vendor.pace(Duration.ofMillis(20)).start();
    Body body = Body.repeating("1000001,Garcia,Nursing\n", BYTES);
    vendor.export(
        new WebAdmitExport(86446, "Nightly applicants", "x", "text/csv", "large.csv", body));
    return body;
  }

  private static String link(StorageSimulator storage, Body body) {
    return storage
        .sign(
            new StoredObject("/curl/large.csv", body, "text/csv", null, null),
            StorageSimulator.Style.V2,
            Duration.ofMinutes(15))
        .toString();
  }

  private TestRuntime runtime(WebAdmitSimulator vendor, URI store) throws IOException {
    return new TestRuntime(folder)
        .with("admissions.server", vendor.uri().toString())
        .with("admissions.api-key", WebAdmitSimulator.DEMO_KEY)
        .with("admissions.storage-hosts", "localhost")
        .with("warehouse.endpoint", store.toString())
        .with("warehouse.path-style", "true")
        .with("warehouse.access-key-id", "any")
        .with("warehouse.access-key-secret", "any")
        .with("http.response-timeout", "60s")
        .export(
            "large",
            """
            - route:
                id: large
                from:
                  uri: kamelet:webadmit-export-source
                  parameters: {connection: admissions, identity: 42, export: 86446, pollMin: 20ms, pollMax: 50ms}
                  steps:
                    - to:
                        uri: kamelet:s3-sink
                        parameters: {connection: warehouse, bucket: exports}
            """);
  }

  private static void print(String who, String times, S3Server server) {
    assertThat(server.keys()).as(who).hasSize(1);
    server.clear();
    System.out.printf("%-32s %s%n", who, times);
  }

  private String saddlebag(List<String> launcher, TestRuntime runtime) throws Exception {
    List<String> command = new ArrayList<>(launcher);
    command.addAll(List.of("io.saddlebag.Main", "run", "large"));
    runtime.properties().forEach((name, value) -> command.add("--set=" + name + "=" + value));
    return timed(command);
  }

  private String peer(String link, S3Server server, boolean aws) throws Exception {
    String upload =
        aws
            ? "aws --endpoint-url "
                + server.uri()
                + " s3 cp --expected-size "
                + BYTES
                + " - s3://exports/peer.csv"
            : "curl -sSf -T - " + server.uri() + "/exports/peer.csv";
    return timed(List.of("bash", "-c", "set -o pipefail; curl -sSf '" + link + "' | " + upload));
  }

  private static boolean exists(String command) throws Exception {
    return new ProcessBuilder("bash", "-c", "command -v " + command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor()
        == 0;
  }

  /** Wall, user and system seconds as the shell counts them, and the peak of resident memory. */
  private String timed(List<String> command) throws Exception {
    List<String> timed =
        new ArrayList<>(
            List.of(
                "bash",
                "-c",
                "TIMEFORMAT='%R s wall, %U s user, %S s system'; time \"$@\" >/dev/null",
                "bash"));
    timed.addAll(command);
    Path out = folder.resolve("times.txt");
    ProcessBuilder builder =
        new ProcessBuilder(timed).redirectErrorStream(true).redirectOutput(out.toFile());
    builder.environment().put("AWS_ACCESS_KEY_ID", "any");
    builder.environment().put("AWS_SECRET_ACCESS_KEY", "any");
    builder.environment().put("AWS_DEFAULT_REGION", "us-east-1");
    Process process = builder.start();
    long peak = 0;
    while (!process.waitFor(50, TimeUnit.MILLISECONDS)) {
      peak = Math.max(peak, process.descendants().mapToLong(S3Bench::peak).sum());
    }
    String text = Files.readString(out).strip();
    assertThat(process.exitValue()).as(text).isZero();
    return text.substring(text.lastIndexOf('\n') + 1) + ", " + (peak >> 10) + " MiB resident";
  }

  private static long peak(ProcessHandle process) {
    try {
      Matcher peak = PEAK.matcher(Files.readString(Path.of("/proc", process.pid() + "", "status")));
      return peak.find() ? Long.parseLong(peak.group(1)) : 0;
    } catch (IOException e) {
      // It ended between two looks.
      return 0;
    }
  }
}
