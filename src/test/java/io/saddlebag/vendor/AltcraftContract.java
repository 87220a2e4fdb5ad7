package io.saddlebag.vendor;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.TestRuntime;
import io.saddlebag.run.Run;
import io.saddlebag.simulator.Fault;
import io.saddlebag.simulator.Simulator;
import io.saddlebag.simulator.altcraft.AltcraftSimulator;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Altcraft under the contract of all vendors: what its flows share. */
abstract class AltcraftContract extends JobContractTest {
  AltcraftSimulator vendor;

  /** The simulator, before it is started. */
  AltcraftSimulator simulator() {
    return new AltcraftSimulator(Clock.systemUTC(), 0).pace(Duration.ofMillis(20));
  }

  @Override
  void startVendor() {
    vendor = simulator();
    vendor.start();
  }

  @Override
  void stopVendor() {
    vendor.close();
  }

  @Override
  void connect(TestRuntime target) {
    target
        .with("marketing.server", vendor.uri().toString())
        .with("marketing.token", AltcraftSimulator.DEMO_TOKEN);
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
  String[] status() {
    return new String[] {"POST", ".*/tasks/status"};
  }

  @Override
  int creates() {
    return vendor.creates();
  }

  @Override
  void endsWith(String word) {
    vendor.endsWith(word);
  }

  @Override
  String failedWord() {
    return "failed";
  }

  @Override
  boolean endsEmpty() {
    vendor.total(0);
    return true;
  }

  @Override
  void jobsTake(Duration time) {
    vendor.pace(time.dividedBy(3));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "null",
        "17",
        "\"processing\"",
        "{\"error\":null}",
        "{\"error\":{\"code\":1}}",
        "{\"error\":0}",
        "{\"error\":0,\"data\":null}",
        "{\"error\":0,\"data\":{\"status\":{}}}"
      })
  void a_poll_answer_that_cannot_be_read_is_asked_for_again(String answer) throws Exception {
    api().faults().next(1, status()[0], status()[1], Fault.answer(200, "application/json", answer));

    Run run = run();

    assertDeliveredOnce(run);
    assertThat(failures(run)).containsExactly("BAD_ANSWER");
  }

  @Test
  void answers_that_can_never_be_read_end_the_run() throws Exception {
    api().faults().always(status()[0], status()[1], Fault.answer(200, "application/json", "{}"));

    Run run = run();

    assertFailed(run, "BAD_ANSWER");
    assertThat(failures(run)).hasSize(5);
  }

  @ParameterizedTest
  @CsvSource({
    "400, REQUEST_REFUSED",
    "401, UNAUTHORIZED",
    "402, TARIFF_LIMIT",
    "403, FORBIDDEN",
    "404, FILE_GONE",
    "999, JOB_FAILED"
  })
  void an_error_in_the_envelope_of_a_download_is_named_and_not_repeated(int code, String name)
      throws Exception {
    vendor.downloadError(code);

    Run run = run();

    assertFailed(run, name);
    assertThat(run.failureMessage()).contains("Error " + code);
    assertThat(vendor.requests())
        .filteredOn(request -> request.is(file()[0], file()[1]))
        .hasSize(1);
  }

  @Test
  void a_done_task_that_says_neither_total_nor_url_is_not_empty() throws Exception {
    vendor.withoutUrl(true).withoutTotal(true);

    assertFailed(run(), "NO_LINK");
  }

  @Override
  boolean findsLostJobs() {
    return false;
  }
}
