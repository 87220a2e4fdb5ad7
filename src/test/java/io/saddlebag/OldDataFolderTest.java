package io.saddlebag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.saddlebag.http.Redactor;
import io.saddlebag.run.Checkpoint;
import io.saddlebag.run.Ledger;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import io.saddlebag.run.Skip;
import io.saddlebag.simulator.Simulator;
import io.saddlebag.simulator.altcraft.AltcraftSimulator;
import io.saddlebag.simulator.storage.StorageSimulator;
import io.saddlebag.simulator.webadmit.WebAdmitExport;
import io.saddlebag.simulator.webadmit.WebAdmitSimulator;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A data folder that an older version left behind when it was killed, with unfinished runs in every
 * state, staged files and its settings, is carried on by this one. How the folder was made stands
 * beside it.
 */
class OldDataFolderTest {
  private static final Path OLD = Path.of("src/test/resources/old-data-folder");
  private static final int OLD_JOBS = 8;

  @TempDir Path folder;

  /** Stands until the file that is under way at WebAdMIT was joined. */
  private final TestClock admissionsClock = new TestClock(Instant.now());

  private final StorageSimulator storage = new StorageSimulator(admissionsClock, 0);
  private final WebAdmitSimulator admissions = new WebAdmitSimulator(admissionsClock, storage, 0);
  private final AltcraftSimulator forms =
      new AltcraftSimulator(Clock.systemUTC(), 0).pace(Duration.ofMillis(10));
  private final HttpClient http = HttpClient.newHttpClient();

  @BeforeEach
  void play() throws Exception {
    storage.start();
    admissions.start();
    admissions.export(
        new WebAdmitExport(
            86447,
            "Waiting list",
            "Comma-Separated Values",
            "text/csv;charset=iso-8859-1",
            "Waiting-list.csv",
            io.saddlebag.simulator.Body.of(
                "cas_id\n1000004\n".getBytes(StandardCharsets.ISO_8859_1))));
    forms.start();
    knowTheOldJobs();
    copy();
  }

  @AfterEach
  void stop() {
    forms.close();
    admissions.close();
    storage.close();
  }

  /** The simulators count their jobs, so that the same orders give the same ids. */
  private void knowTheOldJobs() throws Exception {
    for (int job = 0; job < OLD_JOBS; job++) {
      order(
          forms.uri().resolve("/api/v1.1/forms/fills"),
          "Authorization",
          "Bearer " + AltcraftSimulator.DEMO_TOKEN,
          "{\"form\": {\"id\": 1}, \"form_id\": 1, \"id\": 1, \"date_from\": \"2025-01-01\","
              + " \"date_to\": \"2025-01-31\"}");
    }
    order(
        admissions.uri().resolve("/api/v1/user_identities/42/exports/86446/export_files"),
        "x-api-key",
        WebAdmitSimulator.DEMO_KEY,
        "{}");
    assertThat(forms.creates()).isEqualTo(OLD_JOBS);
    assertThat(admissions.creates()).isEqualTo(1);
  }

  private void order(URI uri, String header, String value, String body) throws Exception {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(uri)
                .header(header, value)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isLessThan(300);
  }

