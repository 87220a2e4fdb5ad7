package io.saddlebag.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.saddlebag.ChildProcess;
import io.saddlebag.TestRuntime;
import io.saddlebag.simulator.Fault;
import io.saddlebag.simulator.altcraft.AltcraftSimulator;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes with data folders of their own on one PostgreSQL ledger. */
@Tag("long")
class TwoNodesTest {
  private static final Duration LEASE = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path folder;
  private EmbeddedPostgres postgres;
  private AltcraftSimulator vendor;
  private TestRuntime one;
  private TestRuntime two;

  @BeforeEach
  void prepare() throws Exception {
    postgres = EmbeddedPostgres.start();
    vendor = new AltcraftSimulator(Clock.systemUTC(), 0).pace(Duration.ofMillis(20));
    vendor.start();
    one = node("one");
    two = node("two");
  }

  @AfterEach
  void stop() throws Exception {
    one.close();
    two.close();
    vendor.close();
    postgres.close();
  }

  /** All nodes have the shipped name; each delivers to a folder of its own. */
  private TestRuntime node(String name) throws Exception {
    return new TestRuntime(folder.resolve(name))
        .with("marketing.server", vendor.uri().toString())
        .with("marketing.token", AltcraftSimulator.DEMO_TOKEN)
        .with("ledger.url", postgres.getJdbcUrl("postgres", "postgres"))
        .with("ledger.user", "postgres")
        .with("saddlebag.node.lease", LEASE.toMillis() + "ms")
        .with("delivery.folder", out().resolve(name).toString());
  }

  private Path out() {
    return folder.resolve("out");
  }

  private static String export(String name, String steps) {
    return FillsTest.export(name, "onLostCreate: fail", steps);
  }

  private void exports(int count) throws Exception {
    for (TestRuntime node : List.of(one, two)) {
      for (int i = 0; i < count; i++) {
        node.export("fills" + i, export("fills" + i, "- to: direct:to-folder"));
      }
    }
  }

  private long downloads() {
    return vendor.count(request -> request.path().contains("/download/"));
  }

  private static Ledger ledger(TestRuntime node) {
    return node.saddlebag().ledger();
  }

  private static String identity(TestRuntime node) {
    return NodeIdentity.known(Path.of(node.properties().get("data.folder"))).orElseThrow();
  }

  private static StagedFile file(TestRuntime node, String run) {
    return ledger(node).receipts().of(run).get(0);
  }

  /** A run of the export fills0 whose delivery fails, on the node one. */
  private Run stagedOnOne() throws Exception {
    exports(1);
    Files.writeString(out(), "in the way of the folder");
    one.start();
    return one.reaches(
        one.request("fills0").id(), run -> run.state() == RunState.STAGED && run.attempts() > 0);
  }

  @Test
  void a_node_that_starts_with_the_same_name_releases_no_picks_of_the_other() throws Exception {
    exports(1);
    vendor.faults().always("POST", ".*/forms/fills", Fault.delay(Duration.ofSeconds(4)));
    one.start();
    String id = one.request("fills0").id();
    await().until(() -> vendor.count(request -> request.path().endsWith("/forms/fills")) == 1);

    two.start();

    assertThat(two.ended(id).state())
        .as("%s", ledger(two).runs().get(id))
        .isEqualTo(RunState.DELIVERED);
    assertThat(vendor.creates()).isEqualTo(1);
    assertThat(ledger(two).history().failures(id)).isEmpty();
    assertThat(ledger(two).nodes().all()).hasSize(2).extracting(Node::name).containsOnly("node");
  }

  @Test
  void a_copied_data_folder_is_refused() throws Exception {
    one.start();
    Path copy = Files.createDirectories(folder.resolve("two/data"));
    Files.copy(folder.resolve("one/data/node.properties"), copy.resolve("node.properties"));

    assertThatThrownBy(two::start)
        .hasMessageContaining("runs already")
        .hasMessageContaining(copy.resolve("node.properties").toString());
  }

  @Test
  void a_destination_that_fails_once_is_tried_again_by_the_node_that_has_the_file()
      throws Exception {
    exports(10);
    Files.writeString(out(), "in the way of the folder");
    one.start();
    two.start();
    List<String> runs = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      runs.add(two.request("fills" + i).id());
    }
    for (String run : runs) {
      one.reaches(run, state -> state.state() == RunState.STAGED && state.attempts() > 0);
    }

    Files.delete(out());

