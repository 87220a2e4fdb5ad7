package io.saddlebag.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.TestRuntime;
import io.saddlebag.simulator.Fault;
import io.saddlebag.simulator.altcraft.AltcraftSimulator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the engine promises of every run, shown with one vendor. */
class EngineTest {
  @TempDir Path folder;
  private AltcraftSimulator vendor;
  private TestRuntime runtime;

  @BeforeEach
  void prepare() throws Exception {
    vendor = new AltcraftSimulator(Clock.systemUTC(), 0).pace(Duration.ofMillis(20));
    vendor.start();
    runtime = runtime().export("fills", export("fills", "", "- to: direct:to-folder"));
  }

  private TestRuntime runtime() throws Exception {
    return new TestRuntime(folder)
        .with("marketing.server", vendor.uri().toString())
        .with("marketing.token", AltcraftSimulator.DEMO_TOKEN);
  }

  @AfterEach
  void stop() throws Exception {
    runtime.close();
    vendor.close();
  }

  private static String export(String id, String parameters, String steps) {
    return """
        - route:
            id: %s
            from:
              uri: kamelet:altcraft-form-fills-source
              parameters:
                connection: marketing
                formId: 1
                period: yesterday
                pollMin: 20ms
                pollMax: 60ms
        %s      steps:
        %s
        """
        .formatted(id, parameters.indent(8), steps.indent(8).stripTrailing());
  }