  private void copy() throws Exception {
    copy(Path.of("routes"), folder.resolve("routes"));
    try (Stream<Path> samples = Files.walk(folder.resolve("routes/exports"))) {
      for (Path sample : samples.filter(Files::isRegularFile).toList()) {
        if (!sample.endsWith("to-folder.camel.yaml")) {
          Files.delete(sample);
        }
      }
    }
    copy(OLD.resolve("exports"), folder.resolve("routes/exports"));
    copy(OLD.resolve("staging"), folder.resolve("data/staging"));
    Files.copy(OLD.resolve("ledger.db"), folder.resolve("data/ledger.db"));
    Files.writeString(
        folder.resolve("application.properties"),
        here(Files.readString(OLD.resolve("application.properties"))));
    // The old version was started in its own folder: what it kept of paths and ports is this one's.
    try (Connection ledger =
            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("data/ledger.db"));
        Statement statement = ledger.createStatement()) {
      String data = folder.resolve("data") + "/";
      statement.execute("update receipt set path = replace(path, 'data/', '" + data + "')");
      for (String column : List.of("run.checkpoint_scope", "checkpoint.scope")) {
        String[] names = column.split("\\.");
        statement.execute(
            "update "
                + names[0]
                + " set "
                + names[1]
                + " = replace("
                + names[1]
                + ", 'http://127.0.0.1:48082', '"
                + forms.uri()
                + "')");
      }
    }
  }

  private String here(String settings) {
    return settings
        .replace("http://127.0.0.1:48082", forms.uri().toString())
        .replace("http://127.0.0.1:48083", admissions.uri().toString());
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }

  private Saddlebag start() throws Exception {
    return Saddlebag.start(
        new Saddlebag.Options(
            folder.resolve("application.properties"),
            Map.of(
                "routes.folder", folder.resolve("routes").toString(),
                "data.folder", folder.resolve("data").toString(),
                "delivery.folder", folder.resolve("out").toString()),
            true,
            false),
        new Redactor(),
        Clock.systemUTC());
  }

  private static Run old(Ledger ledger, String export) {
    return ledger.runs().newest(export, 99).stream()
        .filter(run -> run.at().isBefore(Instant.parse("2025-12-01T00:00:00Z")))
        .findFirst()
        .orElseThrow();
  }

  private static long count(Simulator vendor, String method, String path) {
    return vendor.requests().stream()
        .filter(request -> request.method().equals(method) && request.path().matches(path))
        .count();
  }

  private List<Path> delivered(String prefix) throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("out"))) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.toString().endsWith(".receipt.json"))
          .filter(file -> file.getFileName().toString().startsWith(prefix))
          .toList();
    }
  }

  @Test
  void every_run_of_an_older_version_ends_as_it_should_and_nothing_is_ordered_twice()
      throws Exception {
    long asked = count(forms, "GET", ".*");
    try (Saddlebag saddlebag = start()) {
      Ledger ledger = saddlebag.ledger();
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> old(ledger, "creating").jobId() != null && admissions.creates() == 2);
      admissionsClock.advance(Duration.ofMinutes(1));
      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () ->
                  ledger.runs().countUnfinished() == 0
                      && ledger.runs().newest("increments", 9).size() == 2);

      assertThat(saddlebag.problems()).isEmpty();
      for (String export :
          List.of("delivered", "increments", "staged", "ready", "pending", "creating")) {
        assertThat(old(ledger, export).state()).as(export).isEqualTo(RunState.DELIVERED);
      }
      for (String export : List.of("waiting", "queued")) {
        assertThat(old(ledger, export).state()).as(export).isEqualTo(RunState.DELIVERED);
      }
      assertThat(old(ledger, "empty").state()).isEqualTo(RunState.EMPTY);
      assertThat(old(ledger, "failed").failure()).isEqualTo("JOB_FAILED");
      assertThat(old(ledger, "cancelled").state()).isEqualTo(RunState.CANCELLED);
      assertThat(old(ledger, "lost").failure()).isEqualTo("LOST_CREATE");

      // What has ended is as it was, and every job is the one that the old version had ordered.
      assertThat(old(ledger, "delivered").finishedAt())
          .isEqualTo(Instant.parse("2025-11-28T22:14:23.805Z"));
      assertThat(old(ledger, "ready").jobId()).isEqualTo("550e8400-e29b-41d4-a716-446655440005");
      assertThat(old(ledger, "pending").jobId()).isEqualTo("550e8400-e29b-41d4-a716-446655440007");
      assertThat(old(ledger, "creating").jobId()).isEqualTo("86446/74780");
      assertThat(forms.creates()).as("queued, and the one caught up on").isEqualTo(OLD_JOBS + 2);
      assertThat(admissions.creates()).as("waiting").isEqualTo(2);

      // The staged file was delivered as it lay there, to the one destination that was missing.
      assertThat(count(forms, "GET", ".*/download/.*") - asked)
          .as("ready, pending, queued and the one caught up on")
          .isEqualTo(4);
      assertThat(ledger.receipts().of(old(ledger, "staged").id()))
          .singleElement()
          .satisfies(
              receipt ->
                  assertThat(receipt.sha256())
                      .isEqualTo(
                          "9b8df51bd84c3ca8d418e1ca881a7f6b940c779466bcd3b1ae7a2c69a58bc0f8"));
      assertThat(delivered("staged@"))
          .singleElement()
          .satisfies(file -> assertThat(file.getParent()).hasFileName("wall"))
          .satisfies(
              file ->
                  assertThat(sha256(file))
                      .isEqualTo(
                          "9b8df51bd84c3ca8d418e1ca881a7f6b940c779466bcd3b1ae7a2c69a58bc0f8"));
      assertThat(delivered("pending@")).hasSize(1);
      assertThat(delivered("ready@")).hasSize(1);
      assertThat(delivered("creating@")).hasSize(1);

      schedulesAndCheckpointsGoOn(ledger);
    }
  }

  private static void schedulesAndCheckpointsGoOn(Ledger ledger) {
    Run caughtUp = ledger.runs().newest("increments", 1).get(0);
    assertThat(caughtUp.origin()).isEqualTo("catch-up");
    assertThat(caughtUp.state()).isEqualTo(RunState.DELIVERED);
    assertThat(caughtUp.window()).isNotNull();
    assertThat(caughtUp.checkpoint()).as("where the old run ended").isEqualTo("2025-11-27");
    assertThat(ledger.checkpoints().all("increments"))
        .singleElement()
        .extracting(Checkpoint::token)
        .isEqualTo(caughtUp.nextCheckpoint());
    assertThat(ledger.schedules().find("increments").orElseThrow().lastFireAt())
        .isEqualTo(caughtUp.at());
    assertThat(ledger.runs().newest("nightly", 9)).isEmpty();
    assertThat(ledger.history().skips("nightly", 9))
        .singleElement()
        .extracting(Skip::at)
        .isEqualTo(ledger.schedules().find("nightly").orElseThrow().lastFireAt());
  }

  private static String sha256(Path file) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
  }
}
