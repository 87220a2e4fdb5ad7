package io.saddlebag.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.TestRuntime;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import io.saddlebag.simulator.altcraft.AltcraftSimulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Route;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hundreds of exports take hundreds of definitions, and a bounded number of Camel's routes. */
class ManyExportsTest {
  private static final int EXPORTS = 300;

  /** Of 32 exports, with a Kamelet in their from and one among their steps. */
  private static final int MADE = 3 * 32;

  @TempDir Path folder;
  private final AltcraftSimulator vendor = new AltcraftSimulator(Clock.systemUTC(), 0);
  private TestRuntime runtime;

  @BeforeEach
  void prepare() throws Exception {
    vendor.pace(Duration.ofMillis(20)).start();
    runtime =
        new TestRuntime(folder)
            .with("marketing.server", vendor.uri().toString())
            .with("marketing.token", AltcraftSimulator.DEMO_TOKEN);
  }

  @AfterEach
  void stop() throws Exception {
    runtime.close();
    vendor.close();
  }

  private static String name(int number) {
    return "export-%04d".formatted(number);
  }

  private static String export(String name, String steps) {
    return """
    - route:
        id: %1$s
        description: Brings the fills of %1$s every night
        from:
          uri: kamelet:altcraft-form-fills-source
          parameters: {connection: marketing, formShortname: form_6Ven2v7O, period: yesterday, pollMin: 20ms, pollMax: 50ms, schedule: "0 0 2 * * ?"}
          steps:
            %2$s
    """
        .formatted(name, steps.indent(8).strip());
  }

  private static String toFolder(String name) {
    return """
    - to:
        uri: kamelet:folder-sink
        parameters:
          folder: "{{delivery.folder}}/%s"
          layout: "%s/{run}-{name}"
    """
        .formatted(name, name);
  }

  private void exports(int from, int to) throws IOException {
    for (int number = from; number < to; number++) {
      runtime.export(name(number), export(name(number), toFolder(name(number))));
    }
  }

  private int routes() {
    return runtime.saddlebag().camel().getRoutesSize();
  }

  private List<String> delivered(String name) throws IOException {
    return runtime.delivered().stream()
        .map(file -> runtime.out().relativize(file).toString())
        .filter(file -> file.startsWith(name + "/"))
        .toList();
  }

  @Test
  void routes_and_endpoints_of_many_exports_are_as_few_as_those_of_one() throws Exception {
    exports(0, 1);
    runtime.start();
    int before = routes();
    int endpoints = runtime.saddlebag().camel().getEndpoints().size();

    exports(1, EXPORTS);
    runtime.saddlebag().refresh();

    assertThat(runtime.saddlebag().exports().all()).hasSize(EXPORTS);
    assertThat(runtime.saddlebag().problems()).isEmpty();
    assertThat(routes()).isEqualTo(before);
    assertThat(runtime.saddlebag().camel().getEndpoints().size()).isLessThan(endpoints + 10);
  }

  @Test
  void each_of_many_exports_delivers_to_its_own_folder() throws Exception {
    exports(0, 60);
    runtime.start();
    int before = routes();

    List<Run> asked = new ArrayList<>();
    for (int number = 0; number < 60; number++) {
      asked.add(runtime.request(name(number)));
    }

    for (Run run : asked) {
      assertThat(runtime.ended(run.id()).state()).isEqualTo(RunState.DELIVERED);
      assertThat(delivered(run.export())).hasSize(1).first().asString().contains(run.export());
    }
    // Those of transfers that have just ended may be held a moment longer.
    assertThat(routes()).isLessThanOrEqualTo(before + MADE);
  }

  @Test
  void a_mistake_in_one_of_many_is_told_when_its_file_is_loaded() throws Exception {
    exports(0, 40);
    String wrong = toFolder("wrong").replace("kamelet:folder-sink", "fiel:out");
    runtime.export("wrong", export("wrong", wrong));
    runtime.start();

    assertThat(runtime.saddlebag().exports().all()).hasSize(40);
    assertThat(runtime.saddlebag().problems().orElseThrow())
        .contains("wrong.camel.yaml: ")
        .contains("there is no component \"fiel\"");
  }

