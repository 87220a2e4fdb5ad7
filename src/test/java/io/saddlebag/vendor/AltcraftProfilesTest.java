package io.saddlebag.vendor;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.TestRuntime;
import io.saddlebag.run.Run;
import io.saddlebag.run.StagedFile;
import io.saddlebag.simulator.Fault;
import io.saddlebag.simulator.Simulator;
import io.saddlebag.simulator.altcraft.AltcraftSimulator;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Altcraft's profiles, two files each; the numbers are those of section 8 of its sheet. */
class AltcraftProfilesTest extends VendorContractTest {
  private AltcraftSimulator vendor;

  @Override
  void startVendor() {
    vendor = new AltcraftSimulator(Clock.systemUTC(), 0).pace(Duration.ofMillis(20)).urls(2);
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
  String kamelet() {
    return "altcraft-profiles-source";
  }

  @Override
  String parameters() {
    return "connection: marketing\nsourceType: database\nsourceId: 1\n";
  }

  @Override
  String[] create() {
    return new String[] {"POST", "/api/v1.1/profiles/get_all"};
  }

  @Override
  String[] status() {
    return new String[] {"POST", "/api/v1.1/tasks/status"};
  }

  @Override
  String[] file() {
    return new String[] {"GET", "/api/download/data/.*"};
  }

  @Override
  int creates() {
    return vendor.creates();
  }

  @Override
  int filesOfARun() {
    return 2;
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
  void endsEmpty() {
    vendor.total(0);
  }

  @Override
  void jobsTake(Duration time) {
    vendor.pace(time.dividedBy(3));
  }

  @Override
  int createsAfterALostReply() {
    return 2;
  }

  @Test
  void item_8_every_url_is_fetched_with_the_token_and_keeps_its_name() throws Exception {
    Run run = run();

    assertDeliveredOnce(run);
    assertThat(runtime.saddlebag().ledger().receipts().of(run.id()))
        .hasSize(2)
        .extracting(StagedFile::name)
        .doesNotHaveDuplicates()
        .allMatch(name -> name.endsWith(".csv"));
    assertThat(vendor.requests())
        .filteredOn(request -> request.is("GET", "/api/download/data/.*"))
        .hasSize(2)
        .allMatch(request -> request.header("Authorization").startsWith("Bearer "));
  }

  @Test
  void item_12_as_xml_a_single_url_is_no_list() throws Exception {
    vendor.urls(1);

    Run run = run("dataFormat: xml");

    assertThat(runtime.delivered()).as("%s", failures(run)).hasSize(1);
  }

  @Test
  void trap_9_a_json_error_is_never_delivered_as_rows() throws Exception {
    vendor
        .faults()
        .always(
            file()[0],
            file()[1],
            Fault.answer(200, "application/json", "{\"error\":401,\"error_text\":\"token\"}"));

    assertFailed(run(), "NOT_ROWS");
  }

  @Test
  void the_fills_of_one_person_share_the_way_of_the_others() throws Exception {
    vendor.urls(1);
    runtime
        .export(
            EXPORT,
            yaml()
                .replace("altcraft-profiles-source", "altcraft-form-fill-source")
                .replace("sourceType: database", "formId: 1\n        dbId: 1")
                .replace("sourceId: 1", "matching: email\n        email: ann@example.org"))
        .start();

    Run run = runtime.run(EXPORT);

    assertThat(runtime.delivered()).as("%s %s", failures(run), run.failureMessage()).hasSize(1);
    assertThat(vendor.requests().get(0).path()).isEqualTo("/api/v1.1/forms/fill");
    assertThat(vendor.requests().get(0).bodyText())
        .contains("\"email\":\"ann@example.org\"")
        .contains("\"db_id\":1")
        .doesNotContain("phone");
  }

  @Test
  void a_person_without_what_they_are_found_by_is_refused_before_anything_is_sent()
      throws Exception {
    runtime
        .export(
            EXPORT,
            yaml()
                .replace("altcraft-profiles-source", "altcraft-form-fill-source")
                .replace("sourceType: database", "formId: 1\n        dbId: 1")
                .replace("sourceId: 1", "matching: email"))
        .start();

    assertThat(runtime.saddlebag().exports().problems()).asString().contains("email");
    assertThat(vendor.requests()).isEmpty();
  }
}
