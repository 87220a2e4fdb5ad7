package io.saddlebag.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.saddlebag.TestClock;
import io.saddlebag.TestRuntime;
import io.saddlebag.simulator.Fault;
import io.saddlebag.simulator.altcraft.AltcraftSimulator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The user's route is told of what fails and of what is late. */
class AlertsTest {
  static final String ALERT_ROUTE =
      """
      - route:
          id: export-alert
          description: Writes alerts into a folder
          from:
            uri: direct
            parameters:
              name: export-alert
            steps:
              - to:
                  uri: file
                  parameters:
                    directoryName: "%s"
                    fileName: "${header.SaddlebagExport}-${header.SaddlebagFailure}-${exchangeId}"
      """;

  @TempDir Path folder;
  private AltcraftSimulator vendor;
  private TestRuntime runtime;

  @BeforeEach
  void prepare() throws Exception {
    vendor = new AltcraftSimulator(Clock.systemUTC(), 0).pace(Duration.ofMillis(20));
    vendor.start();
    runtime = runtime();
  }

  private TestRuntime runtime() throws Exception {
    TestRuntime made =
        new TestRuntime(folder)
            .with("marketing.server", vendor.uri().toString())
            .with("marketing.token", AltcraftSimulator.DEMO_TOKEN);
    return made;
  }

  @AfterEach
  void stop() throws Exception {
    runtime.close();
    vendor.close();
  }

  private static String export(String more) {
    return """
    - route:
        id: fills
        from:
          uri: kamelet:altcraft-form-fills-source
          parameters:
            connection: marketing
            formId: 1
            period: yesterday
            pollMin: 20ms
            pollMax: 60ms
    %s
          steps:
            - to: direct:to-folder
    """
        .formatted(more.indent(8));
  }

  private Path alerts() {
    return folder.resolve("alerts");
  }

  private void alertsGoInto(Path target) throws Exception {
    Files.writeString(runtime.routes().resolve("alerts.camel.yaml"), ALERT_ROUTE.formatted(target));
  }

