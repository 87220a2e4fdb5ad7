package io.saddlebag.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.saddlebag.shaping.ShapedCopy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/** The bean behind the Kamelet {@code s3-sink} against a real S3 server, faults from a proxy. */
class S3DestinationTest {
  private static final String RUN = "nightly@2026-04-05T02:00:00.120Z";
  private static final String KEY = "nightly/2026-04-05/nightly@2026-04-05T020000.120Z-answers.csv";
  private static final String SECRET = "a-very-secret-key";
  private static final int MIB = 1 << 20;

  @TempDir static Path shared;
  private static S3Server server;

  @TempDir Path folder;
  private final DefaultCamelContext camel = new DefaultCamelContext();
  private S3Proxy proxy;

  @BeforeAll
  static void startServer() throws IOException {
    server = S3Server.start(shared);
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  void connect() throws IOException {
    server.clear();
    proxy = new S3Proxy(server.uri());
    connection(proxy.uri().toString());
  }

  @AfterEach
  void disconnect() throws IOException {
    proxy.close();
    camel.close();
  }

  private void connection(String endpoint) {
    Properties properties = new Properties();
    properties.put("store.endpoint", endpoint);
    properties.put("store.path-style", "true");
    properties.put("store.access-key-id", "AKIAEXAMPLE");
    properties.put("store.access-key-secret", SECRET);
    camel.getPropertiesComponent().setInitialProperties(properties);
  }

  private static S3Destination destination(String bucket, String encryption, String storageClass) {
    return new S3Destination(
        "store",
        bucket,
        "{export}/{date}/{run}-{name}",
        storageClass,
        encryption,
        encryption.equals("aws:kms") ? "key-7" : "",
        "5MiB",
        "6MiB",
        4,
        true);
  }

  private static S3Destination destination() {
    return destination("exports", "none", "STANDARD");
  }

  private Exchange message(int bytes) throws IOException {
    Path file = folder.resolve("answers.csv");
    byte[] body = new byte[bytes];
    new java.util.Random(bytes).nextBytes(body);
    Files.write(file, body);
    Exchange exchange = new DefaultExchange(camel);
    exchange.getMessage().setBody(file.toFile());
    exchange
        .getMessage()
        .setHeaders(
            Map.of(
                Exchange.FILE_NAME,
                "answers.csv",
                "SaddlebagExport",
                "nightly",
                "SaddlebagRun",
                RUN,
                "SaddlebagSha256",
                FileDigest.of(file).sha256(),
                "SaddlebagContentType",
                "text/csv",
                "SaddlebagReceipt",
                receipt(bytes, FileDigest.of(file))));
    return exchange;
  }

  private static String receipt(int bytes, FileDigest digest) {
    return "{\"name\": \"answers.csv\", \"bytes\": %d, \"sha256\": \"%s\"}"
        .formatted(bytes, digest.sha256());
  }

  private byte[] stored(String key) {
    return server
        .client()
        .getObjectAsBytes(object -> object.bucket("exports").key(key))
        .asByteArray();
  }

  private void assertStored(int bytes) throws IOException {
    assertThat(server.keys()).containsExactly(KEY, KEY + ".receipt.json");
    assertThat(stored(KEY)).isEqualTo(Files.readAllBytes(folder.resolve("answers.csv")));
    assertThat(stored(KEY + ".receipt.json"))
        .asString()
        .isEqualTo(receipt(bytes, FileDigest.of(folder.resolve("answers.csv"))));
    HeadObjectResponse head =
        server.client().headObject(object -> object.bucket("exports").key(KEY));
    assertThat(head.contentType()).isEqualTo("text/csv");
    assertThat(head.metadata())
        .containsEntry("export", "nightly")
        .containsEntry("run", RUN)
        .containsEntry("sha256", FileDigest.of(folder.resolve("answers.csv")).sha256());
    assertThat(server.unfinished()).isEmpty();
  }

  private static void deliver(S3Destination destination, Exchange exchange) throws IOException {
    try (destination) {
      destination.store(exchange);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1000})
  void a_small_file_is_put_in_one_piece(int bytes) throws IOException {
    deliver(destination(), message(bytes));

    assertStored(bytes);
    assertThat(proxy.asked()).noneMatch(S3Proxy.Asked::begin);
    var headers = proxy.first(request -> request.method().equals("PUT")).headers();
    assertThat(headers.getFirst("x-amz-checksum-crc32")).isNotBlank();
    assertThat(headers).doesNotContainKey("Content-encoding");
  }

  @ParameterizedTest
  @ValueSource(ints = {6 * MIB, 11 * MIB + 7})
  void a_large_file_is_put_in_parts(int bytes) throws IOException {
    deliver(destination(), message(bytes));

    assertStored(bytes);
    assertThat(proxy.asked().stream().filter(S3Proxy.Asked::part))
        .hasSize((bytes + 5 * MIB - 1) / (5 * MIB));
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 7 * MIB})
  void the_same_file_of_the_same_run_replaces_itself_and_the_message_stays(int bytes)
      throws IOException {
    Exchange exchange = message(bytes);
    Map<String, Object> headers = Map.copyOf(exchange.getMessage().getHeaders());
    Object body = exchange.getMessage().getBody();

    deliver(destination(), exchange);
    deliver(destination(), exchange);

    assertStored(bytes);
    assertThat(exchange.getMessage().getHeaders()).isEqualTo(headers);
    assertThat(exchange.getMessage().getBody()).isSameAs(body);
  }

