package io.saddlebag.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.TestRuntime;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A thousand exports of all vendors, as the launcher starts them: what a start takes, what they
 * take while nothing is due, how soon all are requested when all are due in one second, and what a
 * stop takes. Prints; asserts only that all were loaded and requested. {@code -Dbench.exports}.
 */
@Tag("bench")
class ManyExportsBench {
  private static final int EXPORTS = Integer.getInteger("bench.exports", 1000);
  private static final Duration IDLE = Duration.ofSeconds(60);

  private static final List<List<String>> KINDS =
      List.of(
          List.of(
              "survey-solutions-export-source",
              "hq",
              "questionnaire: 74e2d30854914e24af6beae9be64130c$1, exportType: Tabular"),
          List.of(
              "altcraft-form-fills-source",
              "marketing",
              "formShortname: form_6Ven2v7O, period: yesterday"),
          List.of(
              "commcare-form-export-source",
              "health",
              "exportTag: \"http://openrosa.org/formdesigner/%d\""),
          List.of(
              "alida-activity-export-source",
              "community",
              "activityId: 3f2c8a10-0000-4000-8000-000000000011"),
          List.of("webadmit-export-source", "admissions", "identity: \"92837\", export: \"%d\""));

  @TempDir Path folder;

  @Test
  void a_thousand_exports() throws Exception {
    TestRuntime files = new TestRuntime(folder);
    // Nobody answers there: what is measured ends with the request of a run.
    List.of("hq", "marketing", "health", "community", "admissions")
        .forEach(name -> files.with(name + ".server", "http://127.0.0.1:1"));
    files
        .with("hq.password", "password-of-the-benchmark")
        .with("marketing.token", "token-of-the-benchmark")
        .with("health.password", "password-of-the-benchmark")
        .with("community.client-id", "client-of-the-benchmark")
        .with("community.client-secret", "secret-of-the-benchmark")
        .with("admissions.api-key", "key-of-the-benchmark")
        .with("engine.polling-interval", "250ms")
        .with("camel.management.port", String.valueOf(freePort()));
    exports(files, "0 0 2 1 1 ?");

    List<String> command = new ArrayList<>(Launcher.rehearsed(folder, "256m"));
    command.addAll(List.of("io.saddlebag.Main", "start"));
    files.properties().forEach((name, value) -> command.add("--set=" + name + "=" + value));
    Path log = folder.resolve("log.txt");
    Instant begun = Instant.now();
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      Awaitility.await()
          .atMost(Duration.ofMinutes(5))
          .until(() -> !process.isAlive() || said(log, "Saddlebag runs with"));
      assertThat(said(log, "Saddlebag runs with " + EXPORTS + " exports"))
          .as(Files.readString(log))
          .isTrue();
      print("start", begun, cpu(process), process);

      double before = cpu(process);
      TimeUnit.MILLISECONDS.sleep(IDLE.toMillis());
      System.out.printf(
          Locale.ROOT,
          "%-24s %.2f %% of a core%n",
          "idle",
          100 * (cpu(process) - before) / IDLE.toSeconds());

      Instant due = Instant.now().plusSeconds(45);
      exports(files, cron(due));
      before = cpu(process);
      Awaitility.await()
          .atMost(Duration.ofMinutes(5))
          .pollInterval(Duration.ofSeconds(1))
          .until(() -> requested() >= EXPORTS);
      print("all requested after due", due, cpu(process) - before, process);

      Instant term = Instant.now();
      process.destroy();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      System.out.printf(
          Locale.ROOT,
          "%-24s %.2f s%n",
          "stop",
          Duration.between(term, Instant.now()).toMillis() / 1000.0);
    } finally {
      process.destroyForcibly();
    }
  }

  private static void exports(TestRuntime files, String schedule) throws IOException {
    for (int number = 0; number < EXPORTS; number++) {
      List<String> kind = KINDS.get(number % KINDS.size());
      files.export(
          "export-%04d".formatted(number),
          """
          - route:
              id: export-%1$04d
              description: Brings the data of number %1$d
              from:
                uri: kamelet:%2$s
                parameters: {connection: %3$s, %4$s, schedule: "%5$s"}
                steps:
                  - to:
                      uri: kamelet:folder-sink
                      parameters:
                        folder: "{{delivery.folder}}/export-%1$04d"
                        layout: "{export}/{run}-{name}"
          """
              .formatted(
                  number, kind.get(0), kind.get(1), kind.get(2).formatted(number + 1), schedule));
    }
  }

  private static String cron(Instant due) {
    var at = due.atOffset(java.time.ZoneOffset.UTC);
    return "%d %d %d %d %d ?"
        .formatted(
            at.getSecond(), at.getMinute(), at.getHour(), at.getDayOfMonth(), at.getMonthValue());
  }

  private int requested() throws SQLException {
    try (Connection ledger =
            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("data/ledger.db"));
        Statement count = ledger.createStatement();
        ResultSet rows = count.executeQuery("select count(*) from run")) {
      return rows.getInt(1);
    }
  }

  private static boolean said(Path log, String words) throws IOException {
    return Files.readString(log).contains(words);
  }

  private static double cpu(Process process) {
    return process.toHandle().info().totalCpuDuration().orElseThrow().toMillis() / 1000.0;
  }

  private static void print(String what, Instant since, double cpu, Process process)
      throws IOException {
    String peak =
        Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
            .filter(line -> line.startsWith("VmHWM"))
            .findFirst()
            .orElse("");
    System.out.printf(
        Locale.ROOT,
        "%-24s %.2f s wall, %.2f s CPU, %s%n",
        what,
        Duration.between(since, Instant.now()).toMillis() / 1000.0,
        cpu,
        peak.replaceAll("\\s+", " "));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
