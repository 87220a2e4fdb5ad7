package io.saddlebag.vendor;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.OwnCertificate;
import io.saddlebag.TestRuntime;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import io.saddlebag.simulator.altcraft.AltcraftSimulator;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Servers with a certificate of their own, as on-premises hosts have (Altcraft's sheet, item 13).
 */
class OwnCertificateTest {
  @TempDir Path folder;
  private OwnCertificate certificate;

  @BeforeEach
  void makeCertificate() throws Exception {
    certificate = OwnCertificate.make(folder);
  }

  private TestRuntime runtime(AltcraftSimulator vendor) throws Exception {
    return new TestRuntime(folder.resolve("runtime"))
        .with("marketing.server", vendor.uri().toString())
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

  @Test
  void a_certificate_in_the_trust_store_is_accepted() throws Exception {
    try (AltcraftSimulator vendor =
            new AltcraftSimulator(Clock.systemUTC(), 0, certificate.server())
                .pace(Duration.ofMillis(20));
        TestRuntime runtime = runtime(vendor)) {
      vendor.start();
      runtime
          .with("http.trust-store", certificate.trustStore().toString())
          .with("http.trust-store-password", OwnCertificate.PASSWORD)
          .start();

      Run run = runtime.run("fills");

      assertThat(vendor.uri().getScheme()).isEqualTo("https");
      assertThat(run.state()).as("%s", run).isEqualTo(RunState.DELIVERED);
    }
  }

  @Test
  void a_certificate_that_nobody_vouches_for_is_refused_before_anything_is_sent() throws Exception {
    try (AltcraftSimulator vendor =
            new AltcraftSimulator(Clock.systemUTC(), 0, certificate.server());
        TestRuntime runtime = runtime(vendor)) {
      vendor.start();
      runtime.start();

      Run run =
          runtime.reaches(
              runtime.request("fills").id(),
              waiting -> waiting.attempts() > 0 || waiting.state().finished());

      assertThat(vendor.requests()).isEmpty();
      assertThat(runtime.saddlebag().ledger().history().failures(run.id()).get(0).message())
          .contains("certif");
    }
  }
}