  @ParameterizedTest
  @ValueSource(ints = {6, 1000})
  void a_shaped_copy_has_its_own_digest_and_type_even_when_it_is_as_long(int bytes)
      throws IOException {
    Exchange exchange = message(1000);
    Path copy = Files.writeString(folder.resolve("copy.txt"), "s".repeat(bytes));
    ShapedCopy.put(exchange.getMessage(), copy, "copy.txt");

    deliver(destination(), exchange);

    HeadObjectResponse head =
        server
            .client()
            .headObject(
                object -> object.bucket("exports").key(KEY.replace("answers.csv", "copy.txt")));
    assertThat(head.contentType()).isEqualTo("text/plain");
    assertThat(head.metadata()).containsEntry("sha256", FileDigest.of(copy).sha256());
    assertThat(stored(KEY.replace("answers.csv", "copy.txt") + ".receipt.json"))
        .asString()
        .contains("\"bytes\" : " + bytes, FileDigest.of(copy).sha256(), "\"original\" : {");
  }

  @Test
  void a_file_that_a_step_of_the_user_s_own_has_put_there_has_its_own_digest_too()
      throws IOException {
    Exchange exchange = message(1000);
    Path other = Files.writeString(folder.resolve("other.txt"), "of another size");
    exchange.getMessage().setBody(other.toFile());

    deliver(destination(), exchange);

    HeadObjectResponse head =
        server.client().headObject(object -> object.bucket("exports").key(KEY));
    assertThat(head.metadata()).containsEntry("sha256", FileDigest.of(other).sha256());
  }

  @ParameterizedTest
  @CsvSource({"1000, AES256, STANDARD_IA", "1000, aws:kms, GLACIER", "7340032, aws:kms, GLACIER"})
  void encryption_and_storage_class_are_asked_for(int bytes, String encryption, String storage)
      throws IOException {
    // The server knows no such key: what counts here is what it is asked.
    proxy.refuse(1, request -> !request.method().equals("GET"), 400, "KMS.NotFoundException");

    Throwable failure =
        catchThrowable(() -> deliver(destination("exports", encryption, storage), message(bytes)));

    assertThat(failure)
        .isInstanceOf(DestinationFailure.class)
        .hasMessageContaining("KMS.NotFoundException");
    var headers = proxy.first(request -> !request.method().equals("GET")).headers();
    assertThat(headers.getFirst("x-amz-server-side-encryption")).isEqualTo(encryption);
    assertThat(headers.getFirst("x-amz-storage-class")).isEqualTo(storage);
    assertThat(headers.getFirst("x-amz-server-side-encryption-aws-kms-key-id"))
        .isEqualTo(encryption.equals("aws:kms") ? "key-7" : null);
  }

