package io.saddlebag.destination;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.PropertiesComponent;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * Where an S3 store is and who we are there. Prints no secret.
 *
 * @param name the prefix of its properties, empty where all comes from the environment
 * @param region the region, empty for the environment's
 * @param endpoint the address of a store other than AWS, empty for AWS
 * @param pathStyle whether the bucket stands in the path and not in the host's name
 * @param accessKeyId the name of the key, empty for the default chain of credentials
 * @param accessKeySecret the key
 * @param checksums {@code always}, or {@code required} for stores that do not know AWS's checksums
 */
record S3Connection(
    String name,
    String region,
    String endpoint,
    boolean pathStyle,
    String accessKeyId,
    String accessKeySecret,
    String checksums) {
  /** One layer of retries within an upload: the client's, for one request, which is one part. */
  private static final int ATTEMPTS = 3;

  private static final Duration CONNECT = Duration.ofSeconds(10);

  /** Stores other than AWS may say nothing while they put the parts of a large file together. */
  private static final Duration SILENCE = Duration.ofMinutes(5);

  /** Reads the properties that stand under the prefix, as they are now. */
  static S3Connection read(CamelContext camel, String name) {
    if (name.isBlank()) {
      return new S3Connection("", "", "", false, "", "", "always");
    }
    Properties found =
        camel.getPropertiesComponent().loadProperties(key -> key.startsWith(name + "."));
    if (found.isEmpty()) {
      throw new DestinationFailure(
          "there is no property that begins with "
              + name
              + ".: set "
              + name
              + ".region and the keys, or leave the parameter connection out to take both from the"
              + " environment",
          null);
    }
    return new S3Connection(
        name,
        value(camel, name, "region"),
        value(camel, name, "endpoint"),
        Boolean.parseBoolean(value(camel, name, "path-style")),
        value(camel, name, "access-key-id"),
        value(camel, name, "access-key-secret"),
        value(camel, name, "checksums"));
  }

  private static String value(CamelContext camel, String name, String setting) {
    PropertiesComponent properties = camel.getPropertiesComponent();
    Optional<String> value = properties.resolveProperty(name + "." + setting);
    return value.map(camel::resolvePropertyPlaceholders).orElse("").strip();
  }

  /** A client of this connection; it is closed by who asked for it. */
  S3Client client() {
    S3ClientBuilder builder =
        S3Client.builder()
            .httpClientBuilder(
                ApacheHttpClient.builder().connectionTimeout(CONNECT).socketTimeout(SILENCE))
            .credentialsProvider(credentials())
            .forcePathStyle(pathStyle)
            // Files are read twice instead: hardly any garbage, and every store understands it.
            .serviceConfiguration(how -> how.chunkedEncodingEnabled(false))
            .overrideConfiguration(
                how ->
                    how.retryStrategy(
                        StandardRetryStrategy.builder().maxAttempts(ATTEMPTS).build()));
    if (!endpoint.isEmpty()) {
      builder.endpointOverride(URI.create(endpoint));
    }
    if (!region.isEmpty()) {
      builder.region(Region.of(region));
    } else if (!endpoint.isEmpty()) {
      builder.region(Region.US_EAST_1);
    }
    if (checksums.equals("required")) {
      builder
          .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
          .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
    }
    return builder.build();
  }

  private AwsCredentialsProvider credentials() {
    if (accessKeyId.isEmpty() && accessKeySecret.isEmpty()) {
      return DefaultCredentialsProvider.builder().build();
    }
    if (accessKeyId.isEmpty() || accessKeySecret.isEmpty()) {
      throw new DestinationFailure(
          "only one of "
              + name
              + ".access-key-id and "
              + name
              + ".access-key-secret is set: set both, or neither to take them from the"
              + " environment",
          null);
    }
    return StaticCredentialsProvider.create(
        AwsBasicCredentials.create(accessKeyId, accessKeySecret));
  }

  /** Where it is, for a sentence. */
  String place() {
    return endpoint.isEmpty() ? "AWS" + (region.isEmpty() ? "" : " " + region) : endpoint;
  }

  @Override
  public String toString() {
    return "connection " + name + " to " + place();
  }
}
