package io.saddlebag.vendor;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.TestRuntime;
import io.saddlebag.run.FailureRecord;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** One flow of a vendor, and a runtime with an export of it. */
abstract class FlowTest {
  static final String EXPORT = "wanted";
  @TempDir Path folder;
  TestRuntime runtime;

  abstract void startVendor();

  abstract void stopVendor();

  abstract void connect(TestRuntime target);

  abstract String kamelet();

  abstract String parameters();

  abstract int creates();

  /** How many files a run of this flow brings. */
  int filesOfARun() {
    return 1;
  }

  /** The parameters that make a test's polls quick; none where nothing is polled. */
  String polling() {
    return "";
  }

  @BeforeEach
  void prepare() throws IOException {
    startVendor();
    runtime = new TestRuntime(folder);
    connect(runtime);
  }

  @AfterEach
  void stop() throws Exception {
    runtime.close();
    stopVendor();
  }

  String yaml(String... more) {
    StringBuilder all = new StringBuilder(parameters());
    for (String parameter : more) {
      all.append(parameter).append('\n');
    }
    if (!all.toString().contains("pollMin:")) {
      all.append(polling());
    }
    return "- route:\n    id: "
        + EXPORT
        + "\n    from:\n      uri: kamelet:"
        + kamelet()
        + "\n      parameters:\n"
        + all.toString().indent(8)
        + "      steps:\n        - to: direct:to-folder\n";
  }

  void startRuntime(String... more) throws Exception {
    runtime.export(EXPORT, yaml(more)).start();
  }

  Run run(String... more) throws Exception {
    startRuntime(more);
    return runtime.run(EXPORT);
  }

  List<String> failures(Run run) {
    return runtime.saddlebag().ledger().history().failures(run.id()).stream()
        .map(FailureRecord::name)
        .toList();
  }

  void assertDeliveredOnce(Run run) throws IOException {
    assertThat(run.state()).as("%s, failures %s", run, failures(run)).isEqualTo(RunState.DELIVERED);
    assertThat(runtime.delivered()).hasSize(filesOfARun());
    assertThat(creates()).isEqualTo(1);
  }

  void assertFailed(Run run, String name) throws IOException {
    assertThat(run.state()).as("%s, failures %s", run, failures(run)).isEqualTo(RunState.FAILED);
    assertThat(run.failure()).as("%s", run.failureMessage()).isEqualTo(name);
    assertThat(run.failureMessage()).isNotBlank();
    assertThat(runtime.delivered()).isEmpty();
  }
}
