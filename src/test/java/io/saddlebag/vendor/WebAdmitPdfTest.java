package io.saddlebag.vendor;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.TestRuntime;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import io.saddlebag.run.StagedFile;
import io.saddlebag.simulator.Fault;
import io.saddlebag.simulator.Simulator;
import io.saddlebag.simulator.storage.StorageSimulator;
import io.saddlebag.simulator.webadmit.WebAdmitSimulator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** WebAdMIT PDF batches, two zips each; the numbers are those of section 8 of its sheet. */
@Tag("long")
class WebAdmitPdfTest extends JobContractTest {
  private StorageSimulator storage;
  private WebAdmitSimulator vendor;

  @Override
  void startVendor() {
    storage = new StorageSimulator(Clock.systemUTC(), 0);
    storage.start();
    vendor = new WebAdmitSimulator(Clock.systemUTC(), storage, 0).pace(Duration.ofMillis(20));
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
        .with("admissions.server", vendor.uri().toString())
        .with("admissions.api-key", WebAdmitSimulator.DEMO_KEY)
        .with("admissions.storage-hosts", "localhost");
  }

  @Override
  Simulator api() {
    return vendor;
  }

  @Override
  Simulator files() {
    return storage;
  }

  @Override
  String kamelet() {
    return "webadmit-pdf-source";
  }

  @Override
  String parameters() {
    return "connection: admissions\nidentity: 42\ntemplate: Transcripts\n";
  }

  @Override
  String[] create() {
    return new String[] {"POST", "/api/v1/user_identities/42/pdf_manager_batches"};
  }

  @Override
  String[] status() {
    return new String[] {"GET", "/api/v1/user_identities/42/pdf_manager_batches/\\d+"};
  }

  @Override
  String[] file() {
    return new String[] {"GET", "/webadmit-production/pdf/.*"};
  }

  @Override
  int creates() {
    return vendor.pdfCreates();
  }

  @Override
  int filesOfARun() {
    return 2;
  }

  @Override
  void endsWith(String word) {
    vendor.pdfEndsWith(word);
  }

  @Override
  String failedWord() {
    return "failed";
  }

  @Override
  boolean endsEmpty() {
    vendor.pdfEndsWith("empty_list");
    return true;
  }

  @Override
  void jobsTake(Duration time) {
    vendor.pace(time.dividedBy(2));
  }

  @Test
  void item_13_both_zips_are_delivered_under_names_of_their_own() throws Exception {
    Run run = run();

    assertDeliveredOnce(run);
    List<StagedFile> files = runtime.saddlebag().ledger().receipts().of(run.id());
    assertThat(files)
        .extracting(StagedFile::name)
        .containsExactly("transcripts-70.zip", "transcripts-71.zip");
    assertThat(files).extracting(StagedFile::position).containsExactly(0, 1);
  }

  @Test
  void item_13_a_second_zip_that_breaks_off_does_not_fetch_the_first_again() throws Exception {
    storage.faults().next(1, "GET", ".*/71.zip", Fault.truncate(50));

    Run run = run();

    assertDeliveredOnce(run);
    assertThat(failures(run)).containsExactly("TRUNCATED");
    assertThat(storage.count(request -> request.path().endsWith("/70.zip"))).isEqualTo(1);
    assertThat(storage.count(request -> request.path().endsWith("/71.zip"))).isEqualTo(2);
  }

  @Test
  void two_files_of_one_name_are_delivered_under_two() throws Exception {
    for (String zip : List.of("70", "71")) {
      storage
          .faults()
          .always(
              "GET",
              ".*/" + zip + ".zip",
              call ->
                  call.header("Content-Disposition", "attachment; filename=batch.zip")
                      .bytes(
                          200,
                          "application/zip",
                          io.saddlebag.simulator.commcare.CommCareSimulator.table(zip)));
    }

    Run run = run();

    assertDeliveredOnce(run);
    assertThat(runtime.saddlebag().ledger().receipts().of(run.id()))
        .extracting(StagedFile::name)
        .containsExactly("batch.zip", "batch-2.zip");
  }

  @Test
  void a_file_that_cannot_be_delivered_does_not_send_the_other_twice() throws Exception {
    Path blocked = runtime.out().resolve("1");
    Files.createDirectories(runtime.out());
    Files.writeString(blocked, "in the way of the folder");
    runtime
        .export(
            EXPORT,
            yaml()
                .replace(
                    "        - to: direct:to-folder\n",
                    """
                            - toD: "file:{{delivery.folder}}/${header.SaddlebagPosition}?fileName=file.zip"
                            - setBody:
                                constant: x
                            - toD: "file:{{delivery.folder}}/seen?fileName=${header.SaddlebagPosition}&fileExist=Append"
                    """))
        .start();
    String id =
        runtime
            .reaches(
                runtime.request(EXPORT).id(),
                run -> run.state() == RunState.STAGED && run.attempts() > 1)
            .id();

    Files.delete(blocked);

    assertThat(runtime.ended(id).state()).isEqualTo(RunState.DELIVERED);
    assertThat(runtime.out().resolve("seen/0")).hasContent("x");
    assertThat(runtime.out().resolve("seen/1")).hasContent("x");
    assertThat(storage.requests()).hasSize(2);
  }

  @Test
  void item_13_the_key_goes_to_the_redirect_and_not_to_the_storage() throws Exception {
    assertDeliveredOnce(run());

    assertThat(api().requests())
        .filteredOn(request -> request.path().endsWith("/download"))
        .hasSize(2)
        .allMatch(request -> WebAdmitSimulator.DEMO_KEY.equals(request.header("x-api-key")));
    assertThat(storage.requests()).allMatch(request -> request.header("x-api-key") == null);
  }

  @Test
  void success_with_errors_is_delivered_with_a_note() throws Exception {
    vendor.pdfEndsWith("success_with_errors");

    Run run = run();

    assertDeliveredOnce(run);
    assertThat(run.note()).contains("success_with_errors");
  }

  @Test
  void an_unknown_template_is_named_with_those_there_are() throws Exception {
    runtime.export(EXPORT, yaml().replace("template: Transcripts", "template: Letters")).start();

    Run run = runtime.run(EXPORT);

    assertFailed(run, "NOT_FOUND");
    assertThat(run.failureMessage()).contains("2 (Transcripts)");
  }
}
