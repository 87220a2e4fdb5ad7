package io.saddlebag.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.TestRuntime;
import io.saddlebag.simulator.Call;
import io.saddlebag.simulator.Simulator;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * 10,000 parked runs: start-up, CPU and memory, and how late polls are. Prints; asserts nothing of
 * time.
 */
@Tag("bench")
class ParkedRunsBench {
  private static final int RUNS = Integer.getInteger("bench.runs", 10_000);

  @TempDir Path folder;

  /** Jobs that never end, answered from memory. */
  private static final class Endless extends Simulator {
    private final AtomicLong jobs = new AtomicLong();
    private final AtomicLong polls = new AtomicLong();

    Endless() {
      super("127.0.0.1", 0, Clock.systemUTC());
    }

    @Override
    protected boolean answer(Call call) throws IOException {
      boolean create = call.request().method().equals("POST");
      if (!create) {
        polls.incrementAndGet();
      }
      return call.text(
          create ? 201 : 200,
          "application/json",
          "{\"JobId\":"
              + (create ? jobs.incrementAndGet() : 1)
              + ",\"ExportStatus\":\"Running\",\"Progress\":1,"
              + "\"HasExportFile\":false,\"Error\":\"\",\"ExportType\":\"Tabular\","
              + "\"QuestionnaireId\":\"74e2d30854914e24af6beae9be64130c$1\",\"InterviewStatus\":\"All\"}");
    }
  }

  @Test
  void parked_runs() throws Exception {
    TestRuntime files = new TestRuntime(folder);
    int port = freePort();
    try (Endless vendor = new Endless()) {
      vendor.start();
      Process first = start(vendor, files, port);
      awaitCount(vendor.jobs::get, RUNS);
      report("ordering " + RUNS + " exports", first, vendor, port, Duration.ofSeconds(0));
      TimeUnit.SECONDS.sleep(40);
      report("parked, polled every 30 to 60 s", first, vendor, port, Duration.ofSeconds(60));
      first.destroyForcibly().waitFor();

      long before = System.nanoTime();
      long polls = vendor.polls.get();
      Process second = start(vendor, files, port);
      awaitCount(vendor.polls::get, polls + 1);
      System.out.printf(
          "restart with %d unfinished runs: first poll after %.1f s%n",
          RUNS, (System.nanoTime() - before) / 1e9);
      second.destroyForcibly().waitFor();
      assertThat(vendor.jobs.get()).as("no second create").isEqualTo(RUNS);
    }
  }

  private Process start(Endless vendor, TestRuntime files, int port) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            "io.saddlebag.bench.ParkedRuntime",
            String.valueOf(RUNS),
            folder.resolve("data").toString(),
            vendor.uri().toString(),
            files.routes().toString(),
            String.valueOf(port))
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("parked.log").toFile())
        .start();
  }

  private static void awaitCount(java.util.function.LongSupplier count, long wanted)
      throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
    while (count.getAsLong() < wanted && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    assertThat(count.getAsLong()).isGreaterThanOrEqualTo(wanted);
  }

  private static void report(
      String what, Process process, Endless vendor, int port, Duration window) throws Exception {
    long polls = vendor.polls.get();
    Duration cpu = process.info().totalCpuDuration().orElse(Duration.ZERO);
    TimeUnit.MILLISECONDS.sleep(window.toMillis());
    Duration used = process.info().totalCpuDuration().orElse(Duration.ZERO).minus(cpu);
    double seconds = Math.max(1, window.toMillis()) / 1000.0;
    System.out.printf(
        "%s: %.0f polls/s, %.1f %% of one core, peak memory %s, total CPU %.1f s%n",
        what,
        (vendor.polls.get() - polls) / seconds,
        100 * used.toMillis() / 1000.0 / seconds,
        peak(process),
        cpu.plus(used).toMillis() / 1000.0);
    String metrics =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/observe/metrics"))
                    .build(),
                HttpResponse.BodyHandlers.ofString())
            .body();
    metrics
        .lines()
        .filter(line -> line.startsWith("saddlebag_lateness"))
        .forEach(line -> System.out.println("  " + line));
  }

  private static String peak(Process process) throws IOException {
    List<String> status = Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"));
    return status.stream()
        .filter(line -> line.startsWith("VmHWM"))
        .findFirst()
        .orElse("unknown")
        .replaceAll("\\s+", " ");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
