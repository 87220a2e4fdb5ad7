package io.saddlebag.http;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How vendors are called.
 *
 * @param connectTimeout the longest wait for a connection
 * @param responseTimeout the longest wait for the first byte of an answer
 * @param idleTimeout the longest silence in the middle of an answer
 * @param connectionsPerHost connections to one host at once
 * @param trustStore certificates to trust besides the platform's, a PKCS#12 or JKS file, or null
 * @param trustStorePassword its password, or null
 * @param proxies the proxies that hosts are reached through
 */
public record HttpSettings(
    Duration connectTimeout,
    Duration responseTimeout,
    Duration idleTimeout,
    int connectionsPerHost,
    @Nullable Path trustStore,
    @Nullable String trustStorePassword,
    Proxies proxies) {

  @Override
  public String toString() {
    return "HttpSettings[connectTimeout="
        + connectTimeout
        + ", responseTimeout="
        + responseTimeout
        + ", idleTimeout="
        + idleTimeout
        + ", proxies="
        + proxies
        + "]";
  }
}
