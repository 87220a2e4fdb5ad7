package io.saddlebag.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.docs.Recipe;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import io.saddlebag.simulator.Fault;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SeveralDestinationsTest extends RecipeTest {
  private Receiver archive;
  private Receiver warehouse;

  @BeforeEach
  void receive() throws Exception {
    archive = new Receiver();
    warehouse = new Receiver();
    archive.start();
    warehouse.start();
    runtime
        .with("archive.server", archive.uri().toString())
        .with("warehouse.server", warehouse.uri().toString());
    load(Recipe.of("several-destinations"));
  }

  @AfterEach
  void close() {
    archive.close();
    warehouse.close();
  }

  @Test
  void what_was_reached_is_not_sent_again_while_another_destination_fails() throws Exception {
    warehouse.faults().next(2, "POST", "/files", Fault.status(503));
    runtime.start();

    Run run = runtime.run("fills");

    assertThat(run.state()).as("%s", run).isEqualTo(RunState.DELIVERED);
    assertThat(archive.requests()).hasSize(1);
    assertThat(warehouse.requests()).hasSize(3);
    assertThat(warehouse.requests().get(2).body()).isEqualTo(archive.requests().get(0).body());
  }

  @Test
  void two_destinations_of_one_name_are_refused() throws Exception {
    runtime.export(
        "fills",
        Recipe.of("several-destinations")
            .yaml()
            .replace("destination: warehouse", "destination: archive"));
    runtime.start();

    assertThat(runtime.saddlebag().problems().orElseThrow())
        .contains("once-action (line 20): destination: once-action (line 14) has \"archive\", too");
  }

  @Test
  void a_failing_first_destination_keeps_no_other_one_waiting() throws Exception {
    archive.faults().next(2, "POST", "/files", Fault.status(500));
    runtime.start();

    Run run = runtime.run("fills");

    assertThat(run.state()).as("%s", run).isEqualTo(RunState.DELIVERED);
    assertThat(archive.requests()).hasSize(3);
    assertThat(warehouse.requests()).hasSize(1);
    assertThat(warehouse.requests().get(0).at()).isBefore(archive.requests().get(1).at());
  }

  @Test
  void a_restart_knows_what_was_reached() throws Exception {
    warehouse.faults().always("POST", "/files", Fault.status(503));
    runtime.start();
    Run run = runtime.request("fills");
    Awaitility.await().until(() -> warehouse.requests().size() >= 2);

    runtime.close();
    warehouse.faults().clear();
    runtime.start();

    assertThat(runtime.ended(run.id()).state()).isEqualTo(RunState.DELIVERED);
    assertThat(archive.requests()).hasSize(1);
  }

  @Test
  void a_delivery_that_is_repeated_on_purpose_sends_to_all() throws Exception {
    runtime.start();
    Run run = runtime.run("fills");

    assertThat(redeliver(run).state()).isEqualTo(RunState.DELIVERED);
    assertThat(archive.requests()).hasSize(2);
    assertThat(warehouse.requests()).hasSize(2);
  }

  @Test
  void an_edited_export_takes_its_destinations_with_it() throws Exception {
    runtime.start();
    runtime.run("fills");

    runtime.export(
        "fills", quick(Recipe.of("several-destinations").yaml()).replace("/files\"", "/again\""));
    runtime.saddlebag().refresh();

    assertThat(runtime.run("fills").state()).isEqualTo(RunState.DELIVERED);
    assertThat(archive.requests().get(1).target()).isEqualTo("/again");
  }
}
