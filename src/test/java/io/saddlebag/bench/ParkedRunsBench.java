package io.saddlebag.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.TestRuntime;
import io.saddlebag.simulator.Call;
import io.saddlebag.simulator.Simulator;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
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
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Parked runs, on SQLite and on PostgreSQL: how many polls are made, how late they are, and what
 * CPU a poll takes of the runtime and of the database. Prints; asserts nothing of time.
 *
 * <p>{@code bench.parked} says how many (10000,100000), {@code bench.rate} how many polls a second
 * are wanted of them, {@code bench.seconds} how long each is measured, {@code bench.ledgers} on
 * which. With {@code bench.before}, the class folder of another build, that one takes its turns
 * with this one.
 */
@Tag("bench")
class ParkedRunsBench {
  private static final int SECONDS = Integer.getInteger("bench.seconds", 60);
  private static final int RATE = Integer.getInteger("bench.rate", 167);

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  @TempDir Path folder;

  /** Jobs that never end, answered from memory. */
  private static final class Endless extends Simulator {
    private final AtomicLong polls = new AtomicLong();
    private final AtomicLong creates = new AtomicLong();

    Endless() {
      super("127.0.0.1", 0, Clock.systemUTC());
    }

    @Override
    protected boolean answer(Call call) throws IOException {
      (call.request().method().equals("POST") ? creates : polls).incrementAndGet();
      return call.text(
          200,
          "application/json",
          "{\"JobId\":1,\"ExportStatus\":\"Running\",\"Progress\":1,"
              + "\"HasExportFile\":false,\"Error\":\"\",\"ExportType\":\"Tabular\","
              + "\"QuestionnaireId\":\"74e2d30854914e24af6beae9be64130c$1\",\"InterviewStatus\":\"All\"}");
    }
  }

  @Test
  void parked_runs() throws Exception {
    List<String> builds = new ArrayList<>(List.of(""));
    if (System.getProperty("bench.before") != null) {
      builds.add(0, System.getProperty("bench.before"));
    }
    System.out.printf(
        "%-34s %8s %8s %8s %8s %9s %9s %9s %8s%n",
        "", "polls/s", "late p50", "late p99", "late max", "CPU ms", "database", "scrape", "MiB");
    for (String count : System.getProperty("bench.parked", "10000,100000").split(",")) {
      for (String kind : System.getProperty("bench.ledgers", "sqlite,postgresql").split(",")) {
        for (String build : builds) {
          measure(Integer.parseInt(count), kind, build);
        }
      }
    }
  }

  private void measure(int runs, String kind, String build) throws Exception {
    Path data = Files.createDirectories(folder.resolve(kind + runs + build.hashCode()));
    if (kind.equals("sqlite")) {
      measure(runs, kind, build, data, "jdbc:sqlite:" + data.resolve("ledger.db"));
    } else {
      try (EmbeddedPostgres postgres =
          EmbeddedPostgres.builder()
              .setServerConfig("fsync", "on")
              .setServerConfig("synchronous_commit", "on")
              .start()) {
        measure(runs, kind, build, data, postgres.getJdbcUrl("postgres", "postgres"));
      }
    }
  }

