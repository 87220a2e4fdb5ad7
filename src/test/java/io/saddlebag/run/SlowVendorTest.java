package io.saddlebag.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.TestRuntime;
import io.saddlebag.simulator.Fault;
import io.saddlebag.simulator.altcraft.AltcraftSimulator;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A vendor that hangs holds up its own runs and nobody else's. */
@Tag("long")
class SlowVendorTest {
  private static final int RUNS = 20;
  private static final Duration SPAN = Duration.ofSeconds(4);

  @TempDir Path folder;
  private final AltcraftSimulator slow = vendor();
  private final AltcraftSimulator slower = vendor();
  private final AltcraftSimulator quick = vendor();
  private TestRuntime runtime;

  private static AltcraftSimulator vendor() {
    return new AltcraftSimulator(Clock.systemUTC(), 0).neverEnds(true);
  }

  @BeforeEach
  void prepare() throws Exception {
    runtime =
        new TestRuntime(folder)
            .with("http.response-timeout", "60s")
            .with("saddlebag.health.max-lateness", "2s");
    connect("slow", slow, RUNS);
    connect("slower", slower, RUNS);
    connect("quick", quick, 4);
  }

  private void connect(String name, AltcraftSimulator vendor, int exports) throws Exception {
    vendor.start();
    runtime
        .with(name + ".server", vendor.uri().toString())
        .with(name + ".token", AltcraftSimulator.DEMO_TOKEN);
    for (int i = 0; i < exports; i++) {
      runtime.export(
          name + i,
          """
          - route:
              id: %s
              from:
                uri: kamelet:altcraft-form-fills-source
                parameters: {connection: %s, formId: 1, period: yesterday, pollMin: 100ms, pollMax: 100ms}
                steps:
                  - to: direct:to-folder
          """
              .formatted(name + i, name));
    }
  }

  @AfterEach
  void stop() throws Exception {
    slow.close();
    slower.close();
    quick.close();
    runtime.close();
  }

  private List<Run> all(String name, int runs) {
    List<Run> all = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      all.add(runtime.request(name + i));
    }
    all.forEach(run -> runtime.reaches(run.id(), RunState.PENDING));
    return all;
  }

  private static long polls(AltcraftSimulator vendor) {
    return vendor.count(request -> request.is("POST", ".*/tasks/status"));
  }

  private long pollsWithin(Duration span, AltcraftSimulator vendor) {
    long before = polls(vendor);
    Awaitility.await().pollDelay(span).timeout(span.multipliedBy(4)).until(() -> true);
    return polls(vendor) - before;
  }

  private HealthCheck.Result health() {
    return HealthCheckRegistry.get(runtime.saddlebag().camel())
        .getCheck("connections")
        .orElseThrow()
        .call();
  }

  @Test
  void two_vendors_that_hang_leave_the_polls_of_a_third_as_they_were() throws Exception {
    runtime.start();
    all("slow", RUNS);
    all("slower", RUNS);
    all("quick", 4);
    long before = pollsWithin(SPAN, quick);

    // Each of their polls hangs, also those that are not the first to show that the secret is
    // right.
    slow.faults().always("POST", ".*/tasks/status", Fault.delay(Duration.ofMinutes(1)));
    slower.faults().always("POST", ".*/tasks/status", Fault.delay(Duration.ofMinutes(1)));
    Awaitility.await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
    long after = pollsWithin(SPAN, quick);

    assertThat(before).isGreaterThan(40);
    assertThat(after).isGreaterThan(before * 8 / 10);
  }

  @Test
  void what_is_late_shows_by_connection_in_health_and_goes_when_the_vendor_is_back()
      throws Exception {
    runtime.start();
    all("slow", RUNS);
    all("quick", 4);

    slow.faults().always("POST", ".*/tasks/status", Fault.delay(Duration.ofSeconds(6)));

    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              HealthCheck.Result health = health();
              assertThat(health.getState()).isEqualTo(HealthCheck.State.DOWN);
              assertThat(health.getMessage().orElseThrow())
                  .contains("runs of the connection slow are due")
                  .doesNotContain("quick");
            });
    slow.faults().clear();
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(health().getState()).isEqualTo(HealthCheck.State.UP));
  }

  @Test
  void no_more_of_a_connection_is_under_way_than_its_limit() throws Exception {
    runtime.with("slow.max-concurrent-steps", "2").start();
    all("slow", RUNS);
    slow.faults().always("POST", ".*/tasks/status", Fault.delay(Duration.ofMillis(300)));
    long each = pollsWithin(Duration.ofSeconds(6), slow);

    // Two at a time, a third of a second each; every run has its turn.
    assertThat(each).isBetween(20L, 42L);
    assertThat(
            runtime.saddlebag().ledger().overdue().since(java.time.Instant.now(), 100).stream()
                .map(due -> Duration.between(due.dueAt(), java.time.Instant.now())))
        .allSatisfy(late -> assertThat(late).isLessThan(Duration.ofSeconds(6)));
  }
}
