package io.saddlebag.vendor;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import io.saddlebag.run.StagedFile;
import io.saddlebag.simulator.Fault;
import io.saddlebag.simulator.RecordedRequest;
import io.saddlebag.simulator.Simulator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every vendor's routes must do, whatever the vendor does. */
abstract class VendorContractTest extends FlowTest {
  /** The vendor's API. */
  abstract Simulator api();

  /** The host of the file: the API itself, or the storage. */
  abstract Simulator files();

  /** Method and path pattern of the file itself. */
  abstract String[] file();

  /** Whether this request is one that the file is answered to; a challenge may come before it. */
  boolean asksForFile(RecordedRequest request) {
    return request.is(file()[0], file()[1]);
  }

  private void nextFile(int times, Fault fault) {
    files().faults().next(times, this::asksForFile, fault);
  }

  private void everyFile(Fault fault) {
    nextFile(Integer.MAX_VALUE, fault);
  }

  /** A run whose runtime was stopped when it was so, and started again with nothing in the way. */
  final Run restarted(Predicate<Run> when) throws Exception {
    startRuntime();
    String id = runtime.reaches(runtime.request(EXPORT).id(), when).id();
    runtime.close();
    api().faults().clear();
    files().faults().clear();
    Files.deleteIfExists(runtime.out());
    runtime.start();
    return runtime.ended(id);
  }

  /** The vendor says that there is nothing to deliver; false where it has no word for that. */
  boolean endsEmpty() {
    return false;
  }

  /** The file's answer without a byte in it, otherwise as the vendor gives it. */
  Fault emptyFile() {
    return Fault.status(200);
  }

  @Test
  void the_file_is_delivered_with_its_receipt() throws Exception {
    Run run = run();

    assertDeliveredOnce(run);
    Path delivered = runtime.delivered().get(0);
    assertThat(delivered.resolveSibling(delivered.getFileName() + ".receipt.json"))
        .content()
        .contains(run.id())
        .contains(runtime.saddlebag().ledger().receipts().of(run.id()).get(0).sha256());
  }

  @Test
  void a_login_page_instead_of_the_file_is_never_delivered() throws Exception {
    everyFile(Fault.loginPage());

    assertFailed(run(), "LOGIN_PAGE");
  }

  @Test
  void a_file_link_to_a_foreign_host_is_refused() throws Exception {
    everyFile(Fault.redirect(302, "https://evil.example/file.zip"));

    assertFailed(run(), "REDIRECT_REFUSED");
  }

  @Test
  void a_redirect_loop_ends() throws Exception {
    everyFile(call -> call.header("Location", call.request().target()).empty(302));

    assertFailed(run(), "REDIRECT_REFUSED");
  }

  @Test
  void nothing_to_deliver_is_a_success_of_its_own() throws Exception {
    Assumptions.assumeTrue(endsEmpty(), "this flow has no word for an empty export");

    Run run = run();

    assertThat(run.state()).as("%s", failures(run)).isEqualTo(RunState.EMPTY);
    assertThat(runtime.delivered()).isEmpty();
  }

  @Test
  void a_file_cut_off_in_the_middle_is_fetched_again() throws Exception {
    nextFile(2, Fault.truncate(20));

    Run run = run();

    assertDeliveredOnce(run);
    assertThat(failures(run)).contains("TRUNCATED");
  }

  @Test
  void an_empty_file_is_never_delivered() throws Exception {
    everyFile(emptyFile());

    assertFailed(run(), "EMPTY_BODY");
  }

  @Test
  void a_body_that_drips_is_taken() throws Exception {
    nextFile(1, Fault.drip(40, Duration.ofMillis(5)));

    assertDeliveredOnce(run());
  }

  @Test
  void a_body_that_stalls_is_given_up_and_fetched_again() throws Exception {
    runtime.with("http.idle-timeout", "300ms");
    nextFile(1, Fault.stall(20, Duration.ofSeconds(3)));

    Run run = run();

    assertDeliveredOnce(run);
    assertThat(failures(run)).containsExactly("TRUNCATED");
  }

  @Test
  void a_transfer_that_always_breaks_at_the_same_byte_ends() throws Exception {
    everyFile(call -> Fault.truncate(call.request().header("Range") == null ? 20 : 0).apply(call));

    assertFailed(run(), "TRUNCATED");
    assertThat(files().count(this::asksForFile)).isLessThanOrEqualTo(11);
  }

  @Test
  void a_file_is_asked_for_without_a_content_coding() throws Exception {
    assertDeliveredOnce(run());

    assertThat(files().requests())
        .filteredOn(this::asksForFile)
        .allMatch(request -> "identity".equals(request.header("Accept-Encoding")));
  }

