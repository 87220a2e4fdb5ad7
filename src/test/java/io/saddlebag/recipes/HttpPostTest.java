package io.saddlebag.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.docs.Recipe;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import io.saddlebag.simulator.Fault;
import io.saddlebag.simulator.RecordedRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The recipes http-post and webhook. */
class HttpPostTest extends RecipeTest {
  private static final String TOKEN = "planted-token-of-the-warehouse";

  private Receiver warehouse;

  @BeforeEach
  void receive() {
    warehouse = new Receiver();
    warehouse.start();
    runtime
        .with("warehouse.server", warehouse.uri().toString())
        .with("warehouse.hook", warehouse.uri() + "/hooks/exports")
        .with("warehouse.token", TOKEN);
  }

  @AfterEach
  void close() {
    warehouse.close();
  }

  @Test
  void the_file_is_posted_with_a_key_and_without_our_headers() throws Exception {
    load(Recipe.of("http-post"));
    runtime.start();

    Run run = runtime.run("fills");

    assertThat(run.state()).as("%s", run).isEqualTo(RunState.DELIVERED);
    RecordedRequest request = warehouse.requests().get(0);
    var staged = runtime.saddlebag().ledger().receipts().of(run.id()).get(0);
    assertThat(request.is("POST", "/exports")).isTrue();
    assertThat(request.body()).isEqualTo(Files.readAllBytes(staged.path()));
    assertThat(request.header("Content-Length")).isEqualTo(String.valueOf(staged.bytes()));
    assertThat(request.header("Content-Type")).isEqualTo("application/zip");
    assertThat(request.header("Idempotency-Key")).isEqualTo(run.id() + "/0");
    assertThat(request.header("X-Content-Sha256")).isEqualTo(staged.sha256());
    assertThat(request.header("Authorization")).isEqualTo("Bearer " + TOKEN);
    assertThat(request.headers().keySet())
        .noneMatch(name -> name.startsWith("saddlebag") || name.startsWith("camel"));
  }

  @Test
  void every_failure_is_sent_again_with_the_same_key_and_no_redirect_is_followed()
      throws Exception {
    load(Recipe.of("http-post"));
    warehouse
        .faults()
        .next(1, "POST", "/exports", Fault.status(429))
        .next(1, "POST", "/exports", Fault.redirect(307, warehouse.uri() + "/elsewhere"))
        .next(1, "POST", "/exports", Fault.dropConnection());
    runtime.start();

    Run run = runtime.run("fills");

    assertThat(run.state()).as("%s", run).isEqualTo(RunState.DELIVERED);
    assertThat(warehouse.requests()).hasSize(4);
    assertThat(warehouse.requests())
        .allMatch(request -> request.is("POST", "/exports"))
        .allMatch(request -> (run.id() + "/0").equals(request.header("Idempotency-Key")));
    assertThat(runtime.saddlebag().ledger().history().failures(run.id()))
        .hasSize(3)
        .allMatch(failure -> failure.name().equals("DELIVERY_FAILED"))
        .noneMatch(failure -> failure.message().contains(TOKEN));
  }

  @Test
  void the_webhook_is_told_the_receipt_when_the_file_is_in_its_place() throws Exception {
    load(Recipe.of("webhook"));
    warehouse.faults().next(1, "POST", "/hooks/exports", Fault.status(500));
    runtime.start();

    Run run = runtime.run("fills");

    assertThat(run.state()).as("%s", run).isEqualTo(RunState.DELIVERED);
    assertThat(runtime.delivered()).hasSize(1);
    assertThat(warehouse.requests()).hasSize(2);
    RecordedRequest request = warehouse.requests().get(1);
    assertThat(request.header("Content-Type")).isEqualTo("application/json");
    assertThat(request.bodyText())
        .contains("\"run\" : \"" + run.id() + "\"")
        .contains(
            "\"sha256\" : \""
                + runtime.saddlebag().ledger().receipts().of(run.id()).get(0).sha256()
                + "\"");
    assertThat(request.headers().keySet()).noneMatch(name -> name.startsWith("saddlebag"));
  }

  @Test
  void behind_a_step_that_shapes_the_webhook_is_told_the_receipt_of_what_was_delivered()
      throws Exception {
    String shaped =
        "        - to: kamelet:to-utf8-action?bom=add\n        - to: direct:to-folder\n";
    runtime
        .with("shaping.folder", folder.resolve("shaping").toString())
        .export(
            "fills",
            quick(Recipe.of("webhook").yaml())
                .replace("        - to: {uri: direct:to-folder}\n", shaped)
                // Form fills come in an archive, which is no text.
                .replace("form-fills-source", "profiles-source")
                .replace("formId: 1", "sourceType: database")
                .replace("period: yesterday", "sourceId: 1"))
        .start();

    Run run = runtime.run("fills");

    assertThat(run.state()).as("%s", run).isEqualTo(RunState.DELIVERED);
    assertThat(warehouse.requests()).hasSize(1);
    assertThat(warehouse.requests().get(0).bodyText())
        .contains("\"bytes\" : " + Files.size(runtime.delivered().get(0)), "\"original\" : {")
        .isEqualTo(Files.readString(Path.of(runtime.delivered().get(0) + ".receipt.json")));
  }
}