    for (String run : runs) {
      assertThat(one.ended(run).state()).as("%s", run).isEqualTo(RunState.DELIVERED);
    }
    assertThat(downloads()).isEqualTo(10);
    for (TestRuntime node : List.of(one, two)) {
      List<String> fetched =
          runs.stream().filter(run -> identity(node).equals(file(one, run).node())).toList();
      assertThat(delivered(node))
          .as("what a node has fetched, it delivers, and both fetch")
          .isNotEmpty()
          .hasSameSizeAs(fetched);
    }
  }

  private static List<Path> delivered(TestRuntime node) throws Exception {
    return regularFiles(Path.of(node.properties().get("delivery.folder"))).stream()
        .filter(file -> !file.toString().endsWith(".receipt.json"))
        .toList();
  }

  @Test
  void a_staged_file_of_a_node_that_is_gone_is_fetched_again_and_nothing_is_ordered_again()
      throws Exception {
    String id = stagedOnOne().id();
    two.start();
    one.close();
    Files.delete(out());

    assertThat(two.ended(id).state()).isEqualTo(RunState.DELIVERED);
    assertThat(file(two, id).node()).isEqualTo(identity(two));
    assertThat(vendor.creates()).isEqualTo(1);
    assertThat(downloads()).isEqualTo(2);
    // What was left on the node's disk goes when it is back.
    Path left = folder.resolve("one/data/staging");
    one.start();
    await().atMost(PATIENCE).until(() -> regularFiles(left).isEmpty());
  }

  private static List<Path> regularFiles(Path folder) throws Exception {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  @Test
  void a_file_that_the_vendor_gives_once_waits_for_its_node_and_says_so() throws Exception {
    String id = stagedOnOne().id();
    vendor.deadFiles(true);
    two.start();
    one.close();

    Run waiting = two.reaches(id, run -> run.state() == RunState.STAGED && run.givenOnce());
    two.reaches(id, run -> String.valueOf(run.waitingFor()).contains(identity(one)));
    assertThat(waiting.failure()).isNull();
    assertThat(health(two).getMessage().orElse("")).contains(id, identity(one), "away");
    Files.delete(out());
    one.start();

    assertThat(two.ended(id).state()).isEqualTo(RunState.DELIVERED);
    assertThat(file(two, id).node()).isEqualTo(identity(one));
    await().until(() -> health(two).getState() == HealthCheck.State.UP);
  }

  private static HealthCheck.Result health(TestRuntime node) {
    return HealthCheckRegistry.get(node.saddlebag().camel()).getCheck("nodes").orElseThrow().call();
  }

  @Test
  void other_bytes_at_the_second_fetch_are_never_mixed_with_what_a_destination_has()
      throws Exception {
    String twoDestinations =
        """
        - multicast:
            steps:
              - kamelet:
                  name: once-action
                  parameters: {destination: archive}
                  steps:
                    - to: {uri: file, parameters: {directoryName: "%s"}}
              - kamelet:
                  name: once-action
                  parameters: {destination: warehouse}
                  steps:
                    - to: direct:to-folder
        """
            .formatted(folder.resolve("archive"));
    for (TestRuntime node : List.of(one, two)) {
      node.export("fills0", export("fills0", twoDestinations));
    }
    Files.writeString(out(), "in the way of the folder");
    one.start();
    String id =
        one.reaches(
                one.request("fills0").id(),
                run -> run.state() == RunState.STAGED && run.attempts() > 0)
            .id();
    byte[] other = zip("other");
    vendor.faults().always("GET", ".*/download/.*", Fault.rewrite(first -> other));
    two.start();
    one.close();

    Run ended = two.ended(id);

    assertThat(ended.failure()).as("%s", ended).isEqualTo("FILE_CHANGED");
    assertThat(ended.failureMessage()).contains("other bytes");
    assertThat(regularFiles(folder.resolve("archive"))).hasSize(1);
  }

  private static byte[] zip(String text) throws Exception {
    var bytes = new java.io.ByteArrayOutputStream();
    try (var zip = new java.util.zip.ZipOutputStream(bytes)) {
      zip.putNextEntry(new java.util.zip.ZipEntry("fills.csv"));
      zip.write(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      zip.closeEntry();
    }
    return bytes.toByteArray();
  }

  @Test
  void nodes_that_share_their_staging_folder_deliver_each_others_files() throws Exception {
    for (TestRuntime node : List.of(one, two)) {
      node.with("saddlebag.staging.shared", "true")
          .with("staging.folder", folder.resolve("staging").toString());
    }
    String id = stagedOnOne().id();
    two.start();
    one.close();
    Files.delete(out());

    assertThat(two.ended(id).state()).isEqualTo(RunState.DELIVERED);
    assertThat(downloads()).isEqualTo(1);
    assertThat(file(two, id).node()).isNull();
  }

  @Test
  void an_alert_is_told_once() throws Exception {
    for (TestRuntime node : List.of(one, two)) {
      Files.writeString(
          node.routes().resolve("alerts.camel.yaml"),
          AlertsTest.ALERT_ROUTE
              .formatted(folder.resolve("alerts"))
              .replaceFirst("steps:\n( *)", "steps:\n$1- delay: {constant: 200}\n$1"));
    }
    exports(5);
    vendor.endsWith("failed");
    one.start();
    two.start();
    List<String> runs = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      runs.add(one.request("fills" + i).id());
    }
    runs.forEach(run -> assertThat(one.ended(run).state()).isEqualTo(RunState.FAILED));

    await().atMost(PATIENCE).until(() -> ledger(one).alerts().failures().isEmpty());
    assertThat(folder.resolve("alerts").toFile().list()).hasSize(5);
  }

  @Test
  void runs_of_a_node_that_is_killed_go_on_elsewhere_within_fifteen_seconds() throws Exception {
    exports(6);
    one.with("saddlebag.node.lease", "10s");
    two.with("saddlebag.node.lease", "10s").start();
    List<String> runs = new ArrayList<>();
    try (ChildProcess killed =
        ChildProcess.start(folder, "128m", one.properties(), Map.of(), "start")) {
      await().atMost(PATIENCE).until(() -> killed.err().contains("Saddlebag runs with"));
      // So long that the kill falls into some of them.
      vendor.faults().always("GET", ".*/download/.*", Fault.drip(10, Duration.ofMillis(100)));
      for (int i = 0; i < 6; i++) {
        runs.add(two.request("fills" + i).id());
      }
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  ledger(two).runs().unfinished().stream()
                      .anyMatch(run -> identity(one).equals(run.node())));
      killed.process().destroyForcibly().waitFor();
    }
    vendor.faults().clear();
    long before = System.nanoTime();

    for (String run : runs) {
      assertThat(two.ended(run).state()).isEqualTo(RunState.DELIVERED);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(15));
    assertThat(vendor.creates()).isEqualTo(6);
  }
}
