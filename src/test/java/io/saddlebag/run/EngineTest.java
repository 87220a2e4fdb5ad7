package io.saddlebag.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.simulator.Fault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.apache.camel.Route;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What the engine promises of every run, shown with one vendor. */
class EngineTest extends FillsTest {
  @Test
  void one_run_of_an_export_at_a_time() throws Exception {
    vendor.pace(Duration.ofMinutes(1));
    runtime.start();

    Run first = runtime.request("fills");
    Run second = runtime.request("fills");

    assertThat(second.id()).isEqualTo(first.id());
  }

  @Test
  void an_edited_export_continues_the_same_vendor_job() throws Exception {
    vendor.pace(Duration.ofMillis(1500));
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
  void what_camel_refused_is_not_tried_again_in_place_of_the_version_that_runs() throws Exception {
    runtime.start();
    runtime.export("fills", export("fills", "", "- to: fiel:out"));
    runtime.saddlebag().refresh();
    Route running = runtime.saddlebag().camel().getRoute("fills");

    runtime.export("other", export("other", "", "- to: direct:to-folder"));
    runtime.saddlebag().refresh();

    assertThat(runtime.saddlebag().exports().find("other")).isPresent();
    assertThat(runtime.saddlebag().camel().getRoute("fills")).isSameAs(running);
  }

  @Test
  void a_route_that_exports_send_to_is_missed_when_it_is_removed() throws Exception {
    runtime.export(
        "shared",
        "- route: {id: shared, from: {uri: \"direct:shared\", steps: [{to: direct:to-folder}]}}");
    runtime.export("sends", export("sends", "", "- to: direct:shared"));
    runtime.start();

    Path shared = runtime.routes().resolve("exports/shared.camel.yaml");
    String text = Files.readString(shared);
    Files.delete(shared);
    runtime.saddlebag().refresh();
    assertThat(runtime.saddlebag().problems().orElseThrow())
        .contains("direct:shared (line 12): no route");
    assertThat(runtime.saddlebag().exports().find("sends")).isPresent();

    Files.writeString(shared, text);
    runtime.saddlebag().refresh();
    assertThat(runtime.saddlebag().problems()).isEmpty();
  }

  @Test
  void a_removed_export_leaves_its_runs_waiting_until_it_comes_back() throws Exception {
    vendor.pace(Duration.ofMillis(1500));
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
        .contains("direct:shape-late (line 12): no route that can run has this in its from");

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
  void a_run_that_is_reopened_the_moment_it_has_failed_goes_on() throws Exception {
    Files.writeString(runtime.out(), "in the way of the folder");
    runtime.with("delivery.deadline", "1ms").start();
    Ledger ledger = runtime.saddlebag().ledger();
    String id = runtime.request("fills").id();

    // The step that failed it is still to put its wake-up away: each round may meet that moment.
    for (int round = 0; round < 40; round++) {
      Awaitility.await()
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofNanos(100_000))
          .until(() -> ledger.runs().get(id).state() == RunState.FAILED);
      Instant now = Instant.now();
      ledger.moves().reopenStaged(id, RunState.FAILED, now, now.plusMillis(1));
      runtime.saddlebag().engine().wakeups().now(ledger.runs().get(id), now);
    }
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

    assertThat(runtime.saddlebag().ledger().runs().pastDurations("fills", 5))
        .isNotEmpty()
        .allSatisfy(took -> assertThat(took).isPositive());
  }
}
