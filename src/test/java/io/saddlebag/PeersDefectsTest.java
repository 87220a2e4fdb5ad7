package io.saddlebag;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.console.SaddlebagCommand;
import io.saddlebag.run.FailureRecord;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import io.saddlebag.simulator.Fault;
import io.saddlebag.simulator.altcraft.AltcraftSimulator;
import io.saddlebag.simulator.commcare.CommCareSimulator;
import io.saddlebag.simulator.storage.StorageSimulator;
import io.saddlebag.simulator.surveysolutions.SurveySolutionsSimulator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What other carriers of asynchronous exports are known to do wrong, each a test of ours by name.
 */
@Tag("long")
class PeersDefectsTest {
  private static final String SAVED = "/a/demo/data/export/custom/dailysaved/download/.*";

  @TempDir Path folder;
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void stop() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  private static String route(String id, String kamelet, String parameters) {
    return """
        - route:
            id: %s
            from:
              uri: kamelet:%s
              parameters: {%s}
              steps:
                - to: direct:to-folder
        """
        .formatted(id, kamelet, parameters);
  }

  private AltcraftSimulator altcraft(TestRuntime runtime) {
    AltcraftSimulator vendor = new AltcraftSimulator(Clock.systemUTC(), 0);
    vendor.pace(Duration.ofMillis(30)).start();
    open.add(vendor);
    runtime
        .with("marketing.server", vendor.uri().toString())
        .with("marketing.token", AltcraftSimulator.DEMO_TOKEN);
    return vendor;
  }

  private TestRuntime runtime() throws IOException {
    TestRuntime runtime = new TestRuntime(folder);
    open.add(runtime);
    return runtime;
  }

  @Test
  void a_job_that_never_ends_is_cancelled_once_and_never_taken_for_done() throws Exception {
    StorageSimulator storage = new StorageSimulator(Clock.systemUTC(), 0);
    SurveySolutionsSimulator vendor =
        new SurveySolutionsSimulator(Clock.systemUTC(), storage, 0).pace(Duration.ofHours(1));
    storage.start();
    vendor.start();
    open.add(storage);
    open.add(vendor);
    TestRuntime runtime = runtime();
    runtime
        .with("hq.server", vendor.uri().toString())
        .with("hq.password", SurveySolutionsSimulator.DEMO_PASSWORD)
        .export(
            "slow",
            route(
                "slow",
                "survey-solutions-export-source",
                "connection: hq, questionnaire: 74e2d30854914e24af6beae9be64130c$1,"
                    + " deadline: 1s, pollMin: 50ms, pollMax: 100ms"))
        .start();

    Run first = runtime.run("slow");

    assertThat(first.state()).isEqualTo(RunState.FAILED);
    assertThat(first.failure()).isEqualTo("DEADLINE");
    assertThat(vendor.creates()).isEqualTo(1);
    assertThat(vendor.count(request -> request.method().equals("DELETE"))).isEqualTo(1);
    assertThat(runtime.delivered()).isEmpty();

    vendor.pace(Duration.ofMillis(20));
    assertThat(runtime.run("slow").state()).isEqualTo(RunState.DELIVERED);
  }

  @Test
  void an_unmapped_status_is_polled_at_the_usual_pace_until_the_deadline() throws Exception {
    TestRuntime runtime = runtime();
    AltcraftSimulator vendor = altcraft(runtime);
    vendor.runningWord("baking").neverEnds(true);
    runtime
        .export(
            "odd",
            route(
                "odd",
                "altcraft-form-fills-source",
                "connection: marketing, formId: 1, period: yesterday, deadline: 2s, pollMin: 100ms,"
                    + " pollMax: 200ms"))
        .start();

    Run run = runtime.run("odd");

    assertThat(run.failure()).isEqualTo("DEADLINE");
    assertThat(vendor.count(request -> request.path().endsWith("/tasks/status")))
        .isBetween(5L, 22L);
    assertThat(vendor.creates()).isEqualTo(1);
  }

  @Test
  void one_bad_job_among_ten_harms_none_of_the_nine() throws Exception {
    TestRuntime runtime = runtime();
    AltcraftSimulator vendor = altcraft(runtime);
    for (int i = 0; i < 10; i++) {
      runtime.export(
          "fills-" + i,
          route(
              "fills-" + i,
              "altcraft-form-fills-source",
              "connection: marketing, formId: "
                  + (i == 4 ? 99 : 1)
                  + ", period: yesterday, pollMin: 50ms, pollMax: 100ms"));
    }
    runtime.start();
    assertThat(runtime.saddlebag().exports().problems()).isEmpty();
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      runs.add(runtime.request("fills-" + i));
    }

