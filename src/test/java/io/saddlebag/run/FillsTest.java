package io.saddlebag.run;

import io.saddlebag.TestRuntime;
import io.saddlebag.simulator.altcraft.AltcraftSimulator;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** An Altcraft account and an export of its fills, called fills. */
abstract class FillsTest {
  @TempDir Path folder;
  AltcraftSimulator vendor;
  TestRuntime runtime;

  TestRuntime runtime() throws Exception {
    return new TestRuntime(folder)
        .with("marketing.server", vendor.uri().toString())
        .with("marketing.token", AltcraftSimulator.DEMO_TOKEN);
  }

  @BeforeEach
  void prepare() throws Exception {
    vendor = new AltcraftSimulator(Clock.systemUTC(), 0).pace(Duration.ofMillis(20));
    vendor.start();
    runtime = runtime().export("fills", export("fills", "", "- to: direct:to-folder"));
  }

  @AfterEach
  void stop() throws Exception {
    runtime.close();
    vendor.close();
  }

  static String export(String id, String parameters, String steps) {
    return """
        - route:
            id: %s
            from:
              uri: kamelet:altcraft-form-fills-source
              parameters:
                connection: marketing
                formId: 1
                period: yesterday
                pollMin: 20ms
                pollMax: 60ms
        %s      steps:
        %s
        """
        .formatted(id, parameters.indent(8), steps.indent(8).stripTrailing());
  }
}
