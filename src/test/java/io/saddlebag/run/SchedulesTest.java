package io.saddlebag.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** When schedules request runs, and when they do not. */
class SchedulesTest extends FillsTest {
  @Test
  void a_schedule_that_fires_during_a_run_is_recorded_as_skipped() throws Exception {
    vendor.pace(Duration.ofMinutes(1));
    runtime.start();
    Run first = runtime.request("fills");
    Instant fire = Instant.parse("2026-04-01T02:00:00Z");

    runtime
        .saddlebag()
        .requests()
        .request(runtime.saddlebag().exports().find("fills").orElseThrow(), fire, "schedule");

    assertThat(runtime.saddlebag().ledger().history().skips("fills", 9))
        .singleElement()
        .satisfies(skip -> assertThat(skip.reason()).contains(first.id()))
        .satisfies(skip -> assertThat(skip.at()).isEqualTo(fire));
  }

  @Test
  void a_fire_time_asked_for_twice_makes_one_run() throws Exception {
    runtime.start();
    Instant fire = Instant.parse("2026-04-01T02:00:00Z");
    var export = runtime.saddlebag().exports().find("fills").orElseThrow();

    assertThat(runtime.saddlebag().requests().request(export, fire, "schedule").made()).isTrue();
    runtime.ended("fills@2026-04-01T02:00:00Z");
    assertThat(runtime.saddlebag().requests().request(export, fire, "schedule").made()).isFalse();

    assertThat(vendor.creates()).isEqualTo(1);
  }

  @Test
  void a_cron_schedule_requests_runs_named_by_its_planned_time() throws Exception {
    runtime
        .export("fills", export("fills", "schedule: \"* * * * * ?\"", "- to: direct:to-folder"))
        .start();

    List<Run> runs =
        Awaitility.await()
            .atMost(Duration.ofSeconds(15))
            .until(
                () -> runtime.saddlebag().ledger().runs().newest("fills", 10),
                found -> found.size() >= 2);

    assertThat(runs).allSatisfy(run -> assertThat(run.at().getNano()).isZero());
    assertThat(runs).allSatisfy(run -> assertThat(run.origin()).isEqualTo("schedule"));
  }

  @Test
  void a_schedule_missed_while_nothing_ran_is_made_up_for_once() throws Exception {
    runtime
        .export("fills", export("fills", "schedule: 0 0 2 * * ?", "- to: direct:to-folder"))
        .start();
    runtime
        .saddlebag()
        .ledger()
        .schedules()
        .save(
            "fills",
            new ScheduleLog.Entry("0 0 2 * * ?", "UTC", Instant.now().minus(Duration.ofDays(5))));
    runtime.close();

    runtime.start();

    List<Run> runs = runtime.saddlebag().ledger().runs().newest("fills", 10);
    assertThat(runs)
        .singleElement()
        .satisfies(run -> assertThat(run.origin()).isEqualTo("catch-up"));
    assertThat(runs.get(0).at()).isAfter(Instant.now().minus(Duration.ofHours(25)));
  }

  @Test
  void a_missed_schedule_is_only_recorded_where_catch_up_is_off() throws Exception {
    runtime
        .export(
            "fills",
            export("fills", "schedule: 0 0 2 * * ?\ncatchUp: false", "- to: direct:to-folder"))
        .start();
    runtime
        .saddlebag()
        .ledger()
        .schedules()
        .save(
            "fills",
            new ScheduleLog.Entry("0 0 2 * * ?", "UTC", Instant.now().minus(Duration.ofDays(5))));
    runtime.close();

    runtime.start();

    assertThat(runtime.saddlebag().ledger().runs().newest("fills", 10)).isEmpty();
    assertThat(runtime.saddlebag().ledger().history().skips("fills", 9)).hasSize(1);
  }

  @Test
  void an_edited_cron_counts_at_once_and_catches_nothing_up() throws Exception {
    runtime
        .export("fills", export("fills", "schedule: 0 0 2 * * ?", "- to: direct:to-folder"))
        .start();

    runtime.export("fills", export("fills", "schedule: 0 0 3 * * ?", "- to: direct:to-folder"));
    runtime.saddlebag().refresh();

    assertThat(runtime.saddlebag().ledger().schedules().find("fills").orElseThrow().cron())
        .isEqualTo("0 0 3 * * ?");
    assertThat(runtime.saddlebag().camel().getRoute("export-schedule")).isNotNull();
    assertThat(runtime.saddlebag().ledger().runs().newest("fills", 10)).isEmpty();
  }
}