  @Test
  void an_edited_export_delivers_as_it_is_written_now() throws Exception {
    exports(0, 2);
    runtime.start();
    assertThat(runtime.run(name(0)).state()).isEqualTo(RunState.DELIVERED);

    runtime.export(name(0), export(name(0), toFolder("elsewhere")));
    runtime.saddlebag().refresh();

    assertThat(runtime.run(name(0)).state()).isEqualTo(RunState.DELIVERED);
    assertThat(delivered("elsewhere")).hasSize(1);
    assertThat(delivered(name(0))).hasSize(1);
  }

  @Test
  void the_other_routes_of_an_export_s_file_run_from_the_start() throws Exception {
    runtime
        .export(
            "mixed",
            export("mixed", "- to: direct:inner")
                + """
                - route:
                    id: inner
                    from:
                      uri: direct:inner
                      steps:
                        - to: direct:to-folder
                - route:
                    id: ticking
                    from:
                      uri: timer:ticking
                      parameters: {repeatCount: 1}
                      steps:
                        - log: {message: ticks}
                """)
        .start();

    assertThat(runtime.saddlebag().camel().getRoutes())
        .extracting(Route::getRouteId)
        .contains("inner", "ticking");
    assertThat(runtime.run("mixed").state()).isEqualTo(RunState.DELIVERED);
    runtime.export("mixed", export("mixed", "- to: direct:to-folder"));
    runtime.saddlebag().refresh();
    assertThat(runtime.saddlebag().camel().getRoutes())
        .extracting(Route::getRouteId)
        .doesNotContain("inner", "ticking");
    assertThat(runtime.run("mixed").state()).isEqualTo(RunState.DELIVERED);
  }

  @Test
  void many_exports_in_one_file_are_made_one_by_one() throws Exception {
    StringBuilder all = new StringBuilder();
    for (int number = 0; number < EXPORTS; number++) {
      all.append(export(name(number), toFolder(name(number))));
    }
    runtime.export("all", all.toString()).start();
    int before = routes();

    assertThat(runtime.saddlebag().exports().all()).hasSize(EXPORTS);
    assertThat(runtime.run(name(EXPORTS - 1)).state()).isEqualTo(RunState.DELIVERED);
    assertThat(delivered(name(EXPORTS - 1))).hasSize(1);
    assertThat(routes()).isLessThan(before + 5);
  }

  @Test
  void what_reaches_over_the_routes_of_a_file_reaches_exports_too() throws Exception {
    runtime
        .export(
            "guarded",
            """
            - onException:
                exception: [java.lang.IllegalStateException]
                handled: {constant: {expression: "true"}}
                steps:
                  - to: direct:to-folder
            """
                + export(
                    "guarded",
                    "- throwException: {exceptionType: java.lang.IllegalStateException, message: odd}"))
        .start();

    assertThat(runtime.run("guarded").state()).isEqualTo(RunState.DELIVERED);
    assertThat(runtime.delivered()).hasSize(1);
  }

  @Test
  void a_file_that_is_written_twice_in_a_moment_is_read_twice() throws Exception {
    runtime.export(name(0), export(name(0), toFolder("a")));
    runtime.start();
    Path file = runtime.routes().resolve("exports").resolve(name(0) + ".camel.yaml");
    var modified = Files.getLastModifiedTime(file);

    Files.writeString(file, export(name(0), toFolder("b")));
    Files.setLastModifiedTime(file, modified);
    runtime.saddlebag().refresh();

    assertThat(runtime.run(name(0)).state()).isEqualTo(RunState.DELIVERED);
    assertThat(delivered("b")).hasSize(1);
  }
}
