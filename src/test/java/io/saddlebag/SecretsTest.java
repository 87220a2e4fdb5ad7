package io.saddlebag;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.simulator.Fault;
import io.saddlebag.simulator.altcraft.AltcraftSimulator;
import io.saddlebag.simulator.storage.StorageSimulator;
import io.saddlebag.simulator.surveysolutions.SurveySolutionsSimulator;
import io.saddlebag.simulator.webadmit.WebAdmitSimulator;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.lang.management.ManagementFactory;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Plants a secret for every credential and looks for it everywhere that people or programs look.
 */
@Tag("long")
class SecretsTest {
  private static final String PASSWORD = "planted&password%22$1";
  private static final String TOKEN = "planted-token-of-marketing";
  private static final String LEDGER = "planted-at-the-ledger";
  private static final String WAREHOUSE = "planted-at-the-warehouse";
  private static final String LAKE = "planted/at+the/lake";
  private static final String KEY = "planted0api0key0of0admissions000";

  @TempDir Path folder;

  private static List<String> secrets() {
    return List.of(
        PASSWORD,
        "planted&password",
        "planted%26password",
        Base64.getEncoder()
            .encodeToString(("exporter:" + PASSWORD).getBytes(StandardCharsets.UTF_8)),
        TOKEN,
        KEY,
        "Signature=y2jw",
        "X-Amz-Signature=y2jw");
  }

  @Test
  void no_planted_secret_is_seen_anywhere() throws Exception {
    try (StorageSimulator storage = new StorageSimulator(Clock.systemUTC(), 0);
        SurveySolutionsSimulator surveys =
            new SurveySolutionsSimulator(Clock.systemUTC(), storage, 0);
        WebAdmitSimulator admissions = new WebAdmitSimulator(Clock.systemUTC(), storage, 0);
        AltcraftSimulator forms = new AltcraftSimulator(Clock.systemUTC(), 0)) {
      storage.start();
      surveys.pace(Duration.ofMillis(50)).s3Storage(true).start();
      surveys.account("exporter", PASSWORD, "ApiUser", Set.of("primary"));
      admissions.pace(Duration.ofMillis(20)).start();
      admissions.allow(KEY);
      forms.pace(Duration.ofMillis(20)).start();
      forms.allow(TOKEN);
      // Errors that quote what they were sent, and links that fail: the usual ways out for a
      // secret.
      surveys
          .faults()
          .next(
              2,
              "GET",
              ".*/export/\\d+",
              call -> call.text(500, "text/plain", "you sent " + call.request().headers()));
      forms
          .faults()
          .next(
              2,
              "POST",
              ".*/status",
              call -> call.text(500, "text/plain", "you sent " + call.request().headers()));
      admissions
          .faults()
          .next(
              2,
              "GET",
              ".*/export_files/.*",
              call -> call.text(500, "text/plain", "you sent " + call.request().headers()));
      storage
          .faults()
          .next(
              3,
              "GET",
              ".*",
              call -> call.text(500, "text/plain", "you asked for " + call.request().target()));
      storage.faults().next(1, "GET", ".*", Fault.dropConnection());
      int port = freePort();
      TestRuntime files = configured(surveys, admissions, forms, port);
      Map<String, String> environment =
          Map.of("PLANTED_PASSWORD", PASSWORD, "PLANTED_TOKEN", TOKEN, "PLANTED_KEY", KEY);
      look(files, environment, port);
    }
  }

  private TestRuntime configured(
      SurveySolutionsSimulator surveys,
      WebAdmitSimulator admissions,
      AltcraftSimulator forms,
      int port)
      throws Exception {
    TestRuntime files =
        new TestRuntime(folder)
            .with("hq.server", surveys.uri().toString())
            .with("hq.password", "{{env:PLANTED_PASSWORD}}")
            .with("hq.storage-hosts", "localhost")
            .with("admissions.server", admissions.uri().toString())
            .with("admissions.api-key", "{{env:PLANTED_KEY}}")
            .with("admissions.storage-hosts", "localhost")
            .with("marketing.server", forms.uri().toString())
            .with("marketing.token", "{{env:PLANTED_TOKEN}}")
            .with("camel.management.port", String.valueOf(port))
            .with("log.format", "json");
    for (String sample : List.of("household-survey", "nightly-applicants", "signup-form")) {
      files.export(
          sample,
          Files.readString(Path.of("routes/exports/" + sample + ".camel.yaml"))
              .replaceAll("schedule: .*", "pollMin: 20ms"));
    }
    return files;
  }

