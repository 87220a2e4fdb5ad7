package io.saddlebag.vendor;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.run.Run;
import io.saddlebag.run.StagedFile;
import io.saddlebag.simulator.Fault;
import io.saddlebag.simulator.altcraft.AltcraftSimulator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Altcraft's profiles, two files each; the numbers are those of section 8 of its sheet. */
@Tag("long")
class AltcraftProfilesTest extends AltcraftContract {
  @Override
  AltcraftSimulator simulator() {
    return super.simulator().urls(2);
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
  String[] file() {
    return new String[] {"GET", "/api/download/data/.*"};
  }

  @Override
  int filesOfARun() {
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
        .always(file()[0], file()[1], Fault.answer(200, "text/csv", "{\"rows\": [[1, 2]]}"));

    assertFailed(run(), "NOT_ROWS");
  }
}