  private void measure(int runs, String kind, String build, Path data, String url)
      throws Exception {
    TestRuntime files = new TestRuntime(data);
    int every = Math.max(1, runs / RATE);
    int port = freePort();
    try (Endless vendor = new Endless()) {
      vendor.start();
      Process process = start(vendor, files, data, port, 0, every, url, build);
      awaitMetrics(process, port);
      process.destroyForcibly().waitFor();
      park(url, runs, every);
      process = start(vendor, files, data, port, runs, every, url, build);
      try {
        awaitMetrics(process, port);
        TimeUnit.SECONDS.sleep(every / 4 + 20L);
        long polls = vendor.polls.get();
        Duration cpu = cpu(process);
        double database = database(url);
        long begun = System.nanoTime();
        List<Double> late = new ArrayList<>();
        while (System.nanoTime() - begun < TimeUnit.SECONDS.toNanos(SECONDS)) {
          TimeUnit.SECONDS.sleep(5);
          late.add(lateness(port));
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        double made = vendor.polls.get() - polls;
        Duration used = cpu(process).minus(cpu);
        double databaseUsed = database(url) - database;
        Duration scrape = cpu(process);
        for (int i = 0; i < 20; i++) {
          metrics(port);
        }
        scrape = cpu(process).minus(scrape);
        System.out.printf(
            Locale.ROOT,
            "%-34s %8.0f %8.2f %8.2f %8.2f %9.2f %9.2f %9.1f %8s%n",
            kind + ", " + runs + (build.isEmpty() ? "" : ", before"),
            made / seconds,
            quantile(port, "0.5"),
            quantile(port, "0.99"),
            late.stream().max(Double::compare).orElse(0.0),
            used.toMillis() / made,
            databaseUsed * 1000 / made,
            scrape.toMillis() / 20.0,
            peak(process));
        assertThat(vendor.creates.get()).as("nothing is ordered").isZero();
      } finally {
        process.destroyForcibly().waitFor();
      }
    }
  }

  /** Writes runs that wait for the vendor, due one after the other, and their wake-ups. */
  private static void park(String url, int runs, int every) {
    boolean sqlite = url.startsWith("jdbc:sqlite:");
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    (sqlite ? Jdbi.create(url) : Jdbi.create(url, "postgres", ""))
        .useTransaction(
            handle -> {
              var run =
                  handle.prepareBatch(
                      "insert into run (id, export, flow, origin, state, job_id, attempts, due_at,"
                          + " cancel_requested, requested_at, creating_at, job_at, deadline_at)"
                          + " values (?, ?, 'survey-solutions', 'manual', 'PENDING', '1', 0, ?, 0,"
                          + " ?, ?, ?, ?)");
              for (int i = 0; i < runs; i++) {
                String due = text(now.plusMillis(15_000 + 1000L * every * i / runs));
                run.add(
                    "export-" + i + "@" + now,
                    "export-" + i,
                    due,
                    text(now),
                    text(now),
                    text(now),
                    text(now.plus(Duration.ofDays(1))));
                if (i % 5000 == 4999 || i == runs - 1) {
                  run.execute();
                }
              }
              handle.execute(
                  "insert into scheduled_steps (task_name, task_instance, execution_time, picked,"
                      + " version, consecutive_failures, priority) select 'run', id, "
                      + (sqlite
                          ? "cast(round((julianday(due_at) - 2440587.5) * 86400000) as integer)"
                          : "cast(due_at as timestamp with time zone)")
                      + ", "
                      + (sqlite ? "0" : "false")
                      + ", 1, 0, null from run");
            });
  }

  private static String text(Instant time) {
    return TIME.format(time);
  }

  private Process start(
      Endless vendor,
      TestRuntime files,
      Path data,
      int port,
      int runs,
      int every,
      String url,
      String build)
      throws IOException {
    String classPath = System.getProperty("java.class.path");
    if (!build.isEmpty()) {
      classPath =
          Stream.of(classPath.split(File.pathSeparator))
              .map(entry -> entry.replaceFirst(".*target/classes/?$", build))
              .collect(Collectors.joining(File.pathSeparator));
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC"));
    String more = System.getProperty("bench.java", "");
    if (!more.isEmpty()) {
      command.addAll(List.of(more.split(" ")));
    }
    command.addAll(List.of("-cp", classPath, "io.saddlebag.bench.ParkedRuntime"));
    command.addAll(
        List.of(
            data.toString(),
            vendor.uri().toString(),
            files.routes().toString(),
            String.valueOf(port),
            String.valueOf(runs),
            String.valueOf(every),
            url));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(data.resolve("parked.log").toFile()))
        .start();
  }

  private static Duration cpu(Process process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** The CPU seconds of PostgreSQL: of the parent of the process that answers, and its children. */
  private static double database(String url) {
    if (url.startsWith("jdbc:sqlite:")) {
      return 0;
    }
    long pid =
        Jdbi.create(url, "postgres", "")
            .withHandle(
                handle -> handle.createQuery("select pg_backend_pid()").mapTo(Long.class).one());
    return ProcessHandle.of(pid).flatMap(ProcessHandle::parent).stream()
        .flatMap(postmaster -> Stream.concat(Stream.of(postmaster), postmaster.descendants()))
        .mapToDouble(
            process -> process.info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / 1e3)
        .sum();
  }

  private static void awaitMetrics(Process process, int port) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
    while (System.nanoTime() < deadline) {
      assertThat(process.isAlive()).as("the runtime runs").isTrue();
      try {
        metrics(port);
        return;
      } catch (IOException notYet) {
        TimeUnit.MILLISECONDS.sleep(100);
      }
    }
    throw new AssertionError("no metrics within 5 minutes");
  }

  private static List<String> metrics(int port) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/observe/metrics"))
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .body()
        .lines()
        .toList();
  }

  private static double lateness(int port) throws Exception {
    return value(port, "saddlebag_lateness_seconds_max");
  }

  private static double quantile(int port, String quantile) throws Exception {
    return value(port, "saddlebag_lateness_seconds{quantile=\"" + quantile + "\"");
  }

  private static double value(int port, String name) throws Exception {
    return metrics(port).stream()
        .filter(line -> line.startsWith(name))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .findFirst()
        .orElse(Double.NaN);
  }

  private static String peak(Process process) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
        .filter(line -> line.startsWith("VmHWM"))
        .map(line -> String.valueOf(Long.parseLong(line.replaceAll("\\D", "")) / 1024))
        .findFirst()
        .orElse("?");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