  private void look(TestRuntime files, Map<String, String> environment, int port) throws Exception {
    try (ChildProcess runtime =
        ChildProcess.start(folder, "128m", files.properties(), environment, "start")) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> runtime.err().contains("runs with 3 exports"));
      StringBuilder seen = new StringBuilder();
      for (String export : List.of("household-survey", "nightly-applicants", "signup-form")) {
        try (ChildProcess run =
            ChildProcess.start(
                folder,
                "128m",
                files.properties(),
                environment,
                "run",
                export,
                "--json",
                "--verbose")) {
          assertThat(run.exitCode(60)).as(run.out() + run.err() + runtime.err()).isZero();
          seen.append(run.out()).append(run.err());
        }
        try (ChildProcess show =
            ChildProcess.start(
                folder, "128m", files.properties(), environment, "show", export, "--json")) {
          assertThat(show.exitCode(60)).isZero();
          assertThat(show.out()).contains("failures");
          seen.append(show.out()).append(show.err());
        }
      }
      for (String path : List.of("health", "metrics", "info")) {
        seen.append(get("http://127.0.0.1:" + port + "/observe/" + path));
      }
      assertThat(seen.toString()).contains("saddlebag_runs").contains("\"status\"");
      seen.append(String.join(" ", runtime.process().info().arguments().orElse(new String[0])));
      seen.append(runtime.process().info().commandLine().orElse(""));
      seen.append(runtime.out()).append(runtime.err());
      assertClean("output, metrics and process list", seen.toString());
      assertThat(seen).contains("VENDOR_ERROR");
    }
    try (Stream<Path> all = Files.walk(folder.resolve("data"))) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        assertClean(file.toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
  }

  /**
   * The secrets of the ledger and of destinations: a ledger whose URL has a password, and steps
   * that fail at a store and a database, which quote what they were given.
   */
  @Test
  void no_secret_of_the_ledger_or_of_a_destination_is_seen() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start();
        AltcraftSimulator forms = new AltcraftSimulator(Clock.systemUTC(), 0)) {
      forms.pace(Duration.ofMillis(20)).start();
      forms.allow(TOKEN);
      String database = "127.0.0.1:" + postgres.getPort() + "/postgres";
      TestRuntime files =
          new TestRuntime(folder)
              .with("marketing.server", forms.uri().toString())
              .with("marketing.token", TOKEN)
              .with(
                  "ledger.url",
                  "jdbc:postgresql://" + database + "?user=postgres&password=" + LEDGER)
              .with("delivery.deadline", "2s")
              .with("warehouse.url", "jdbc:postgresql://" + database + "?password=" + WAREHOUSE)
              .with("warehouse.user", "nobody-of-this-name")
              .with("lake.endpoint", "http://127.0.0.1:1")
              .with("lake.region", "eu-central-1")
              .with("lake.access-key-id", "PLANTEDKEYID")
              .with("lake.access-key-secret", LAKE)
              .with("camel.management.enabled", "false");
      files.export(
          "to-warehouse",
          destination(
              "to-warehouse",
              "kamelet:postgres-copy-sink",
              "{connection: warehouse, table: nosuch}"));
      files.export(
          "to-lake",
          destination("to-lake", "kamelet:s3-sink", "{connection: lake, bucket: exports}"));
      files.export(
          "to-user",
          destination(
              "to-user",
              "http://owner:" + WAREHOUSE + "@127.0.0.1:1/upload",
              "{httpMethod: POST}"));
      StringBuilder seen = new StringBuilder();
      for (String export : List.of("to-warehouse", "to-lake", "to-user")) {
        for (String command : List.of("run", "show", "runs")) {
          try (ChildProcess process =
              ChildProcess.start(
                  folder, "128m", files.properties(), Map.of(), command, export, "--verbose")) {
            process.exitCode(60);
            seen.append(process.out()).append(process.err());
          }
        }
      }
      assertThat(seen).contains("DELIVERY_FAILED").contains("DELIVERY_DEADLINE");
      for (String secret : List.of(LEDGER, WAREHOUSE, LAKE)) {
        assertThat(seen.toString().contains(secret)).as("shows %s\n%s", secret, seen).isFalse();
      }
      try (Connection ledger = postgres.getPostgresDatabase().getConnection();
          Statement statement = ledger.createStatement();
          ResultSet rows = statement.executeQuery("select message from failure")) {
        while (rows.next()) {
          assertThat(rows.getString(1)).doesNotContain(LEDGER, WAREHOUSE, LAKE);
        }
      }
    }
  }

  private static String destination(String id, String uri, String parameters) {
    return """
        - route:
            id: %s
            from:
              uri: kamelet:altcraft-form-fills-source
              parameters: {connection: marketing, formId: 1, period: yesterday, pollMin: 20ms, pollMax: 60ms}
              steps:
                - to:
                    uri: %s
                    parameters: %s
        """
        .formatted(id, uri, parameters);
  }

  @Test
  void no_planted_secret_is_seen_by_management() throws Exception {
    try (AltcraftSimulator forms = new AltcraftSimulator(Clock.systemUTC(), 0);
        TestRuntime runtime = new TestRuntime(folder)) {
      forms.pace(Duration.ofMillis(20)).start();
      forms.allow(TOKEN);
      runtime
          .with("marketing.server", forms.uri().toString())
          .with("camel.main.jmxEnabled", "true")
          .with("marketing.token", TOKEN)
          .export("signup-form", Files.readString(Path.of("routes/exports/signup-form.camel.yaml")))
          .start();
      runtime.run("signup-form");

      MBeanServer server = ManagementFactory.getPlatformMBeanServer();
      Set<ObjectName> names = server.queryNames(new ObjectName("org.apache.camel:*"), null);
      assertThat(names).isNotEmpty();
      for (ObjectName name : names) {
        assertClean("a JMX name", name.toString());
        for (MBeanAttributeInfo attribute : server.getMBeanInfo(name).getAttributes()) {
          assertClean(name + " " + attribute.getName(), value(server, name, attribute));
        }
      }
    }
  }

  private static String value(MBeanServer server, ObjectName name, MBeanAttributeInfo attribute) {
    try {
      return String.valueOf(server.getAttribute(name, attribute.getName()));
    } catch (Exception unreadable) {
      return String.valueOf(unreadable);
    }
  }

  private static void assertClean(String where, String text) {
    for (String secret : secrets()) {
      assertThat(text.contains(secret)).as("%s shows %s", where, secret).isFalse();
    }
  }

  private static String get(String address) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(address)).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
