package io.saddlebag;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A certificate for this machine, and for vendor.example, that nobody vouches for. */
public final class OwnCertificate {
  /** The password of its stores. */
  public static final String PASSWORD = "password-of-the-test";

  private final Path folder;
  private final KeyStore keys;

  private OwnCertificate(Path folder, KeyStore keys) {
    this.folder = folder;
    this.keys = keys;
  }

  /** Makes one. */
  public static OwnCertificate make(Path folder)
      throws IOException, GeneralSecurityException, InterruptedException {
    Path store = folder.resolve("own.p12");
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
                "san=ip:127.0.0.1,dns:localhost,dns:vendor.example",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .start();
    assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    return new OwnCertificate(folder, keys);
  }

  /** What a server proves itself with. */
  public SSLContext server() throws GeneralSecurityException {
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  /** What a client trusts who knows the certificate. */
  public SSLContext client() throws GeneralSecurityException, IOException {
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }

  /** A trust store that holds the certificate without its key. */
  public Path trustStore() throws IOException, GeneralSecurityException {
    Path file = folder.resolve("trust.p12");
    try (var out = Files.newOutputStream(file)) {
      trusted().store(out, PASSWORD.toCharArray());
    }
    return file;
  }

  /** The certificate as text, for programs that are not Java. */
  public Path text() throws IOException, GeneralSecurityException {
    return Files.writeString(
        folder.resolve("own.pem"),
        "-----BEGIN CERTIFICATE-----\n"
            + Base64.getMimeEncoder().encodeToString(certificate().getEncoded())
            + "\n-----END CERTIFICATE-----\n");
  }

  private KeyStore trusted() throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("own", certificate());
    return trusted;
  }

  private Certificate certificate() throws GeneralSecurityException {
    return keys.getCertificate("own");
  }
}
