package io.saddlebag.recipes;

import io.saddlebag.TestRuntime;
import io.saddlebag.docs.Recipe;
import io.saddlebag.run.Run;
import io.saddlebag.simulator.altcraft.AltcraftSimulator;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * An Altcraft account whose fills a recipe delivers; the export of every recipe is called fills.
 */
abstract class RecipeTest {
  @TempDir Path folder;
  AltcraftSimulator vendor;
  TestRuntime runtime;

  @BeforeEach
  final void connect() throws Exception {
    vendor = new AltcraftSimulator(Clock.systemUTC(), 0).pace(Duration.ofMillis(20));
    vendor.start();
    runtime =
        new TestRuntime(folder)
            .with("marketing.server", vendor.uri().toString())
            .with("marketing.token", AltcraftSimulator.DEMO_TOKEN);
  }

  @AfterEach
  final void disconnect() throws Exception {
    runtime.close();
    vendor.close();
  }

  /** Loads a page's export, polled quickly. */
  final void load(Recipe recipe) throws Exception {
    runtime.export("fills", quick(recipe.yaml()));
  }

  /** The same export with a test's short waits. */
  static String quick(String yaml) {
    return yaml.replaceFirst(
        "( *)connection: marketing\n",
        "$1connection: marketing\n$1pollMin: 20ms\n$1pollMax: 50ms\n");
  }

  /** What {@code saddlebag redeliver} does to a delivered run. */
  final Run redeliver(Run run) {
    var ledger = runtime.saddlebag().ledger();
    Instant now = Instant.now();
    ledger.moves().reopenStaged(run.id(), run.state(), now, now.plusSeconds(60));
    runtime.saddlebag().engine().wakeups().now(ledger.runs().get(run.id()), now);
    return runtime.ended(run.id());
  }
}
