package io.saddlebag.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.simulator.Fault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs whose export's file is wrong or gone when the runtime starts. */
@Tag("long")
class MissingExportTest extends FillsTest {
  private String whole() throws Exception {
    return Files.readString(runtime.routes().resolve("exports/fills.camel.yaml"));
  }

  /** A run that waits for the vendor, in a runtime that was stopped. */
  private String pending() throws Exception {
    vendor.pace(Duration.ofMinutes(5));
    runtime.start();
    String id = runtime.reaches(runtime.request("fills").id(), RunState.PENDING).id();
    runtime.close();
    vendor.pace(Duration.ofMillis(10));
    return id;
  }

  private static String broken(String how) {
    return switch (how) {
      case "no yaml" -> "- route:\n    id: fills\n    from: [";
      case "unknown parameter" -> export("fills", "formid: 3", "- to: direct:to-folder");
      case "unknown step" -> export("fills", "", "- nonsense: {}");
      case "step that Camel refuses" -> export("fills", "", "- to: fiel:out");
      case "step that cannot start" ->
          export("fills", "", "- to: \"quartz:never?cron=0+0+2+1+1+?+2020\"");
      case "step that leads nowhere" -> export("fills", "", "- to: direct:nowhere");
      default ->
          export("fills", "", "- to: direct:to-folder")
              + export("other", "", "- to: \"quartz:never?cron=0+0+2+1+1+?+2020\"");
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no yaml",
        "unknown parameter",
        "unknown step",
        "step that Camel refuses",
        "step that cannot start",
        "step that leads nowhere",
        "second export of the file"
      })
  void an_export_that_cannot_be_loaded_at_the_start_waits_until_its_file_is_mended(String how)
      throws Exception {
    String id = pending();
    String whole = whole();
    int asked = vendor.requests().size();
    runtime.export("fills", broken(how));
    runtime.start();
    Run waiting =
        runtime.reaches(id, run -> String.valueOf(run.waitingFor()).contains("export's file"));
    assertThat(waiting.state()).isEqualTo(RunState.PENDING);
    assertThat(vendor.requests()).hasSize(asked);
    assertThat(runtime.saddlebag().problems()).isPresent();

    runtime.export("fills", whole);
    runtime.saddlebag().refresh();

    assertThat(runtime.ended(id).state()).isEqualTo(RunState.DELIVERED);
    assertThat(vendor.creates()).isEqualTo(1);
    assertThat(runtime.saddlebag().ledger().history().failures(id)).isEmpty();
  }

  @Test
  void the_deadline_of_a_run_waits_for_its_file_too() throws Exception {
    runtime.export("fills", export("fills", "deadline: 15s", "- to: direct:to-folder"));
    String id = pending();
    runtime.export("fills", broken("no yaml"));
    runtime.start();
    Run before = runtime.saddlebag().ledger().runs().get(id);

    Run after = runtime.reaches(id, run -> run.deadlineAt().isAfter(before.deadlineAt()));

    assertThat(after.state()).isEqualTo(RunState.PENDING);
    assertThat(after.waitingFor()).contains("export's file");
  }

  @Test
  void a_run_without_its_export_can_be_cancelled() throws Exception {
    String id = pending();
    Path file = runtime.routes().resolve("exports/fills.camel.yaml");
    Files.delete(file);
    runtime.start();
    runtime.reaches(id, run -> String.valueOf(run.waitingFor()).contains("export's file"));
    Ledger ledger = runtime.saddlebag().ledger();

    ledger.runs().requestCancel(id, Instant.now());
    runtime.saddlebag().engine().wakeups().now(ledger.runs().get(id), Instant.now());

    Run run = runtime.ended(id);
    assertThat(run.state()).isEqualTo(RunState.CANCELLED);
    assertThat(run.note()).contains("was not cancelled");
  }

  @Test
  void a_job_that_is_created_while_its_file_is_taken_away_is_kept() throws Exception {
    vendor.faults().next(1, "POST", ".*/forms/fills", Fault.delay(Duration.ofMillis(700)));
    runtime.start();
    String whole = whole();
    String id = runtime.request("fills").id();
    Awaitility.await().until(() -> !vendor.requests().isEmpty());

    Files.delete(runtime.routes().resolve("exports/fills.camel.yaml"));
    runtime.saddlebag().refresh();
    Run kept = runtime.reaches(id, run -> run.jobId() != null);
    runtime.export("fills", whole);
    runtime.saddlebag().refresh();

    assertThat(runtime.ended(kept.id()).state()).isEqualTo(RunState.DELIVERED);
    assertThat(vendor.creates()).isEqualTo(1);
    assertThat(runtime.saddlebag().ledger().history().failures(id)).isEmpty();
  }
}