  private void awaitAlerts(int count) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(alerts().toFile().list()).hasSize(count));
  }

  private String alert() throws Exception {
    try (var files = Files.list(alerts())) {
      return Files.readString(files.findFirst().orElseThrow());
    }
  }

  @Test
  void a_run_that_fails_is_told_once_with_name_and_remedy() throws Exception {
    alertsGoInto(alerts());
    vendor.endsWith("failed");
    runtime.export("fills", export("")).start();

    Run run = runtime.run("fills");

    assertThat(run.state()).isEqualTo(RunState.FAILED);
    awaitAlerts(1);
    assertThat(alert())
        .contains("\"run\":\"" + run.id() + "\"", "\"failure\":\"JOB_FAILED\"", "\"message\":\"");
    await()
        .untilAsserted(
            () -> assertThat(runtime.saddlebag().ledger().alerts().failures()).isEmpty());
  }

  @Test
  void an_alert_that_the_route_fails_on_is_told_after_a_restart() throws Exception {
    Path wall = Files.writeString(folder.resolve("wall"), "no folder");
    alertsGoInto(wall);
    vendor.endsWith("failed");
    runtime.export("fills", export("")).start();
    Run run = runtime.run("fills");
    assertThat(runtime.saddlebag().ledger().alerts().failures())
        .extracting(Run::id)
        .containsExactly(run.id());

    runtime.close();
    alertsGoInto(alerts());
    runtime.start();

    awaitAlerts(1);
    assertThat(alert()).contains(run.id());
  }

  @Test
  void a_run_that_is_not_there_when_it_is_expected_is_told_and_goes_on() throws Exception {
    alertsGoInto(alerts());
    vendor.faults().always("POST", ".*/tasks/status", Fault.retryAfter(429, "3600"));
    runtime.export("fills", export("expectBy: \"23:59\"")).start();
    Run waiting = runtime.reaches(runtime.request("fills").id(), run -> run.waitingFor() != null);
    assertThat(alerts()).doesNotExist();

    // A day later by another clock, the same ledger.
    Alerts tomorrow =
        new Alerts(
            runtime.saddlebag().ledger(),
            runtime.saddlebag().exports(),
            runtime.saddlebag().camel().createProducerTemplate(),
            "this node",
            Clock.offset(Clock.systemUTC(), Duration.ofDays(1)));
    tomorrow.tell();
    tomorrow.tell();

    awaitAlerts(1);
    assertThat(alert()).contains("\"failure\":\"LATE\"", "not finished by 23:59", waiting.id());
    assertThat(runtime.saddlebag().ledger().runs().get(waiting.id()).state().finished()).isFalse();
  }

  private static final String NIGHTLY =
      "schedule: 0 0 2 * * ?\ntimeZone: America/New_York\nexpectBy: \"06:30\"\ncatchUp: %s";

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_run_that_never_began_while_nothing_ran_is_told_once_at_the_next_start(boolean catchUp)
      throws Exception {
    alertsGoInto(alerts());
    TestClock clock = new TestClock(Instant.parse("2026-04-01T12:00:00Z"));
    vendor.faults().always("POST", ".*/tasks/status", Fault.retryAfter(429, "3600"));
    runtime.clock(clock).export("fills", export(NIGHTLY.formatted(catchUp))).start();
    runtime.close();

    clock.advance(Duration.ofHours(23));
    runtime.start();

    awaitAlerts(1);
    assertThat(alert())
        .contains(
            "\"failure\":\"LATE\"",
            "\"run\":\"fills@2026-04-02T06:00:00Z\"",
            "\"state\":null",
            "\"at\":\"2026-04-02T10:30:00Z\"",
            "not begun by 06:30");
    // The route has been told before the ledger notes it.
    await()
        .until(
            () ->
                runtime
                    .saddlebag()
                    .ledger()
                    .alerts()
                    .told(
                        "fills@2026-04-02T06:00:00Z",
                        AlertLog.LATE,
                        Instant.parse("2026-04-02T10:30:00Z")));
    runtime.close();
    runtime.start();
    Alerts again =
        new Alerts(
            runtime.saddlebag().ledger(),
            runtime.saddlebag().exports(),
            runtime.saddlebag().camel().createProducerTemplate(),
            "this node",
            clock);
    again.tell();
    awaitAlerts(1);
  }

  @Test
  void a_run_that_the_ledger_refuses_is_told_when_it_is_expected() throws Exception {
    alertsGoInto(alerts());
    TestClock clock = new TestClock(Instant.parse("2026-04-02T05:59:00Z"));
    runtime.clock(clock).export("fills", export(NIGHTLY.formatted(true))).start();
    try (var connection = runtime.saddlebag().ledger().dataSource().getConnection();
        var statement = connection.createStatement()) {
      statement.execute(
          "create trigger refuse before insert on run begin select raise(abort, 'full'); end");
    }

    clock.advance(Duration.ofHours(5));

    awaitAlerts(1);
    assertThat(alert()).contains("fills@2026-04-02T06:00:00Z", "not begun by 06:30");
  }

  @Test
  void an_export_that_is_new_or_was_fetched_by_hand_misses_nothing() throws Exception {
    alertsGoInto(alerts());
    // Due at 06:00Z and expected by 10:30Z, added at 12:00Z.
    TestClock clock = new TestClock(Instant.parse("2026-04-01T12:00:00Z"));
    runtime.clock(clock).export("fills", export(NIGHTLY.formatted(false))).start();
    var export = runtime.saddlebag().exports().find("fills").orElseThrow();
    Expectations expectations = new Expectations(runtime.saddlebag().ledger());

    assertThat(expectations.notBegun(export, Instant.parse("2026-04-01T12:00:01Z"))).isEmpty();
    assertThat(expectations.notBegun(export, Instant.parse("2026-04-02T10:30:59Z"))).isEmpty();
    runtime
        .saddlebag()
        .ledger()
        .runs()
        .add(
            new RunId("fills", Instant.parse("2026-04-02T08:00:00Z")),
            "altcraft-form-fills",
            "manual",
            null,
            Instant.parse("2026-04-02T08:00:00Z"),
            Instant.parse("2026-04-02T14:00:00Z"));
    assertThat(expectations.notBegun(export, Instant.parse("2026-04-02T10:31:00Z"))).isEmpty();
    // It is under way for days: it is told of as late itself.
    assertThat(expectations.notBegun(export, Instant.parse("2026-04-03T10:31:00Z"))).isEmpty();
  }

  @Test
  void an_expected_time_that_the_clock_leaves_out_comes_at_the_first_moment_after_it()
      throws Exception {
    alertsGoInto(alerts());
    TestClock clock = new TestClock(Instant.parse("2026-03-07T12:00:00Z"));
    runtime
        .clock(clock)
        .export(
            "fills",
            export(
                "schedule: 0 0 1 * * ?\ntimeZone: America/New_York\nexpectBy: \"02:30\""
                    + "\ncatchUp: false"))
        .start();
    var export = runtime.saddlebag().exports().find("fills").orElseThrow();
    Expectations expectations = new Expectations(runtime.saddlebag().ledger());

    assertThat(expectations.notBegun(export, Instant.parse("2026-03-08T07:00:59Z"))).isEmpty();
    assertThat(expectations.notBegun(export, Instant.parse("2026-03-08T07:01:00Z")))
        .contains(
            new Expectations.Missing(
                new RunId("fills", Instant.parse("2026-03-08T06:00:00Z")),
                Instant.parse("2026-03-08T07:00:00Z")));
  }

  @Test
  void a_time_that_is_none_is_found_at_load() throws Exception {
    String in = LocalTime.now(ZoneOffset.UTC).format(DateTimeFormatter.ofPattern("HH:mm"));
    runtime
        .export("fills", export("expectBy: " + in))
        .export("late", export("expectBy: 6am").replace("id: fills", "id: late"))
        .start();

    assertThat(runtime.saddlebag().exports().find("fills")).isPresent();
    assertThat(runtime.saddlebag().exports().problems())
        .singleElement()
        .asString()
        .contains("expectBy", "6am", "06:30");
  }
}