  @Test
  void a_file_in_gzip_that_nobody_asked_for_is_unpacked() throws Exception {
    everyFile(Fault.gzipped());

    Run run = run();

    assertDeliveredOnce(run);
    assertThat(failures(run)).isEmpty();
    assertThat(checks(run)).allMatch(checks -> checks.contains("gzip-decoded"));
    for (Path file : runtime.delivered()) {
      byte[] bytes = Files.readAllBytes(file);
      assertThat(bytes[0] == 0x1F && bytes[1] == (byte) 0x8B).as("%s is packed", file).isFalse();
    }
  }

  @Test
  void a_file_that_is_only_said_to_be_in_gzip_is_the_file() throws Exception {
    everyFile(Fault.encoded("gzip", plain -> plain));

    Run run = run();

    assertDeliveredOnce(run);
    assertThat(failures(run)).isEmpty();
    assertThat(checks(run)).allMatch(checks -> checks.contains("coding-ignored"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"br", "deflate", "gzip, gzip"})
  void a_file_in_another_coding_is_refused_by_name(String coding) throws Exception {
    everyFile(Fault.encoded(coding, plain -> plain));

    Run run = run();

    assertFailed(run, "UNSUPPORTED_CODING");
    assertThat(run.failureMessage()).contains(coding).doesNotContain("fetched again");
    assertThat(files().count(this::asksForFile)).isEqualTo(3);
  }

  @Test
  void answers_of_the_api_in_gzip_are_read() throws Exception {
    api().faults().next(Integer.MAX_VALUE, request -> !asksForFile(request), Fault.gzipped());

    Run run = run();

    assertDeliveredOnce(run);
    assertThat(failures(run)).isEmpty();
  }

  private List<List<String>> checks(Run run) {
    return runtime.saddlebag().ledger().receipts().of(run.id()).stream()
        .map(StagedFile::checks)
        .toList();
  }

  @Test
  void secrets_never_reach_the_file_host_of_another_origin() throws Exception {
    assertDeliveredOnce(run());

    if (files() != api()) {
      assertThat(files().requests())
          .allMatch(request -> request.header("Authorization") == null)
          .allMatch(request -> request.header("x-api-key") == null)
          .allMatch(request -> request.header("Cookie") == null);
    }
  }

  @Test
  void our_own_header_never_leaves() throws Exception {
    assertDeliveredOnce(run());

    assertThat(api().requests())
        .allMatch(request -> request.header("SaddlebagExactTarget") == null);
  }

  @ParameterizedTest
  @EnumSource(
      value = RunState.class,
      names = {"READY", "STAGED"})
  void a_file_on_its_way_arrives_after_a_restart(RunState state) throws Exception {
    if (state == RunState.READY) {
      everyFile(Fault.status(503));
    } else {
      Files.writeString(runtime.out(), "in the way of the folder");
    }

    Run run = restarted(seen -> seen.state() == state && seen.attempts() > 0);

    assertDeliveredOnce(run);
    if (state == RunState.STAGED) {
      assertThat(files().count(this::asksForFile)).isEqualTo(filesOfARun());
    }
  }

  /** Survey Solutions locks an account at 15 wrong passwords, CommCare HQ at 5. */
  @Test
  void twenty_exports_with_one_wrong_secret_send_it_once() throws Exception {
    runtime.properties().keySet().stream()
        .filter(name -> name.matches(".*\\.(password|token|api-key|client-secret)"))
        .forEach(name -> runtime.with(name, "wrong"));
    List<String> exports = IntStream.range(0, 20).mapToObj(i -> EXPORT + i).toList();
    for (String export : exports) {
      runtime.export(export, yaml().replaceFirst("id: " + EXPORT, "id: " + export));
    }
    runtime.start();

    assertAllRefused(exports);
    long sent = sentCredentials();
    assertThat(sent).isEqualTo(1);

    // The next fire, and the next start.
    assertAllRefused(exports);
    runtime.close();
    runtime.start();
    assertAllRefused(exports);

    assertThat(sentCredentials()).isEqualTo(sent);
  }

  private void assertAllRefused(List<String> exports) {
    List<Run> runs = exports.stream().map(runtime::request).toList();
    for (Run run : runs) {
      Run ended = runtime.ended(run.id());
      assertThat(ended.failure())
          .as("%s, failures %s", ended, failures(ended))
          .isEqualTo("UNAUTHORIZED");
      assertThat(failures(ended)).containsExactly("UNAUTHORIZED");
    }
  }

  private long sentCredentials() {
    return api()
        .count(
            request ->
                request.header("Authorization") != null || request.header("x-api-key") != null);
  }
}
