package io.saddlebag.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.TestRuntime;
import io.saddlebag.simulator.Fault;
import io.saddlebag.simulator.altcraft.AltcraftSimulator;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Windows and checkpoints of an export that counts in days. */
class IncrementalTest {
  private static final String EXPORT = "fills";

  @TempDir Path folder;
  private AltcraftSimulator vendor;
  private TestRuntime runtime;
  private LocalDate today;

  @BeforeEach
  void start() throws Exception {
    vendor = new AltcraftSimulator(Clock.systemUTC(), 0).pace(Duration.ofMillis(10));
    vendor.start();
    runtime =
        new TestRuntime(folder)
            .with("marketing.server", vendor.uri().toString())
            .with("marketing.token", AltcraftSimulator.DEMO_TOKEN);
    // Windows count from the run's own time less an hour, so that is the day they see.
    today = LocalDate.ofInstant(Instant.now().minus(Duration.ofHours(1)), ZoneOffset.UTC);
    write("formId: 1, incremental: true, dateFrom: " + today.minusDays(10));
    runtime.start();
  }

  @AfterEach
  void stop() throws Exception {
    runtime.close();
    vendor.close();
  }

  private void write(String parameters) throws IOException {
    runtime.export(
        EXPORT,
        """
        - route:
            id: fills
            from:
              uri: kamelet:altcraft-form-fills-source
              parameters: {connection: marketing, pollMin: 20ms, pollMax: 50ms, %s}
              steps:
                - to: direct:to-folder
        """
            .formatted(parameters));
  }

  private String checkpoint() {
    return runtime.saddlebag().ledger().checkpoints().all(EXPORT).stream()
        .findFirst()
        .map(Checkpoint::token)
        .orElse(null);
  }

  private void set(String day) {
    Checkpoints checkpoints = runtime.saddlebag().ledger().checkpoints();
    checkpoints.set(EXPORT, checkpoints.all(EXPORT).get(0).scope(), day, Instant.now());
  }

  @Test
  void the_first_window_begins_where_the_export_says_and_ends_with_the_last_whole_day() {
    Run run = runtime.run(EXPORT);

    assertThat(run.state()).isEqualTo(RunState.DELIVERED);
    assertThat(run.window())
        .isEqualTo(new Window(today.minusDays(10).toString(), today.minusDays(1).toString()));
    assertThat(vendor.requests().get(0).bodyText())
        .contains("\"date_from\":\"" + today.minusDays(10) + "\"")
        .contains("\"date_to\":\"" + today.minusDays(1) + "\"");
    assertThat(checkpoint()).isEqualTo(today.minusDays(1).toString());
  }

  @Test
  void a_second_run_on_the_same_day_orders_nothing() {
    runtime.run(EXPORT);
    Run second = runtime.run(EXPORT);

    assertThat(second.state()).isEqualTo(RunState.EMPTY);
    assertThat(second.note()).contains("no time has passed");
    assertThat(vendor.creates()).isEqualTo(1);
    assertThat(checkpoint()).isEqualTo(today.minusDays(1).toString());
  }

  @Test
  void the_next_window_goes_back_by_the_overlap() {
    runtime.run(EXPORT);
    set(today.minusDays(4).toString());
    Run next = runtime.run(EXPORT);

    assertThat(next.window())
        .isEqualTo(new Window(today.minusDays(4).toString(), today.minusDays(1).toString()));
  }

  @Test
  void a_window_without_data_is_covered_all_the_same() {
    vendor.total(0);
    Run run = runtime.run(EXPORT);

    assertThat(run.state()).isEqualTo(RunState.EMPTY);
    assertThat(checkpoint()).isEqualTo(today.minusDays(1).toString());
  }

  @Test
  void a_failed_run_leaves_the_checkpoint_where_it_was() {
    vendor.error(402);
    Run run = runtime.run(EXPORT);

    assertThat(run.state()).isEqualTo(RunState.FAILED);
    assertThat(checkpoint()).isNull();
  }

  @Test
  void a_redelivery_of_an_older_run_does_not_move_the_checkpoint_back() {
    Run first = runtime.run(EXPORT);
    set(today.minusDays(1).toString());
    Ledger ledger = runtime.saddlebag().ledger();
    ledger
        .moves()
        .reopenStaged(first.id(), RunState.DELIVERED, Instant.now(), Instant.now().plusSeconds(60));
    set(today.minusDays(2).toString());
    runtime.saddlebag().engine().wakeups().now(ledger.runs().get(first.id()), Instant.now());

    runtime.ended(first.id());
    assertThat(checkpoint()).isEqualTo(today.minusDays(2).toString());
  }

  @Test
  void an_edit_to_another_form_begins_anew_and_the_old_checkpoint_comes_back_with_the_old_form()
      throws Exception {
    runtime.run(EXPORT);
    vendor.form(2, "other");
    write("formId: 2, incremental: true, dateFrom: " + today.minusDays(3));
    runtime.saddlebag().refresh();
    Run other = runtime.run(EXPORT);
    write("formId: 1, incremental: true, dateFrom: " + today.minusDays(10));
    runtime.saddlebag().refresh();
    Run back = runtime.run(EXPORT);

    assertThat(other.checkpoint()).isNull();
    assertThat(other.window().from()).isEqualTo(today.minusDays(3).toString());
    assertThat(back.checkpoint()).isEqualTo(today.minusDays(1).toString());
  }

  @Test
  void a_run_that_is_continued_after_a_restart_asks_for_the_same_window() throws Exception {
    vendor.faults().next(3, "POST", "/api/v1.1/forms/fills", Fault.retryAfter(429, "0"));
    String id = runtime.reaches(runtime.request(EXPORT).id(), run -> run.attempts() > 0).id();
    Window planned = runtime.saddlebag().ledger().runs().get(id).window();
    runtime.close();
    runtime.start();

    Run run = runtime.ended(id);
    assertThat(run.state()).isEqualTo(RunState.DELIVERED);
    assertThat(run.window()).isEqualTo(planned);
  }

  @Test
  void a_window_that_was_asked_for_moves_no_checkpoint() {
    Window asked = new Window("2026-01-01", "2026-01-31");
    Run requested =
        runtime
            .saddlebag()
            .requests()
            .request(
                runtime.saddlebag().exports().find(EXPORT).orElseThrow(),
                Instant.now(),
                "backfill",
                asked)
            .run();

    Run run = runtime.ended(requested.id());
    assertThat(run.state()).isEqualTo(RunState.DELIVERED);
    assertThat(run.window()).isEqualTo(asked);
    assertThat(checkpoint()).isNull();
    assertThat(runtime.saddlebag().ledger().runs().covered(EXPORT, run.checkpointScope()))
        .containsExactly(asked);
  }
}
