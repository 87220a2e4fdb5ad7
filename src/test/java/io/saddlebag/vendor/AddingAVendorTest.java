package io.saddlebag.vendor;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.TestRuntime;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import io.saddlebag.simulator.Body;
import io.saddlebag.simulator.Call;
import io.saddlebag.simulator.Simulator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** docs/adding-a-vendor.md, done: a vendor that does not exist, in two YAML files and no Java. */
class AddingAVendorTest {
  @TempDir Path folder;

  /** The invented vendor: three polls, then a file on the same host. */
  private static final class Acme extends Simulator {
    private int polls;

    Acme() {
      super("127.0.0.1", 0, Clock.systemUTC());
    }

    @Override
    protected synchronized boolean answer(Call call) throws IOException {
      if (!"a-token-of-acme"
          .equals(String.valueOf(call.request().header("Authorization")).replace("Bearer ", ""))) {
        return call.empty(401);
      }
      return switch (call.request().method() + " " + call.request().target()) {
        case "POST /exports",
            "POST /exports?guest=Ann%20%26%20Bob&guest=%7Btable%7D&without=nuts,milk" ->
            call.text(201, "application/json", "{\"id\": 7}");
        case "GET /exports/7" ->
            call.text(
                200,
                "application/json",
                ++polls < 3
                    ? "{\"state\": \"cooking\"}"
                    : "{\"state\": \"served\", \"file\": \"/files/7?dish=soup%2Bbread\"}");
        case "GET /files/7?dish=soup%2Bbread" ->
            call.bytes(200, "text/csv", Body.of("dish\nsoup\n".getBytes(StandardCharsets.UTF_8)));
        default -> call.empty(404);
      };
    }
  }

  @Test
  void a_vendor_is_two_yaml_files_and_no_java() throws Exception {
    try (Acme vendor = new Acme();
        TestRuntime runtime = new TestRuntime(folder)) {
      vendor.start();
      for (String file : new String[] {"acme.camel.yaml", "acme-menu-source.kamelet.yaml"}) {
        Files.copy(
            Path.of("src/test/resources/adding-a-vendor", file),
            runtime.routes().resolve("vendors").resolve(file));
      }
      runtime
          .with("kitchen.server", vendor.uri().toString())
          .with("kitchen.token", "a-token-of-acme")
          .export(
              "menu",
              """
              - route:
                  id: menu
                  from:
                    uri: kamelet:acme-menu-source
                    parameters: {connection: kitchen, course: soup}
                    steps:
                      - to: direct:to-folder
              """)
          .start();

      Run run = runtime.run("menu");

      assertThat(run.state()).as("%s", run).isEqualTo(RunState.DELIVERED);
      assertThat(runtime.delivered().get(0)).hasContent("dish\nsoup\n");
      assertThat(vendor.requests().get(0).bodyText())
          .isEqualTo("{\"course\":\"soup\",\"with\":{\"cards\":[\"soup\"]},\"notes\":[]}");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        """
                    guests: ["Ann & Bob", "{table}"]
                    seats: [3, 4]
                    allergens: [nuts, "{{pantry.avoid}}"]
                    extras: {sauce: 'say "hi" \\', hot: true, spoons: 2}
        """,
        """
                    guests: '["Ann & Bob", "{table}"]'
                    seats: "[3, 4]"
                    allergens: "{{pantry.allergens}}"
                    extras: '{"sauce": "say \\"hi\\" \\\\", "hot": true, "spoons": 2}'
        """,
        """
                    guests:
                      - Ann & Bob
                      - "{table}"
                    seats:
                      - "3"
                      - 4
                    allergens:
                      - nuts
                      - milk
                    extras:
                      sauce: say "hi" \\
                      hot: "true"
                      spoons: "2"
        """
      })
  void lists_and_maps_reach_the_vendor_as_they_are_written(String more) throws Exception {
    try (Acme vendor = new Acme();
        TestRuntime runtime = new TestRuntime(folder)) {
      vendor.start();
      for (String file : new String[] {"acme.camel.yaml", "acme-menu-source.kamelet.yaml"}) {
        Files.copy(
            Path.of("src/test/resources/adding-a-vendor", file),
            runtime.routes().resolve("vendors").resolve(file));
      }
      runtime
          .with("kitchen.server", vendor.uri().toString())
          .with("kitchen.token", "a-token-of-acme")
          .with("pantry.avoid", "milk")
          .with("pantry.allergens", "[\"nuts\", \"milk\"]")
          .export(
              "menu",
              """
              - route:
                  id: menu
                  from:
                    uri: kamelet:acme-menu-source
                    parameters:
                      connection: kitchen
                      course: soup
                      table: 7
                      tip: 1.50
                      notBefore: 2026-04-30T12:00:00Z
              """
                  + more.indent(-4)
                  + """
                    steps:
                      - to: direct:to-folder
              """
                      .indent(0))
          .start();
      assertThat(runtime.saddlebag().exports().problems()).isEmpty();

      Run run = runtime.run("menu");

      assertThat(run.state()).as("%s", run).isEqualTo(RunState.DELIVERED);
      assertThat(vendor.requests().get(0).bodyText())
          .isEqualTo(
              "{\"course\":\"soup\",\"table\":7,\"tip\":1.50,\"guests\":[\"Ann & Bob\",\"{table}\"],"
                  + "\"with\":{\"extras\":{\"sauce\":\"say \\\"hi\\\" \\\\\",\"hot\":true,\"spoons\":2},"
                  + "\"seats\":[3,4],\"cards\":[\"table 7\",\"soup\"]},"
                  + "\"served\":{\"between\":{\"from\":\"2026-04-30T12:00:00Z\"}},\"notes\":[]}");
    }
  }
}
