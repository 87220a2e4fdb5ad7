package io.saddlebag.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.apache.camel.Route;
import org.junit.jupiter.api.Test;

/** An export whose steps hold Kamelets with steps of their own, edited while the runtime runs. */
class StepReloadTest extends ApplicantsTest {
  private static final String UNPACKED =
      EXPORT
          + """
              - kamelet:
                  name: unpack-action
                  parameters:
                    onNotArchive: pass
                  steps:
                    - to:
                        uri: kamelet:to-utf8-action
                        parameters:
                          bom: none
                    - to: direct:to-folder
      """;

  private static final String NAMES = "id,name\n1,Muñoz\n";

  private String delivered(Run run) throws Exception {
    assertThat(run.state()).as("%s", run).isEqualTo(RunState.DELIVERED);
    String prefix = run.id().replace(":", "");
    return Files.readString(
        runtime.delivered().stream()
            .filter(file -> file.getFileName().toString().startsWith(prefix))
            .findFirst()
            .orElseThrow());
  }

  private List<String> routes() {
    return runtime.saddlebag().camel().getRoutes().stream()
        .map(Route::getRouteId)
        .map(id -> id.replaceAll("-[0-9a-f]+$", ""))
        .sorted()
        .toList();
  }

  @Test
  void an_edited_step_counts_for_the_parked_run_and_the_next_and_no_job_is_ordered_again()
      throws Exception {
    file(NAMES);
    load(UNPACKED);
    runtime.with("shaping.folder", folder.resolve("shaping").toString()).start();
    assertThat(delivered(runtime.run("applicants"))).isEqualTo(NAMES);
    List<String> before = routes();
    vendor.pace(Duration.ofMillis(1500));
    Run parked = runtime.reaches(runtime.request("applicants").id(), RunState.PENDING);

    load(UNPACKED.replace("bom: none", "bom: add"));
    runtime.saddlebag().refresh();

    assertThat(runtime.saddlebag().problems()).isEmpty();
    Run continued = runtime.ended(parked.id());
    assertThat(delivered(continued)).isEqualTo("\uFEFF" + NAMES);
    assertThat(continued.jobId()).isEqualTo(parked.jobId());
    assertThat(vendor.count(request -> request.method().equals("POST"))).isEqualTo(2);
    assertThat(delivered(runtime.run("applicants"))).isEqualTo("\uFEFF" + NAMES);
    assertThat(routes()).as("the old version's routes are gone").isEqualTo(before);

    load(UNPACKED);
    runtime.saddlebag().refresh();
    assertThat(delivered(runtime.run("applicants"))).isEqualTo(NAMES);
  }

  @Test
  void an_edit_with_a_wrong_parameter_of_a_step_leaves_the_last_good_version_running()
      throws Exception {
    file(NAMES);
    load(UNPACKED);
    runtime.with("shaping.folder", folder.resolve("shaping").toString()).start();

    load(UNPACKED.replace("bom: none", "bom: sometimes"));
    runtime.saddlebag().refresh();

    assertThat(runtime.saddlebag().problems().orElseThrow()).contains("bom", "sometimes");
    assertThat(delivered(runtime.run("applicants"))).isEqualTo(NAMES);
  }
}
