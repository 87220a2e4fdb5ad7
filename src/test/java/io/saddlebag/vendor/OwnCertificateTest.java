package io.saddlebag.vendor;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.TestRuntime;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import io.saddlebag.simulator.altcraft.AltcraftSimulator;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Servers with a certificate of their own, as on-premises hosts have (Altcraft's sheet, item 13).
 */
class OwnCertificateTest {
  private static final String PASSWORD = "password-of-the-test";

  @TempDir Path folder;
  private Path store;

  @BeforeEach
  void makeCertificate() throws Exception {
    store = folder.resolve("own.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "own",
                "-keyalg",
                "EC",
                "-dname",
                "CN=127.0.0.1",
                "-ext",
                "san=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .start();
    assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
  }

  private SSLContext tls() throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  /** A trust store holds the certificate without its key. */
  private Path trust() throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("own", keys.getCertificate("own"));
    Path file = folder.resolve("trust.p12");
    try (var out = Files.newOutputStream(file)) {
      trusted.store(out, PASSWORD.toCharArray());
    }
    return file;
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
            new AltcraftSimulator(Clock.systemUTC(), 0, tls()).pace(Duration.ofMillis(20));
        TestRuntime runtime = runtime(vendor)) {
      vendor.start();
      runtime
          .with("http.trust-store", trust().toString())
          .with("http.trust-store-password", PASSWORD)
          .start();

      Run run = runtime.run("fills");

      assertThat(vendor.uri().getScheme()).isEqualTo("https");
      assertThat(run.state()).as("%s", run).isEqualTo(RunState.DELIVERED);
    }
  }

  @Test
  void a_certificate_that_nobody_vouches_for_is_refused_before_anything_is_sent() throws Exception {
    try (AltcraftSimulator vendor = new AltcraftSimulator(Clock.systemUTC(), 0, tls());
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
