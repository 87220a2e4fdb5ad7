package io.saddlebag.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.TestRuntime;
import io.saddlebag.run.Run;
import io.saddlebag.run.StagedFile;
import io.saddlebag.simulator.altcraft.AltcraftSimulator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo in a folder that has become its user's own. */
class DemoTest {
  private static final Path SHIPPED = Path.of("routes/exports");
  private static final String OWN =
      """
      - route:
          id: own-fills
          from:
            uri: kamelet:altcraft-form-fills-source
            parameters: {connection: %s, formId: 1, period: yesterday, pollMin: 20ms, pollMax: 50ms}
            steps:
              - to: file:%s
      """;

  @TempDir Path folder;

  @Test
  void the_samples_in_the_program_are_those_of_the_repository() throws IOException {
    try (Stream<Path> files = Files.walk(SHIPPED)) {
      assertThat(files.filter(Files::isRegularFile).map(SHIPPED::relativize).map(Path::toString))
          .containsExactlyInAnyOrderElementsOf(Samples.FILES);
    }
    Samples.write(folder);
    for (String sample : Samples.FILES) {
      assertThat(folder.resolve(sample)).hasSameTextualContentAs(SHIPPED.resolve(sample));
    }
  }

  @Test
  void every_sample_has_a_simulated_vendor_or_is_only_sent_to() throws IOException {
    try (Simulators simulators = new Simulators(Clock.systemUTC(), 0, Duration.ofMillis(1))) {
      for (String sample : Samples.FILES) {
        String yaml = Files.readString(SHIPPED.resolve(sample));
        List<String> connections =
            Pattern.compile("connection: (\\S+)")
                .matcher(yaml)
                .results()
                .map(match -> match.group(1))
                .toList();
        assertThat(simulators.connections().keySet())
            .containsAll(connections.stream().map(name -> name + ".server").toList());
        assertThat(connections.isEmpty()).as(sample).isEqualTo(sample.startsWith("to-folder"));
      }
    }
  }

  @Test
  void the_demo_runs_the_samples_as_they_ship_and_nothing_of_its_user_s() throws Exception {
    try (AltcraftSimulator vendor = new AltcraftSimulator(Clock.systemUTC(), 0);
        TestRuntime program = new TestRuntime(folder)) {
      vendor.start();
      Path destination = folder.resolve("warehouse");
      program
          .with("mine.server", vendor.uri().toString())
          .with("mine.token", AltcraftSimulator.DEMO_TOKEN)
          .export("own", OWN.formatted("mine", destination))
          .export("other", OWN.formatted("marketing", destination).replace("own-", "other-"))
          .export(
              "signup-form", OWN.formatted("mine", destination).replace("own-fills", "signup-form"))
          .export("broken", "- nonsense: {}\n");
      Files.writeString(
          program.routes().resolve("mine.camel.yaml"),
          "- from: {uri: \"timer:mine?delay=0\", steps: [{to: \"file:" + destination + "\"}]}\n");

      String said = demo(program);

      assertThat(said.lines().filter(line -> line.contains("  DELIVERED  "))).hasSize(13);
      assertThat(said).doesNotContain("own-fills", "other-fills", "problem");
      assertThat(destination).doesNotExist();
      assertThat(vendor.requests()).isEmpty();
      List<Path> told =
          Pattern.compile(Pattern.quote(program.out().toString()) + "\\S+")
              .matcher(said)
              .results()
              .map(MatchResult::group)
              .map(Path::of)
              .toList();
      assertThat(told).containsExactlyInAnyOrderElementsOf(program.delivered()).hasSize(13);
    }
  }

  @Test
  void a_delivered_file_is_told_only_where_it_lies_as_its_receipt_says() throws Exception {
    try (AltcraftSimulator vendor = new AltcraftSimulator(Clock.systemUTC(), 0);
        TestRuntime runtime = new TestRuntime(folder)) {
      vendor.pace(Duration.ofMillis(20)).start();
      runtime
          .with("mine.server", vendor.uri().toString())
          .with("mine.token", AltcraftSimulator.DEMO_TOKEN)
          .export("own", OWN.formatted("mine", "x").replace("file:x", "direct:to-folder"))
          .start();
      Run run = runtime.run("own-fills");
      StagedFile file = runtime.saddlebag().ledger().receipts().of(run.id()).get(0);
      Path delivered = runtime.delivered().get(0);

      assertThat(DemoCommand.delivered(delivered.getParent(), run, file))
          .isEqualTo(delivered.toString());
      Files.writeString(delivered, "other");
      assertThat(DemoCommand.delivered(delivered.getParent(), run, file)).isEqualTo("-");
      Files.delete(delivered);
      assertThat(DemoCommand.delivered(delivered.getParent(), run, file)).isEqualTo("-");
    }
  }

  private static String demo(TestRuntime program) {
    List<String> arguments = new ArrayList<>(List.of("demo"));
    program.properties().forEach((name, value) -> arguments.add("--set=" + name + "=" + value));
    StringWriter out = new StringWriter();
    int code =
        SaddlebagCommand.commandLine()
            .setOut(new PrintWriter(out, true))
            .execute(arguments.toArray(String[]::new));
    assertThat(code).as(out.toString()).isZero();
    return out.toString();
  }
}
