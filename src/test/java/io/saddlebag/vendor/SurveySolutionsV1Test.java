package io.saddlebag.vendor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddlebag.TestRuntime;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import io.saddlebag.simulator.Fault;
import io.saddlebag.simulator.Simulator;
import io.saddlebag.simulator.storage.StorageSimulator;
import io.saddlebag.simulator.surveysolutions.SurveySolutionsSimulator;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Survey Solutions v1, in mode B unless it says otherwise; the numbers are those of its sheet. */
@Tag("long")
class SurveySolutionsV1Test extends JobContractTest {
  private static final String FILE = "/api/v1/export/Tabular/[^/]+";

  private StorageSimulator storage;
  private SurveySolutionsSimulator vendor;

  @Override
  void startVendor() {
    storage = new StorageSimulator(Clock.systemUTC(), 0);
    storage.start();
    vendor =
        new SurveySolutionsSimulator(Clock.systemUTC(), storage, 0)
            .pace(Duration.ofMillis(20))
            .v1Only(false);
    vendor.start();
  }

  @Override
  void stopVendor() {
    vendor.close();
    storage.close();
  }

  @Override
  void connect(TestRuntime target) {
    target
        .with("hq.server", vendor.uri().toString())
        .with("hq.user", "exporter")
        .with("hq.password", SurveySolutionsSimulator.DEMO_PASSWORD)
        .with("hq.storage-hosts", "localhost");
  }

  @Override
  Simulator api() {
    return vendor;
  }

  @Override
  Simulator files() {
    return vendor;
  }

  @Override
  String kamelet() {
    return "survey-solutions-export-source";
  }

  @Override
  String parameters() {
    return "connection: hq\nquestionnaire: 74e2d30854914e24af6beae9be64130c$1\napi: v1\n";
  }

  @Override
  String[] create() {
    return new String[] {"POST", FILE + "/start"};
  }

  @Override
  String[] status() {
    return new String[] {"GET", FILE + "/details"};
  }

  @Override
  String[] file() {
    return new String[] {"GET", FILE};
  }

  @Override
  int creates() {
    return vendor.v1Starts();
  }

  @Override
  void endsWith(String word) {
    ObjectNode details = JsonNodeFactory.instance.objectNode();
    details.put("HasExportedFile", false).put("ExportStatus", word).putNull("RunningProcess");
    vendor.faults().always("GET", FILE + "/details", call -> call.json(200, details));
  }

  @Override
  String failedWord() {
    return "FinishedWithErrors";
  }

  @Override
  void jobsTake(Duration time) {
    vendor.pace(time.dividedBy(4));
  }

  @Test
  void item_23_a_server_that_says_finished_is_believed() throws Exception {
    vendor.v1Only(true);

    assertDeliveredOnce(run());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void items_23_and_24_the_file_of_the_run_before_is_never_taken_for_ours(boolean modeA)
      throws Exception {
    vendor.v1Only(modeA);
    run();
    jobsTake(Duration.ofSeconds(1));
    runtime.run(EXPORT);

    assertThat(runtime.delivered()).hasSize(2);
    assertThat(Files.readAllBytes(runtime.delivered().get(0)))
        .isNotEqualTo(Files.readAllBytes(runtime.delivered().get(1)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void items_23_and_24_a_failed_export_never_delivers_the_old_file(boolean modeA) throws Exception {
    vendor.v1Only(modeA);
    run();
    vendor.failNextV1();
    Run failed = runtime.run(EXPORT);

    assertThat(failed.state()).isEqualTo(RunState.FAILED);
    assertThat(failed.failure()).isEqualTo(modeA ? "JOB_FAILED" : "JOB_VANISHED");
    assertThat(runtime.delivered()).hasSize(1);
  }

  @Test
  void item_23_a_server_that_restarts_and_forgets_the_export_is_named() throws Exception {
    vendor.v1Only(true);
    jobsTake(Duration.ofMinutes(5));
    startRuntime();
    String id = runtime.reaches(runtime.request(EXPORT).id(), RunState.PENDING).id();

    vendor.restart(Duration.ZERO);

    assertFailed(runtime.ended(id), "JOB_VANISHED");
  }

  @Test
  void item_25_a_server_of_today_is_named_with_the_parameter_to_change() throws Exception {
    SurveySolutionsSimulator today =
        new SurveySolutionsSimulator(Clock.systemUTC(), storage, 0).pace(Duration.ofMillis(20));
    today.start();
    try (today) {
      runtime.with("hq.server", today.uri().toString());
      Run run = run();

      assertFailed(run, "API_NOT_SERVED");
      assertThat(run.failureMessage()).contains("api: v2");
    }
  }

  @Test
  void a_ddi_file_is_fetched_without_a_start() throws Exception {
    vendor
        .faults()
        .always(
            "POST",
            ".*/DDI/.*/start",
            Fault.answer(400, "application/json", "{\"Message\":\"Not supported export type\"}"));
    vendor
        .faults()
        .always(
            "GET",
            "/api/v1/export/DDI/[^/]+",
            call ->
                call.bytes(
                    200,
                    "application/zip",
                    io.saddlebag.simulator.commcare.CommCareSimulator.table("ddi")));

    Run run = run("exportType: DDI");

    assertThat(run.state()).as("%s", failures(run)).isEqualTo(RunState.DELIVERED);
    assertThat(creates()).isZero();
  }

  @Test
  void a_window_is_refused_before_anything_is_sent() throws Exception {
    startRuntime("incremental: true");

    assertThat(runtime.saddlebag().exports().problems()).asString().contains("incremental");
    assertThat(vendor.requests()).isEmpty();
  }
}
