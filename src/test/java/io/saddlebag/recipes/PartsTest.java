package io.saddlebag.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.Processor;
import org.junit.jupiter.api.Test;

/** Destinations that remember what they have, in steps that get a file in parts or shaped. */
class PartsTest extends ApplicantsTest {
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final AtomicBoolean failing = new AtomicBoolean();

  private Run run(String steps) throws Exception {
    runtime.with("shaping.folder", folder.resolve("shaping").toString());
    runtime.start();
    var registry = runtime.saddlebag().camel().getRegistry();
    registry.bind(
        "see", (Processor) exchange -> seen.add(exchange.getMessage().getBody(String.class)));
    registry.bind(
        "fail",
        (Processor)
            exchange -> {
              if (failing.getAndSet(false)) {
                throw new IllegalStateException("on the way to the second destination");
              }
            });
    load(EXPORT + steps.indent(8));
    runtime.saddlebag().refresh();
    assertThat(runtime.saddlebag().problems()).isEmpty();
    return runtime.run("applicants");
  }

  @Test
  void a_receipt_is_announced_inside_of_a_destination_and_not_known_behind_it() throws Exception {
    file("id\n1\n");

    Run run =
        run(
            """
            - kamelet:
                name: once-action
                parameters: {destination: archive}
                steps:
                  - to: direct:to-folder
                  - setBody: {variable: deliveredReceipt}
                  - process: {ref: "#see"}
            - setBody: {simple: "to ${variable.deliveredTo}, ${variable.deliveredReceipt}"}
            - process: {ref: "#see"}
            """);

    assertThat(run.state()).as("%s", run).isEqualTo(RunState.DELIVERED);
    assertThat(seen).hasSize(2);
    assertThat(seen.get(0)).contains("\"sha256\"");
    assertThat(seen.get(1)).isEqualTo("to , ");
  }

  @Test
  void every_batch_of_rows_reaches_a_destination_once() throws Exception {
    file("id\n1\n2\n3\n4\n5\n");

    Run run =
        run(
            """
            - kamelet:
                name: csv-rows-action
                parameters: {rows: 2}
                steps:
                  - kamelet:
                      name: once-action
                      parameters: {destination: archive}
                      steps:
                        - process: {ref: "#see"}
            """);

    assertThat(run.state()).as("%s", run).isEqualTo(RunState.DELIVERED);
    assertThat(seen).containsExactly("[{id=1}, {id=2}]", "[{id=3}, {id=4}]", "[{id=5}]");
  }

  @Test
  void what_is_shaped_for_one_destination_is_the_original_again_for_the_next() throws Exception {
    file("Mu\u00f1oz");
    failing.set(true);

    Run run =
        run(
            """
            - kamelet:
                name: once-action
                parameters: {destination: archive}
                steps:
                  - to: kamelet:to-utf8-action
                  - process: {ref: "#see"}
            - process: {ref: "#fail"}
            - to: direct:to-folder
            """);

    assertThat(run.state()).as("%s", run).isEqualTo(RunState.DELIVERED);
    assertThat(seen).as("the first destination is not sent to twice").hasSize(1);
    assertThat(Files.readAllBytes(runtime.delivered().get(0)))
        .isEqualTo("Mu\u00f1oz".getBytes(StandardCharsets.ISO_8859_1));
  }
}
