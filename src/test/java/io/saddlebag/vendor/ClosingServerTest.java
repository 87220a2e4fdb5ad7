package io.saddlebag.vendor;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.RawServer;
import io.saddlebag.TestRuntime;
import io.saddlebag.run.FailureRecord;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import io.saddlebag.simulator.Simulator;
import io.saddlebag.simulator.alida.AlidaSimulator;
import io.saddlebag.simulator.commcare.CommCareSimulator;
import io.saddlebag.simulator.storage.StorageSimulator;
import io.saddlebag.simulator.surveysolutions.SurveySolutionsSimulator;
import io.saddlebag.simulator.webadmit.WebAdmitSimulator;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Vendors behind a server that ends every connection after one answer, without saying so. Steps of
 * two requests (a list and a create, a token and a create, a Digest challenge and its answer) must
 * not fail on it, and a create must reach the vendor once.
 */
class ClosingServerTest {
  @TempDir Path folder;

  /** Passes one request to the vendor and its answer back, then ends the connection. */
  private static RawServer before(Simulator vendor, boolean readsTheNextRequest)
      throws IOException {
    String real = "127.0.0.1:" + vendor.uri().getPort();
    return new RawServer(
        peer -> {
          String request = peer.request();
          if (request == null) {
            return;
          }
          String here = "127.0.0.1:" + peer.socket().getLocalPort();
          try (Socket there = new Socket("127.0.0.1", vendor.uri().getPort())) {
            there
                .getOutputStream()
                .write(
                    request
                        .replaceFirst("(?i)\r\nconnection: [^\r]*", "")
                        .replaceFirst("\r\n", "\r\nConnection: close\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1));
            String answer =
                new String(there.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            String kept = answer.replaceFirst("(?i)\r\nconnection: close", "");
            // An answer of announced length keeps it: ports have five digits.
            peer.send(here.length() == real.length() ? kept.replace(real, here) : kept);
          }
          if (readsTheNextRequest) {
            peer.request();
          }
        });
  }

  private void assertDeliveredAtOnce(TestRuntime runtime, String kamelet, String parameters)
      throws Exception {
    runtime
        .export(
            "wanted",
            "- route:\n    id: wanted\n    from:\n      uri: kamelet:"
                + kamelet
                + "\n      parameters: {"
                + parameters
                + "}\n      steps:\n        - to: direct:to-folder\n")
        .start();
    Run run = runtime.run("wanted");
    assertThat(run.state()).as("%s", run.failureMessage()).isEqualTo(RunState.DELIVERED);
    assertThat(runtime.saddlebag().ledger().history().failures(run.id()))
        .extracting(FailureRecord::name)
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void a_list_and_a_create(boolean readsTheNextRequest) throws Exception {
    try (StorageSimulator storage = new StorageSimulator(Clock.systemUTC(), 0);
        WebAdmitSimulator vendor =
            new WebAdmitSimulator(Clock.systemUTC(), storage, 0).pace(Duration.ofMillis(20))) {
      storage.start();
      vendor.start();
      try (RawServer server = before(vendor, readsTheNextRequest);
          TestRuntime runtime = new TestRuntime(folder)) {
        runtime
            .with("admissions.server", server.address())
            .with("admissions.api-key", WebAdmitSimulator.DEMO_KEY)
            .with("admissions.storage-hosts", "localhost");

        assertDeliveredAtOnce(
            runtime,
            "webadmit-export-source",
            "connection: admissions, identity: 42, export: Nightly applicants, pollMin: 20ms,"
                + " pollMax: 60ms");

        assertThat(server.count("POST ")).isEqualTo(1);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void a_token_and_a_create(boolean readsTheNextRequest) throws Exception {
    try (AlidaAccount account = new AlidaAccount()) {
      try (RawServer server = before(account.vendor(), readsTheNextRequest);
          TestRuntime runtime = new TestRuntime(folder)) {
        account.connect(runtime);
        runtime.with("community.server", server.address());

        assertDeliveredAtOnce(
            runtime,
            AlidaAccount.KAMELET,
            "connection: community, activityId: "
                + AlidaSimulator.DEMO_ACTIVITY
                + ", pollMin: 20ms, pollMax: 60ms");

        assertThat(server.count("POST /v")).isEqualTo(1);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void a_challenge_and_its_answer(boolean readsTheNextRequest) throws Exception {
    try (CommCareSimulator vendor = new CommCareSimulator(Clock.systemUTC(), 0)) {
      vendor.start();
      try (RawServer server = before(vendor, readsTheNextRequest);
          TestRuntime runtime = new TestRuntime(folder)) {
        runtime
            .with("health.server", server.address())
            .with("health.domain", CommCareSimulator.DEMO_DOMAIN)
            .with("health.user", CommCareSimulator.DEMO_USER)
            .with("health.password", CommCareSimulator.DEMO_PASSWORD);

        assertDeliveredAtOnce(
            runtime,
            "commcare-form-export-source",
            "connection: health, exportTag: '" + CommCareSimulator.DEMO_FORM + "'");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void a_create_polls_and_a_redirect(boolean readsTheNextRequest) throws Exception {
    try (StorageSimulator storage = new StorageSimulator(Clock.systemUTC(), 0);
        SurveySolutionsSimulator vendor =
            new SurveySolutionsSimulator(Clock.systemUTC(), storage, 0)
                .pace(Duration.ofMillis(20))) {
      storage.start();
      vendor.start();
      try (RawServer server = before(vendor, readsTheNextRequest);
          TestRuntime runtime = new TestRuntime(folder)) {
        runtime
            .with("hq.server", server.address())
            .with("hq.user", "exporter")
            .with("hq.password", SurveySolutionsSimulator.DEMO_PASSWORD)
            .with("hq.storage-hosts", "localhost");

        assertDeliveredAtOnce(
            runtime,
            "survey-solutions-export-source",
            "connection: hq, questionnaire: 74e2d30854914e24af6beae9be64130c$1, pollMin: 20ms,"
                + " pollMax: 60ms");

        assertThat(server.count("POST ")).isEqualTo(1);
      }
    }
  }
}
