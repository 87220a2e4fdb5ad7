package io.saddlebag.vendor;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.OwnCertificate;
import io.saddlebag.RawServer;
import io.saddlebag.TestRuntime;
import io.saddlebag.run.FailureRecord;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import io.saddlebag.simulator.altcraft.AltcraftSimulator;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A vendor that is reached through a proxy alone: only the proxy knows where its name leads. */
class ProxyTest {
  private static final String PASSWORD = "pass/of the proxy";

  @TempDir Path folder;
  private AltcraftSimulator vendor;
  private TestRuntime runtime;

  @BeforeEach
  void prepare() throws Exception {
    OwnCertificate certificate = OwnCertificate.make(folder);
    vendor =
        new AltcraftSimulator(Clock.systemUTC(), 0, certificate.server())
            .pace(Duration.ofMillis(20));
    vendor.start();
    runtime =
        new TestRuntime(folder.resolve("runtime"))
            .with("http.trust-store", certificate.trustStore().toString())
            .with("http.trust-store-password", OwnCertificate.PASSWORD)
            .with("marketing.server", "https://vendor.example")
            .with("marketing.token", AltcraftSimulator.DEMO_TOKEN)
            .export(
                "fills",
                """
                - route:
                    id: fills
                    from:
                      uri: kamelet:altcraft-form-fills-source
                      parameters: {connection: marketing, formId: 1, period: yesterday, pollMin: 20ms, pollMax: 50ms}
                      steps:
                        - to: direct:to-folder
                """);
  }

  @AfterEach
  void stop() throws Exception {
    runtime.close();
    vendor.close();
  }

  /** A proxy that leads to the vendor whoever names the user and the password. */
  private RawServer proxy() throws IOException {
    return new RawServer(
        peer -> {
          for (String request = peer.request(); request != null; request = peer.request()) {
            if (!"Basic bWU6cGFzcy9vZiB0aGUgcHJveHk="
                .equals(RawServer.header(request, "Proxy-Authorization"))) {
              peer.answer(
                  "407 Proxy Authentication Required",
                  "who?",
                  "Proxy-Authenticate: Basic realm=\"p\"");
            } else {
              peer.send("HTTP/1.1 200 Connection established\r\n\r\n");
              try (Socket there = new Socket("127.0.0.1", vendor.uri().getPort())) {
                RawServer.join(peer.socket(), there);
              }
              return;
            }
          }
        });
  }

  private List<FailureRecord> failures(Run run) {
    return runtime.saddlebag().ledger().history().failures(run.id());
  }

  @Test
  void a_vendor_is_reached_through_the_proxy_and_the_proxy_sees_no_secret() throws Exception {
    try (RawServer proxy = proxy()) {
      runtime
          .with(
              "saddlebag.http.proxy", "http://me:pass%2Fof%20the%20proxy@127.0.0.1:" + proxy.port())
          .start();

      Run run = runtime.run("fills");

      assertThat(run.state()).as("%s", run.failureMessage()).isEqualTo(RunState.DELIVERED);
      assertThat(failures(run)).isEmpty();
      assertThat(proxy.requests())
          .allMatch(request -> request.startsWith("CONNECT vendor.example:443 "))
          .noneMatch(request -> request.contains(AltcraftSimulator.DEMO_TOKEN));
      assertThat(vendor.requests())
          .isNotEmpty()
          .allMatch(request -> request.header("Proxy-Authorization") == null);
    }
  }

  @Test
  void a_password_that_the_proxy_does_not_accept_ends_the_run_and_is_not_shown() throws Exception {
    try (RawServer proxy = proxy()) {
      runtime
          .with("saddlebag.http.proxy", "http://me:another-word@127.0.0.1:" + proxy.port())
          .start();

      Run run = runtime.run("fills");

      assertThat(run.failure()).as("%s", run.failureMessage()).isEqualTo("PROXY_REFUSED");
      assertThat(run.failureMessage())
          .contains("127.0.0.1:" + proxy.port(), "407", "password")
          .doesNotContain("another-word")
          .doesNotContain(PASSWORD);
      assertThat(proxy.count("CONNECT")).isEqualTo(2);
      assertThat(vendor.requests()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "403 Forbidden, true",
    "502 Bad Gateway, false",
    "503 Service Unavailable, false",
    "504 Gateway Timeout, false"
  })
  void what_a_proxy_answers_is_named_as_the_proxys(String status, boolean last) throws Exception {
    try (RawServer proxy =
        new RawServer(
            peer -> {
              peer.request();
              peer.answer(status, "<html>a page of the proxy's</html>");
            })) {
      runtime.with("saddlebag.http.proxy", "http://127.0.0.1:" + proxy.port()).start();

      Run run =
          runtime.reaches(
              runtime.request("fills").id(),
              one -> last ? one.state().finished() : one.attempts() >= 2);

      assertThat(failures(run)).extracting(FailureRecord::name).containsOnly("PROXY_REFUSED");
      assertThat(failures(run).get(0).message())
          .contains("proxy 127.0.0.1:" + proxy.port(), status.substring(0, 3));
      assertThat(run.state()).isEqualTo(last ? RunState.FAILED : RunState.REQUESTED);
      assertThat(vendor.requests()).isEmpty();
    }
  }

  @Test
  void a_proxy_that_cannot_be_reached_is_named() throws Exception {
    int port;
    try (ServerSocket gone = new ServerSocket(0)) {
      port = gone.getLocalPort();
    }
    runtime.with("saddlebag.http.proxy", "http://127.0.0.1:" + port).start();

    Run run = runtime.reaches(runtime.request("fills").id(), one -> one.attempts() >= 1);

    assertThat(failures(run).get(0).name()).isEqualTo("PROXY_UNREACHABLE");
    assertThat(failures(run).get(0).message()).contains("127.0.0.1:" + port);
  }

  @Test
  void a_vendor_on_this_machine_is_reached_without_the_proxy() throws Exception {
    try (RawServer proxy = proxy()) {
      runtime
          .with("saddlebag.http.proxy", "http://127.0.0.1:" + proxy.port())
          .with("marketing.server", vendor.uri().toString())
          .start();

      assertThat(runtime.run("fills").state()).isEqualTo(RunState.DELIVERED);

      assertThat(proxy.requests()).isEmpty();
    }
  }
}
