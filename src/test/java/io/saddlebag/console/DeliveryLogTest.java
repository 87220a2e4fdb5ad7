package io.saddlebag.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.ChildProcess;
import io.saddlebag.TestRuntime;
import io.saddlebag.simulator.altcraft.AltcraftSimulator;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log of a delivery that fails again and again, in a process of its own. */
class DeliveryLogTest {
  private static final String TO_TWO =
      """
      - route:
          id: fills
          from:
            uri: kamelet:altcraft-form-fills-source
            parameters: {connection: mine, formId: 1, period: yesterday, pollMin: 20ms, pollMax: 50ms}
            steps:
              - multicast:
                  stopOnException: true
                  steps:
                    - throwException:
                        exceptionType: java.lang.NullPointerException
                        message: nothing there
                    - to: direct:to-folder
      """;

  @TempDir Path folder;

  @Test
  void each_attempt_is_told_in_a_line_and_a_stack_trace_once() throws Exception {
    List<String> log = logOfARunThatFails();

    List<String> attempts =
        log.stream().filter(line -> line.contains("DELIVERY_FAILED: ")).toList();
    assertThat(attempts).as("%s", log).hasSizeGreaterThan(3);
    assertThat(log.stream().filter(line -> line.matches("\\S*NullPointerException: nothing there")))
        .as("%s", log)
        .hasSize(1);
    assertThat(log.stream().filter(line -> line.startsWith("Caused by: "))).isEmpty();
    assertThat(attempts)
        .allMatch(line -> line.contains(" with NullPointerException: nothing there;"))
        .noneMatch(line -> line.contains("Exchange[") || line.contains("CamelExchange"));
  }

  private List<String> logOfARunThatFails() throws Exception {
    try (AltcraftSimulator vendor = new AltcraftSimulator(Clock.systemUTC(), 0);
        TestRuntime runtime = new TestRuntime(folder)) {
      vendor.pace(Duration.ofMillis(20)).start();
      runtime
          .with("mine.server", vendor.uri().toString())
          .with("mine.token", AltcraftSimulator.DEMO_TOKEN)
          .with("delivery.deadline", "2s")
          .export("fills", TO_TWO);
      try (ChildProcess run =
          ChildProcess.start(
              folder, "128m", runtime.properties(), Map.of(), "run", "fills", "--verbose")) {
        assertThat(run.exitCode(60)).as(run.err()).isEqualTo(1);
        return run.err().lines().toList();
      }
    }
  }
}