    for (int i = 0; i < 10; i++) {
      Run run = runtime.ended(runs.get(i).id());
      assertThat(run.state()).isEqualTo(i == 4 ? RunState.FAILED : RunState.DELIVERED);
    }
    assertThat(vendor.creates()).isEqualTo(9);
  }

  @Test
  void a_slow_status_call_does_not_hold_up_those_of_other_jobs() throws Exception {
    TestRuntime runtime = runtime();
    AltcraftSimulator vendor = altcraft(runtime);
    vendor.pace(Duration.ofMillis(300));
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    vendor
        .faults()
        .always(
            "POST",
            "/api/v1.1/tasks/status",
            call -> {
              most.accumulateAndGet(now.incrementAndGet(), Math::max);
              Fault.delay(Duration.ofMillis(50)).apply(call);
              now.decrementAndGet();
              return false;
            });
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      runtime.export(
          "fills-" + i,
          route(
              "fills-" + i,
              "altcraft-form-fills-source",
              "connection: marketing, formId: 1, period: yesterday, pollMin: 100ms, pollMax: 200ms"));
    }
    runtime.start();
    for (int i = 0; i < 40; i++) {
      runs.add(runtime.request("fills-" + i));
    }

    for (Run run : runs) {
      assertThat(runtime.ended(run.id()).state()).isEqualTo(RunState.DELIVERED);
    }
    assertThat(vendor.creates()).isEqualTo(40);
    assertThat(most.get()).isGreaterThan(4);
  }

  /** Every row of what was measured of the vendor's own tool. */
  @ParameterizedTest
  @CsvSource({
    "500 for ever, 1, DEADLINE, VENDOR_ERROR",
    "500 once, 0, DELIVERED, VENDOR_ERROR",
    "401, 1, UNAUTHORIZED, UNAUTHORIZED",
    "404, 1, NOT_FOUND, NOT_FOUND",
    "429 without Retry-After, 0, DELIVERED, RATE_LIMITED",
    "429 with a float, 0, DELIVERED, RATE_LIMITED",
    "503 with Retry-After, 0, DELIVERED, VENDOR_ERROR",
    "302 to login, 1, UNAUTHORIZED, UNAUTHORIZED",
    "truncated body, 0, DELIVERED, TRUNCATED"
  })
  void every_answer_ends_in_the_right_bytes_or_a_named_error_and_spares_the_good_file(
      String answer, int exitCode, String end, String onTheWay) throws Exception {
    CommCareSimulator vendor = new CommCareSimulator(Clock.systemUTC(), 0);
    vendor.start();
    open.add(vendor);
    TestRuntime runtime =
        runtime()
            .with("health.server", vendor.uri().toString())
            .with("health.user", CommCareSimulator.DEMO_USER)
            .with("health.api-key", CommCareSimulator.DEMO_API_KEY)
            .with("camel.management.enabled", "false")
            .export(
                "visits",
                route(
                    "visits",
                    "commcare-saved-export-source",
                    "connection: health, exportId: "
                        + CommCareSimulator.DEMO_SAVED
                        + ", deadline: "
                        + (exitCode == 0 ? "1h" : "1s")));
    assertThat(saddlebag(runtime)).isZero();
    byte[] good = Files.readAllBytes(runtime.delivered().get(0));
    switch (answer) {
      case "500 for ever" -> vendor.faults().always("GET", SAVED, Fault.status(500));
      case "500 once" -> vendor.faults().next(1, "GET", SAVED, Fault.status(500));
      case "401" -> vendor.faults().always("GET", SAVED, Fault.status(401));
      case "404" -> vendor.faults().always("GET", SAVED, Fault.status(404));
      case "429 without Retry-After" -> vendor.faults().next(1, "GET", SAVED, Fault.status(429));
      case "429 with a float" ->
          vendor.faults().next(1, "GET", SAVED, Fault.retryAfter(429, "0.3"));
      case "503 with Retry-After" ->
          vendor.faults().next(1, "GET", SAVED, Fault.retryAfter(503, "1"));
      case "302 to login" ->
          vendor.faults().always("GET", SAVED, Fault.redirect(302, "/a/demo/login/?next=/"));
      default -> vendor.faults().next(1, "GET", SAVED, Fault.truncate(100));
    }

    assertThat(saddlebag(runtime)).isEqualTo(exitCode);

    runtime.start();
    Run run = runtime.saddlebag().ledger().runs().newest("visits", 1).get(0);
    assertThat(run.failure() == null ? run.state().name() : run.failure()).isEqualTo(end);
    assertThat(runtime.saddlebag().ledger().history().failures(run.id()))
        .extracting(FailureRecord::name)
        .contains(onTheWay);
    assertThat(runtime.delivered()).hasSize(exitCode == 0 ? 2 : 1);
    for (Path file : runtime.delivered()) {
      assertThat(Files.readAllBytes(file)).isEqualTo(good);
    }
  }

  private static int saddlebag(TestRuntime runtime) {
    List<String> all = new ArrayList<>(List.of("run", "visits"));
    runtime.properties().forEach((name, value) -> all.add("--set=" + name + "=" + value));
    return SaddlebagCommand.commandLine()
        .setOut(new PrintWriter(new StringWriter(), true))
        .setErr(new PrintWriter(new StringWriter(), true))
        .execute(all.toArray(new String[0]));
  }
}
