package io.saddlebag.destination;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** An S3 server in a process of its own, on a free port; its class path is written by the build. */
public final class S3Server implements AutoCloseable {
  private static final Pattern PORTS =
      Pattern.compile("Tomcat started on ports .*?(\\d+) \\(http\\)");

  private final Process process;
  private final URI uri;
  private final S3Client client;

  private S3Server(Process process, URI uri) {
    this.process = process;
    this.uri = uri;
    this.client =
        S3Client.builder()
            .httpClientBuilder(ApacheHttpClient.builder())
            .endpointOverride(uri)
            .forcePathStyle(true)
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("any", "any")))
            .build();
  }

  /** Starts a server with the bucket {@code exports} and waits until it answers. */
  public static S3Server start(Path folder) throws IOException {
    Path log = folder.resolve("s3.log");
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx256m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Djava.io.tmpdir=" + folder,
                    "-cp",
                    Files.readString(Path.of("target/s3mock.classpath")).strip(),
                    "com.adobe.testing.s3mock.S3MockApplication",
                    "--server.port=0",
                    "--com.adobe.testing.s3mock.httpPort=0",
                    "--com.adobe.testing.s3mock.store.initialBuckets=exports"))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    String port =
        Awaitility.await()
            .atMost(Duration.ofSeconds(60))
            .pollInterval(Duration.ofMillis(100))
            .until(() -> port(process, log), found -> !found.isEmpty());
    return new S3Server(process, URI.create("http://127.0.0.1:" + port));
  }

  private static String port(Process process, Path log) throws IOException {
    String text = Files.readString(log);
    if (!process.isAlive()) {
      throw new AssertionError("the S3 server ended by itself\n" + text);
    }
    Matcher ports = PORTS.matcher(text);
    return ports.find() ? ports.group(1) : "";
  }

  /** Where it is. */
  public URI uri() {
    return uri;
  }

  /** A client that sees what is stored. */
  S3Client client() {
    return client;
  }

  /** The keys of the objects that are visible. */
  public List<String> keys() {
    return client.listObjectsV2(list -> list.bucket("exports")).contents().stream()
        .map(object -> object.key())
        .toList();
  }

  /** The keys of uploads that nobody has completed. */
  List<String> unfinished() {
    return client.listMultipartUploads(list -> list.bucket("exports")).uploads().stream()
        .map(upload -> upload.key())
        .toList();
  }

  /** Forgets every object. */
  public void clear() {
    keys().forEach(key -> client.deleteObject(object -> object.bucket("exports").key(key)));
  }

  @Override
  public void close() {
    client.close();
    process.destroyForcibly();
  }
}