  @ParameterizedTest
  @CsvSource({"1000, 503, SlowDown", "7340032, 500, InternalError"})
  void one_bad_moment_of_the_store_is_got_over(int bytes, int status, String code)
      throws IOException {
    proxy.refuse(1, request -> request.method().equals("PUT"), status, code);

    deliver(destination(), message(bytes));

    assertStored(bytes);
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 7 * MIB})
  void a_connection_that_breaks_once_in_mid_body_is_got_over(int bytes) throws IOException {
    proxy.drop(1, request -> request.method().equals("PUT"));

    deliver(destination(), message(bytes));

    assertStored(bytes);
  }

  @ParameterizedTest
  @CsvSource({
    "1000, 503, SlowDown, overloaded",
    "7340032, 503, SlowDown, overloaded",
    "1000, 500, InternalError, out of order",
    "1000, 403, AccessDenied, s3:PutObject",
    "7340032, 403, SignatureDoesNotMatch, access key",
    "1000, 403, InvalidAccessKeyId, access key",
    "1000, 404, NoSuchBucket, there is no bucket exports",
    "1000, 301, PermanentRedirect, region"
  })
  void a_store_that_stays_bad_is_a_failure_with_a_remedy_and_leaves_nothing(
      int bytes, int status, String code, String remedy) throws IOException {
    proxy.refuse(99, request -> request.method().equals("PUT"), status, code);

    Throwable failure = catchThrowable(() -> deliver(destination(), message(bytes)));

    assertThat(failure)
        .isInstanceOf(DestinationFailure.class)
        .hasMessageContaining("exports")
        .hasMessageContaining(remedy);
    assertThat(failure).hasStackTraceContaining(code.equals("NoSuchBucket") ? "404" : code);
    assertThat(stack(failure)).doesNotContain(SECRET);
    assertThat(server.keys()).isEmpty();
    assertThat(server.unfinished()).isEmpty();
    Map<String, Long> attempts =
        proxy.asked().stream()
            .filter(request -> request.method().equals("PUT"))
            .collect(Collectors.groupingBy(S3Proxy.Asked::uri, Collectors.counting()));
    assertThat(attempts.values()).contains(status >= 500 ? 3L : 1L).allMatch(times -> times <= 3);
  }

  private static String stack(Throwable failure) {
    java.io.StringWriter text = new java.io.StringWriter();
    failure.printStackTrace(new java.io.PrintWriter(text));
    return text.toString();
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 7 * MIB})
  void a_bucket_that_is_not_there_is_named(int bytes) {
    assertThatThrownBy(() -> deliver(destination("nowhere", "none", "STANDARD"), message(bytes)))
        .isInstanceOf(DestinationFailure.class)
        .hasMessageContaining("there is no bucket nowhere");
  }

  @Test
  void a_file_without_a_receipt_leaves_no_receipt_of_the_one_before() throws IOException {
    Exchange exchange = message(10);
    deliver(destination(), exchange);
    assertThat(exchange.getVariable("deliveredReceipt", String.class)).contains("sha256");

    deliver(
        new S3Destination(
            "store", "exports", "second/{name}", "STANDARD", "none", "", "5MiB", "6MiB", 4, false),
        exchange);

    assertThat(server.keys()).contains("second/answers.csv");
    assertThat(exchange.getVariable("deliveredReceipt")).isNull();
  }

  @Test
  void a_store_that_is_down_is_named() {
    connection("http://127.0.0.1:1");

    assertThatThrownBy(() -> deliver(destination(), message(10)))
        .isInstanceOf(DestinationFailure.class)
        .hasMessageContaining("exports at http://127.0.0.1:1 cannot be reached");
  }

  @Test
  void an_upload_that_was_left_behind_is_aborted_and_those_of_others_are_not() throws IOException {
    var client = server.client();
    client.createMultipartUpload(upload -> upload.bucket("exports").key(KEY));
    String other =
        client
            .createMultipartUpload(upload -> upload.bucket("exports").key(KEY + ".other"))
            .uploadId();
    try {
      deliver(destination(), message(7 * MIB));

      assertThat(server.unfinished()).containsExactly(KEY + ".other");
      assertThat(server.keys()).contains(KEY);
    } finally {
      client.abortMultipartUpload(
          upload -> upload.bucket("exports").key(KEY + ".other").uploadId(other));
    }
  }

  @Test
  void a_key_that_may_not_list_uploads_can_still_store() throws IOException {
    proxy.refuse(
        1,
        request -> request.method().equals("GET") && request.uri().contains("uploads"),
        403,
        "AccessDenied");

    deliver(destination(), message(7 * MIB));

    assertStored(7 * MIB);
  }

  @Test
  void parts_are_sent_several_at_a_time_and_put_together_in_order() throws IOException {
    CountDownLatch underWay = new CountDownLatch(3);
    proxy.before(
        S3Proxy.Asked::part,
        () -> {
          underWay.countDown();
          // None goes on before three are under way.
          assertThat(underWay.await(20, TimeUnit.SECONDS)).isTrue();
        });

    deliver(destination(), message(14 * MIB));

    assertStored(14 * MIB);
  }

  @Test
  void one_part_at_a_time_is_sent_where_that_is_wished() throws IOException {
    AtomicInteger underWay = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    proxy.around(
        S3Proxy.Asked::part,
        () -> most.accumulateAndGet(underWay.incrementAndGet(), Math::max),
        underWay::decrementAndGet);

    deliver(
        new S3Destination(
            "store", "exports", "{name}", "STANDARD", "none", "", "5MiB", "6MiB", 1, false),
        message(14 * MIB));

    assertThat(most).hasValue(1);
    assertThat(server.keys()).containsExactly("answers.csv");
  }

  @Test
  void a_part_that_fails_for_good_leaves_no_part_of_the_others() throws IOException {
    proxy.refuse(
        99,
        request -> request.part() && request.uri().contains("partNumber=2"),
        403,
        "AccessDenied");

    Throwable failure = catchThrowable(() -> deliver(destination(), message(14 * MIB)));

    assertThat(failure).isInstanceOf(DestinationFailure.class).hasMessageContaining("AccessDenied");
    assertThat(server.keys()).isEmpty();
    assertThat(server.unfinished()).isEmpty();
    List<S3Proxy.Asked> asked = proxy.asked();
    assertThat(asked.get(asked.size() - 1).method()).isEqualTo("DELETE");
  }

  @Test
  void an_upload_that_is_interrupted_ends_at_once_and_its_threads_with_it() throws Exception {
    CountDownLatch underWay = proxy.holdUntilClosed(S3Proxy.Asked::part);
    Exchange message = message(14 * MIB);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread upload =
        new Thread(
            () -> failure.set(catchThrowable(() -> deliver(destination(), message))), "upload");
    upload.start();
    assertThat(underWay.await(20, TimeUnit.SECONDS)).isTrue();

    upload.interrupt();

    upload.join(10_000);
    assertThat(upload.isAlive()).isFalse();
    assertThat(failure.get()).isInstanceOf(DestinationFailure.class);
    await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().equals("upload-part")));
    connection(server.uri().toString());
    deliver(destination(), message);
    assertStored(14 * MIB);
  }

  @Test
  void parts_grow_so_that_ten_thousand_are_enough() {
    S3Options options = new S3Options("STANDARD", "none", "", 16L * MIB, 64L * MIB, 4);

    assertThat(options.partSizeFor(1L << 30)).isEqualTo(16L * MIB);
    assertThat(options.inParts(64L * MIB)).isTrue();
    assertThat(options.inParts(64L * MIB - 1)).isFalse();
    for (long bytes : new long[] {160_000L * MIB + 1, 5L << 40}) {
      assertThat(options.partSizeFor(bytes) * 10_000).isGreaterThanOrEqualTo(bytes);
      assertThat(options.partSizeFor(bytes) % MIB).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'', {name}, 5MiB, 6MiB, bucket",
    "a/b, {name}, 5MiB, 6MiB, bucket",
    "exports, {nme}, 5MiB, 6MiB, {nme}",
    "exports, {name}, 4MiB, 6MiB, partSize",
    "exports, {name}, much, 6MiB, partSize",
    "exports, {name}, 5MiB, 6GiB, multipartFrom"
  })
  void a_bad_parameter_is_refused_before_anything_is_sent(
      String bucket, String key, String part, String from, String named) {
    assertThatThrownBy(
            () ->
                new S3Destination(
                    "store", bucket, key, "STANDARD", "none", "", part, from, 4, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(named);
  }
}
