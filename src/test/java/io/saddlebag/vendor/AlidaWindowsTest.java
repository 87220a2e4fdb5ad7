package io.saddlebag.vendor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.saddlebag.TestRuntime;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import io.saddlebag.run.Window;
import io.saddlebag.simulator.alida.AlidaRecord;
import io.saddlebag.simulator.alida.AlidaSimulator;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What of an activity is asked for: items 13 and 14 of Alida's sheet. */
class AlidaWindowsTest extends FlowTest {
  private AlidaAccount account;
  private AlidaSimulator vendor;

  @Override
  void startVendor() {
    account = new AlidaAccount();
    vendor = account.vendor();
  }

  @Override
  void stopVendor() {
    account.close();
  }

  @Override
  void connect(TestRuntime target) {
    account.connect(target);
  }

  @Override
  String kamelet() {
    return AlidaAccount.KAMELET;
  }

  @Override
  String parameters() {
    return AlidaAccount.PARAMETERS + "pollMin: 20ms\npollMax: 60ms\n";
  }

  @Override
  int creates() {
    return vendor.creates();
  }

  @Test
  void item_13_fields_and_dates_are_asked_for_when_they_are_given() throws Exception {
    assertDeliveredOnce(
        run(
            "fieldIds: f-1,f-2",
            "sinceDatetime: 2026-01-01T00:00:00Z",
            "untilDatetime: 2026-02-01T00:00:00Z"));

    assertThat(vendor.lastCreateBody().toString())
        .isEqualTo(
            "{\"fieldIds\":[\"f-1\",\"f-2\"],\"sinceDatetime\":\"2026-01-01T00:00:00Z\","
                + "\"untilDatetime\":\"2026-02-01T00:00:00Z\"}");
  }

  @Test
  void item_14_the_next_window_overlaps_the_last_one_that_was_delivered() throws Exception {
    Run first =
        run("incremental: true", "sinceDatetime: 2026-01-01T00:00:00Z", "windowMargin: 10m");
    vendor.record(new AlidaRecord("m-1", Instant.now(), Instant.now().minusSeconds(3600), "[]"));
    await().until(() -> Instant.now().getEpochSecond() > first.at().getEpochSecond());
    Run second = runtime.run(EXPORT);

    assertThat(first.state()).isEqualTo(RunState.DELIVERED);
    assertThat(first.window().from()).isEqualTo("2026-01-01T00:00:00Z");
    Instant firstEnd = Instant.parse(first.window().to());
    assertThat(firstEnd).isBetween(first.at().minusSeconds(602), first.at().minusSeconds(599));
    assertThat(second.window().from()).isEqualTo(firstEnd.minus(Duration.ofHours(24)).toString());
    assertThat(second.checkpoint()).isEqualTo(first.window().to());
    assertThat(runtime.delivered()).hasSize(2);
    assertThat(Files.readString(runtime.delivered().get(1))).contains("m-1").doesNotContain("m-2");
  }

  @Test
  void item_14_a_run_that_fails_moves_no_checkpoint() throws Exception {
    vendor.failure("no");
    Run failed = run("incremental: true");
    vendor.endsWith("succeeded");
    Run next = runtime.run(EXPORT);

    assertThat(failed.state()).isEqualTo(RunState.FAILED);
    assertThat(next.state()).isEqualTo(RunState.DELIVERED);
    assertThat(next.checkpoint()).isNull();
    assertThat(next.window()).isEqualTo(new Window(null, next.nextCheckpoint()));
    assertThat(runtime.saddlebag().ledger().checkpoints().all(EXPORT))
        .singleElement()
        .satisfies(checkpoint -> assertThat(checkpoint.run()).isEqualTo(next.id()));
  }
}
