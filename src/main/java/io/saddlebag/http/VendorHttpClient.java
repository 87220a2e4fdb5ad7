package io.saddlebag.http;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Collections;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.camel.component.http.HttpComponent;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.ssl.SSLContextBuilder;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * The one HTTP client of all vendor routes. It repeats nothing by itself (but see {@link
 * FreshConnections}), keeps no cookies, follows no redirects, unpacks nothing, sends targets byte
 * for byte and never drains a body that was given up.
 */
public final class VendorHttpClient implements HttpClientConfigurer, AutoCloseable {
  /** A request header of ours that never leaves: the request target, exactly as it must be sent. */
  static final String EXACT_TARGET = "SaddlebagExactTarget";

  private static final int MOST_HEADERS = 200;
  private static final int LONGEST_HEADER = 64 << 10;

  private final HttpSettings settings;
  private final String userAgent;
  private final Clock clock;
  private final PoolingHttpClientConnectionManager connections;

  /** A client with these limits, which names itself so to vendors. */
  public VendorHttpClient(HttpSettings settings, String userAgent, Clock clock) {
    this.clock = clock;
    this.settings = settings;
    this.userAgent = userAgent;
    this.connections =
        PoolingHttpClientConnectionManagerBuilder.create()
            .setMaxConnTotal(settings.connectionsPerHost() * 8)
            .setMaxConnPerRoute(settings.connectionsPerHost())
            .setConnectionFactory(
                ManagedHttpClientConnectionFactory.builder()
                    .http1Config(
                        Http1Config.custom()
                            .setMaxHeaderCount(MOST_HEADERS)
                            .setMaxLineLength(LONGEST_HEADER)
                            .build())
                    .build())
            .setTlsSocketStrategy(new DefaultClientTlsStrategy(tls(settings)))
            .setDefaultConnectionConfig(
                ConnectionConfig.custom()
                    .setConnectTimeout(Timeout.of(settings.connectTimeout()))
                    .setSocketTimeout(Timeout.of(settings.idleTimeout()))
                    .setValidateAfterInactivity(TimeValue.ZERO_MILLISECONDS)
                    .build())
            .build();
  }

  /** Makes a component use this client for everything it sends. */
  public void attachTo(HttpComponent component) {
    component.setClientConnectionManager(connections);
    component.setHttpClientConfigurer(this);
    component.setConnectionRequestTimeout(settings.responseTimeout().toMillis());
    component.setResponseTimeout(settings.responseTimeout().toMillis());
    component.setSoTimeout(settings.idleTimeout().toMillis());
    component.setConnectTimeout(settings.connectTimeout().toMillis());
    component.setAutomaticRetriesDisabled(true);
    component.setCookieManagementDisabled(true);
    component.setContentCompressionDisabled(true);
    component.setRedirectHandlingDisabled(true);
    // Small bodies too come as streams, so that a cut one is noticed where bodies are judged.
    component.setResponsePayloadStreamingThreshold(0);
  }

  @Override
  public void configureHttpClient(HttpClientBuilder builder) {
    builder
        .disableAutomaticRetries()
        .disableCookieManagement()
        .disableRedirectHandling()
        .disableContentCompression()
        .disableAuthCaching()
        .setUserAgent(userAgent)
        .setConnectionManagerShared(true)
        .setProxySelector(settings.proxies())
        .setDefaultCredentialsProvider(settings.proxies().credentials())
        .setRequestExecutor(new VendorExchanges(Timeout.of(settings.idleTimeout())))
        .addRequestInterceptorFirst((request, entity, context) -> exactTarget(request))
        .addExecInterceptorBefore(ChainElement.CONNECT.name(), "fresh", new FreshConnections())
        .addExecInterceptorFirst("give-up", new GiveUpOnClose())
        .addExecInterceptorFirst("digest", new DigestHandshake())
        .addExecInterceptorFirst("proxy", new ProxyAnswers(clock));
  }

  private static void exactTarget(HttpRequest request) {
    Header target = request.getFirstHeader(EXACT_TARGET);
    if (target != null) {
      request.removeHeaders(EXACT_TARGET);
      request.setPath(target.getValue());
    }
  }

  /** Breaks off every exchange that is under way. */
  @Override
  public void close() {
    connections.close(CloseMode.IMMEDIATE);
  }

  private static SSLContext tls(HttpSettings settings) {
    Path file = settings.trustStore();
    try {
      return file == null
          ? SSLContext.getDefault()
          : SSLContextBuilder.create()
              .loadTrustMaterial(trusted(file, settings.trustStorePassword()), null)
              .build();
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(
          "the trust store "
              + file
              + " cannot be read: "
              + e.getMessage()
              + "; see http.trust-store and http.trust-store-password",
          e);
    }
  }

  /**
   * The platform's certificates and the file's, in one store: of several only the first would
   * count.
   */
  private static KeyStore trusted(Path file, @Nullable String password)
      throws GeneralSecurityException, IOException {
    KeyStore own =
        KeyStore.getInstance(
            file.toFile(), password == null ? new char[0] : password.toCharArray());
    KeyStore all = KeyStore.getInstance("PKCS12");
    all.load(null, null);
    for (String alias : Collections.list(own.aliases())) {
      all.setCertificateEntry("own-" + alias, own.getCertificate(alias));
    }
    TrustManagerFactory platform =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    platform.init((KeyStore) null);
    int number = 0;
    for (TrustManager manager : platform.getTrustManagers()) {
      if (manager instanceof X509TrustManager x509) {
        for (X509Certificate certificate : x509.getAcceptedIssuers()) {
          all.setCertificateEntry("platform-" + number++, certificate);
        }
      }
    }
    return all;
  }
}
