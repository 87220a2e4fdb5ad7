package io.saddlebag.destination;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.ChildProcess;
import io.saddlebag.TestRuntime;
import io.saddlebag.docs.Recipe;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import io.saddlebag.simulator.Body;
import io.saddlebag.simulator.storage.StorageSimulator;
import io.saddlebag.simulator.webadmit.WebAdmitExport;
import io.saddlebag.simulator.webadmit.WebAdmitSimulator;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The recipe docs/recipes/s3.md, from the vendor to the bucket. */
class S3SinkTest {
  private static final long MIB = 1 << 20;

  /**
   * Of the property {@code large.mib} when it is raised; by default a little more than the heap.
   */
  private static final long LARGE =
      (Long.getLong("large.mib", 0) > 300 ? Long.getLong("large.mib") : 72) * MIB;

  @TempDir static Path shared;
  private static S3Server server;

  @TempDir Path folder;
  private StorageSimulator storage;
  private WebAdmitSimulator vendor;
  private S3Proxy proxy;
  private TestRuntime runtime;

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
    storage = new StorageSimulator(Clock.systemUTC(), 0);
    storage.start();
    vendor = new WebAdmitSimulator(Clock.systemUTC(), storage, 0);
    vendor.pace(Duration.ofMillis(20)).start();
    runtime =
        new TestRuntime(folder)
            .with("admissions.server", vendor.uri().toString())
            .with("admissions.api-key", WebAdmitSimulator.DEMO_KEY)
            .with("admissions.storage-hosts", "localhost")
            .with("warehouse.endpoint", proxy.uri().toString())
            .with("warehouse.path-style", "true")
            .with("warehouse.access-key-id", "AKIAEXAMPLE")
            .with("warehouse.access-key-secret", "a-very-secret-key");
  }

  @AfterEach
  void disconnect() throws Exception {
    runtime.close();
    proxy.close();
    vendor.close();
    storage.close();
  }

  private void vendorHas(long bytes) {
    vendor.export(
        new WebAdmitExport(
            86446,
            "Nightly applicants",
            "x",
            "text/csv",
            "applicants.csv",
            Body.repeating("1000001,Garcia,Nursing\n", bytes)));
  }

  /** The recipe as it stands in the document, with a vendor that is asked more often. */
  private static String recipe(String more) throws IOException {
    return Recipe.of("s3")
        .yaml()
        .replace("identity: 42\n", "identity: 42\n        pollMin: 20ms\n        pollMax: 50ms\n")
        .replace("receipt: true\n", "receipt: true\n" + more.indent(14));
  }

  private String key(Run run) {
    return "applicants/"
        + run.at().toString().substring(0, 10)
        + "/"
        + run.id().replace(":", "")
        + "-applicants.csv";
  }

  private long size(String key) {
    return server.client().headObject(o -> o.bucket("exports").key(key)).contentLength();
  }

  @Test
  void the_recipe_stores_file_and_receipt() throws Exception {
    vendorHas(2000);
    runtime.export("applicants", recipe("")).start();

    Run run = runtime.run("applicants");

    assertThat(run.state()).isEqualTo(RunState.DELIVERED);
    assertThat(server.keys()).containsExactly(key(run), key(run) + ".receipt.json");
    assertThat(size(key(run))).isEqualTo(2000);
    var head = server.client().headObject(o -> o.bucket("exports").key(key(run)));
    assertThat(head.contentType()).startsWith("text/csv");
    assertThat(head.metadata())
        .containsEntry("run", run.id())
        .containsEntry(
            "sha256", runtime.saddlebag().ledger().receipts().of(run.id()).get(0).sha256());
  }

  @Test
  void a_store_that_fails_for_long_gets_the_file_later_and_the_vendor_is_asked_once()
      throws Exception {
    vendorHas(2000);
    proxy.refuse(4, request -> request.method().equals("PUT"), 500, "InternalError");
    runtime.export("applicants", recipe("")).start();

    Run run = runtime.run("applicants");

    assertThat(run.state()).isEqualTo(RunState.DELIVERED);
    assertThat(size(key(run))).isEqualTo(2000);
    assertThat(vendor.creates()).isEqualTo(1);
    assertThat(runtime.saddlebag().ledger().history().failures(run.id()).toString())
        .contains("DELIVERY_FAILED")
        .contains("out of order")
        .doesNotContain("a-very-secret-key");
  }

  @Test
  void a_store_that_is_down_at_start_does_not_keep_the_export_from_loading() throws Exception {
    vendorHas(2000);
    runtime.with("warehouse.endpoint", "http://127.0.0.1:1").export("applicants", recipe(""));

    runtime.start();

    assertThat(runtime.saddlebag().exports().find("applicants")).isPresent();
  }

  @Test
  void a_layout_with_an_unknown_word_is_found_at_load() throws Exception {
    runtime.export("applicants", recipe("").replace("{run}-{name}", "{rum}-{name}")).start();

    assertThat(runtime.saddlebag().exports().find("applicants")).isEmpty();
    assertThat(runtime.saddlebag().problems().orElseThrow()).contains("{rum}");
  }

  /** In the middle of the second part, and when all parts are there but nobody has joined them. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_kill_in_mid_upload_leaves_no_object_and_the_next_start_stores_it_whole(boolean allParts)
      throws Exception {
    vendorHas(12 * MIB);
    CountDownLatch held =
        allParts ? proxy.hold(1, S3Proxy.Asked::complete) : proxy.hold(2, S3Proxy.Asked::part);
    runtime.export("applicants", recipe("partSize: 5MiB\nmultipartFrom: 5MiB\n"));
    try (ChildProcess child =
        ChildProcess.start(folder, "64m", runtime.properties(), Map.of(), "run", "applicants")) {
      assertThat(held.await(60, TimeUnit.SECONDS)).as(child.out() + child.err()).isTrue();
      child.process().destroyForcibly().waitFor();
    }
    assertThat(server.keys()).isEmpty();
    assertThat(server.unfinished()).hasSize(1);

    runtime.start();

    Run run = runtime.saddlebag().ledger().runs().newest("applicants", 1).get(0);
    assertThat(runtime.ended(run.id()).state()).isEqualTo(RunState.DELIVERED);
    assertThat(server.keys()).containsExactly(key(run), key(run) + ".receipt.json");
    assertThat(size(key(run))).isEqualTo(12 * MIB);
    assertThat(server.unfinished()).isEmpty();
    assertThat(vendor.creates()).isEqualTo(1);
  }

  @Test
  void a_body_larger_than_the_heap_is_stored() throws Exception {
    vendorHas(LARGE);
    runtime.with("warehouse.endpoint", server.uri().toString()).export("applicants", recipe(""));

    try (ChildProcess child =
        ChildProcess.start(folder, "64m", runtime.properties(), Map.of(), "run", "applicants")) {
      assertThat(child.exitCode(LARGE > 1000 * MIB ? 1800 : 300))
          .as(child.out() + child.err())
          .isZero();
      System.out.println(LARGE / MIB + " MiB to S3 in a heap of 64 MiB: " + child.figures());
    }

    List<String> keys = server.keys();
    assertThat(keys).hasSize(2);
    assertThat(size(keys.get(0))).isEqualTo(LARGE);
  }
}