  @Test
  void one_run_of_an_export_at_a_time() throws Exception {
    vendor.pace(Duration.ofMinutes(1));
    runtime.start();

    Run first = runtime.request("fills");
    Run second = runtime.request("fills");

    assertThat(second.id()).isEqualTo(first.id());
  }

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
    assertThat(runtime.saddlebag().camel().getRoute("schedule-fills")).isNotNull();
    assertThat(runtime.saddlebag().ledger().runs().newest("fills", 10)).isEmpty();
  }

  @Test
  void an_edited_export_continues_the_same_vendor_job() throws Exception {
    vendor.pace(Duration.ofMillis(500));
    runtime.start();
    Run before = runtime.reaches(runtime.request("fills").id(), RunState.PENDING);

    runtime.export(
        "fills",
        export(
            "fills",
            "",
            "- setHeader:\n    name: CamelFileName\n    constant: edited.zip\n- to:\n    uri: file\n    parameters:\n      directoryName: \"{{delivery.folder}}\""));
    runtime.saddlebag().refresh();

    Run after = runtime.ended(before.id());
    assertThat(after.state()).isEqualTo(RunState.DELIVERED);
    assertThat(after.jobId()).isEqualTo(before.jobId());
    assertThat(vendor.creates()).isEqualTo(1);
    assertThat(runtime.out().resolve("edited.zip")).exists();
  }

  @Test
  void an_edit_that_is_wrong_leaves_the_last_good_version_running() throws Exception {
    runtime.start();

    runtime.export("fills", export("fills", "formid: 3", "- to: direct:to-folder"));
    runtime.saddlebag().refresh();

    assertThat(runtime.saddlebag().exports().problems()).isNotEmpty();
    assertThat(runtime.run("fills").state()).isEqualTo(RunState.DELIVERED);

    runtime.export("fills", export("fills", "", "- nonsense: {}"));
    runtime.saddlebag().refresh();

    assertThat(runtime.saddlebag().exports().problems()).isNotEmpty();
    assertThat(runtime.run("fills").state()).isEqualTo(RunState.DELIVERED);
  }

  @Test
  void a_removed_export_leaves_its_runs_waiting_until_it_comes_back() throws Exception {
    vendor.pace(Duration.ofMillis(100));
    runtime.start();
    String id = runtime.reaches(runtime.request("fills").id(), RunState.PENDING).id();
    Path file = runtime.routes().resolve("exports/fills.camel.yaml");
    String text = Files.readString(file);

    Files.delete(file);
    runtime.saddlebag().refresh();
    assertThat(runtime.saddlebag().exports().find("fills")).isEmpty();
    runtime.export("fills", text);
    runtime.saddlebag().refresh();

    assertThat(runtime.ended(id).state()).isEqualTo(RunState.DELIVERED);
    assertThat(vendor.creates()).isEqualTo(1);
  }

  @Test
  void one_broken_export_never_stops_the_others() throws Exception {
    runtime.export("broken", "- route:\n    id: broken\n    from: [");
    runtime.export("unknown", export("unknown", "formid: 3", "- to: direct:to-folder"));
    runtime.export("no-such-step", export("no-such-step", "", "- nonsense: {}"));
    runtime.start();

    assertThat(runtime.saddlebag().exports().all()).extracting("name").containsExactly("fills");
    assertThat(runtime.saddlebag().exports().problems()).hasSize(3);
    assertThat(runtime.run("fills").state()).isEqualTo(RunState.DELIVERED);
  }

  @Test
  void what_another_file_puts_right_is_loaded_without_an_edit() throws Exception {
    runtime.export("early", export("early", "", "- to: direct:shape-late"));
    runtime.start();
    assertThat(runtime.saddlebag().problems().orElseThrow())
        .contains("direct:shape-late (line 12): no route has this in its from");

    runtime.export(
        "late",
        "- route:\n    id: late\n    from:\n      uri: direct:shape-late\n"
            + "      steps:\n        - to: direct:to-folder\n");
    runtime.saddlebag().refresh();

    assertThat(runtime.saddlebag().problems()).isEmpty();
    assertThat(runtime.run("early").state()).isEqualTo(RunState.DELIVERED);
  }

  @Test
  void a_step_of_the_users_that_throws_is_tried_again_from_the_staged_file() throws Exception {
    Files.writeString(runtime.out(), "in the way of the folder");
    runtime.start();
    String id =
        runtime
            .reaches(
                runtime.request("fills").id(),
                run -> run.state() == RunState.STAGED && run.attempts() >= 2)
            .id();

    Files.delete(runtime.out());

    assertThat(runtime.ended(id).state()).isEqualTo(RunState.DELIVERED);
    assertThat(vendor.creates()).isEqualTo(1);
    assertThat(vendor.count(request -> request.path().contains("/download/"))).isEqualTo(1);
  }

  @Test
  void delivery_is_given_up_at_its_deadline_and_can_be_repeated() throws Exception {
    Files.writeString(runtime.out(), "in the way of the folder");
    runtime.with("delivery.deadline", "500ms").start();
    Run failed = runtime.run("fills");
    assertThat(failed.failure()).isEqualTo("DELIVERY_DEADLINE");

    Files.delete(runtime.out());
    Ledger ledger = runtime.saddlebag().ledger();
    assertThat(
            ledger
                .moves()
                .reopenStaged(
                    failed.id(), RunState.FAILED, Instant.now(), Instant.now().plusSeconds(60)))
        .isTrue();
    runtime.saddlebag().engine().wakeups().now(ledger.runs().get(failed.id()), Instant.now());

    assertThat(runtime.ended(failed.id()).state()).isEqualTo(RunState.DELIVERED);
    assertThat(vendor.creates()).isEqualTo(1);
  }

  @Test
  void a_staged_file_that_was_damaged_is_never_delivered() throws Exception {
    Files.writeString(runtime.out(), "in the way of the folder");
    runtime.start();
    String id =
        runtime
            .reaches(
                runtime.request("fills").id(),
                run -> run.state() == RunState.STAGED && run.attempts() >= 1)
            .id();
    StagedFile file = runtime.saddlebag().ledger().receipts().of(id).get(0);

    Files.writeString(file.path(), "something else");
    Files.delete(runtime.out());

    assertThat(runtime.ended(id).failure()).isEqualTo("STAGED_FILE_DAMAGED");
    assertThat(runtime.delivered()).isEmpty();
  }

  @Test
  void a_stop_takes_under_five_seconds_whatever_is_going_on_and_records_no_failure()
      throws Exception {
    vendor.faults().always("GET", ".*/download/.*", Fault.drip(1, Duration.ofMillis(200)));
    runtime.start();
    String id = runtime.reaches(runtime.request("fills").id(), RunState.READY).id();
    Awaitility.await()
        .until(() -> vendor.count(request -> request.path().contains("/download/")) > 0);

    Instant before = Instant.now();
    runtime.close();
    Duration took = Duration.between(before, Instant.now());

    assertThat(took).isLessThan(Duration.ofSeconds(5));
    vendor.faults().clear();
    runtime.start();
    assertThat(runtime.ended(id).state()).isEqualTo(RunState.DELIVERED);
    assertThat(runtime.saddlebag().ledger().history().failures(id)).isEmpty();
  }

  @Test
  void a_second_runtime_on_the_same_data_folder_is_refused() throws Exception {
    runtime.start();

    try (TestRuntime second = runtimeOn(folder.resolve("second"))) {
      second.with("data.folder", folder.resolve("data").toString());
      assertThatThrownBy(second::start).hasMessageContaining("another Saddlebag runs");
    }
  }

  private TestRuntime runtimeOn(Path other) throws Exception {
    return new TestRuntime(other);
  }

  @Test
  void a_ledger_that_cannot_be_opened_is_named_with_a_remedy() throws Exception {
    Path file = folder.resolve("not-a-database.db");
    Files.writeString(
        file, "this is no database, and it is long enough to be looked at as one.".repeat(20));
    runtime.with("ledger.url", "jdbc:sqlite:" + file);

    assertThatThrownBy(runtime::start)
        .isInstanceOf(LedgerUnavailable.class)
        .hasMessageContaining("not-a-database.db")
        .hasMessageContaining("see that");
  }

  @Test
  void a_ledger_that_cannot_be_written_is_named_with_a_remedy() throws Exception {
    Path file = folder.resolve("a-file-and-no-folder");
    Files.writeString(file, "in the way");
    runtime.with("data.folder", file.toString());

    assertThatThrownBy(runtime::start)
        .isInstanceOf(LedgerUnavailable.class)
        .hasMessageContaining("a-file-and-no-folder")
        .hasMessageContaining("data.folder");
  }

  @Test
  void a_ledger_locked_by_another_program_is_waited_for_and_nothing_is_lost() throws Exception {
    vendor.pace(Duration.ofMillis(200));
    runtime.start();
    String id = runtime.reaches(runtime.request("fills").id(), RunState.PENDING).id();

    try (java.sql.Connection other =
            java.sql.DriverManager.getConnection(
                "jdbc:sqlite:" + folder.resolve("data/ledger.db"));
        java.sql.Statement statement = other.createStatement()) {
      statement.execute("begin immediate");
      int asked = vendor.requests().size();
      // One step may have been picked before; nothing more is begun that could not be committed.
      Awaitility.await()
          .during(Duration.ofSeconds(2))
          .atMost(Duration.ofSeconds(3))
          .until(() -> vendor.requests().size() <= asked + 1);
      statement.execute("commit");
    }

    assertThat(runtime.ended(id).state()).isEqualTo(RunState.DELIVERED);
    assertThat(vendor.creates()).isEqualTo(1);
  }

  @Test
  void staged_files_are_kept_for_their_time_and_then_removed() throws Exception {
    runtime.with("staging.keep", "0s").start();
    Run run = runtime.run("fills");
    StagedFile file = runtime.saddlebag().ledger().receipts().of(run.id()).get(0);

    Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> !Files.exists(file.path()));
  }

  @Test
  void the_first_poll_waits_for_the_usual_duration_of_earlier_runs() throws Exception {
    runtime.start();
    runtime.run("fills");

    assertThat(runtime.saddlebag().ledger().runs().usualDuration("fills")).isPositive();
  }
}
