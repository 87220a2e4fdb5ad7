package io.saddlebag.vendor;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.TestRuntime;
import io.saddlebag.docs.Recipe;
import io.saddlebag.run.RunState;
import io.saddlebag.simulator.storage.StorageSimulator;
import io.saddlebag.simulator.surveysolutions.SurveySolutionsSimulator;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The recipe docs/recipes/unpack.md, from the vendor to the folder. */
class UnpackRecipeTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void the_tables_of_an_archive_are_delivered_one_by_one(boolean encrypted) throws Exception {
    try (StorageSimulator storage = new StorageSimulator(Clock.systemUTC(), 0);
        SurveySolutionsSimulator vendor =
            new SurveySolutionsSimulator(Clock.systemUTC(), storage, 0)
                .pace(Duration.ofMillis(60));
        TestRuntime runtime = new TestRuntime(folder)) {
      storage.start();
      vendor.start();
      vendor.encrypted(encrypted);
      runtime
          .with("hq.server", vendor.uri().toString())
          .with("hq.user", "exporter")
          .with("hq.password", SurveySolutionsSimulator.DEMO_PASSWORD)
          .with("hq.storage-hosts", "localhost")
          .with("archive.password", SurveySolutionsSimulator.ARCHIVE_PASSWORD)
          .with("shaping.folder", folder.resolve("shaping").toString())
          .export("household-survey", Recipe.of("unpack").yaml())
          .start();

      assertThat(runtime.run("household-survey").state()).isEqualTo(RunState.DELIVERED);

      assertThat(runtime.delivered()).isNotEmpty();
      for (Path file : runtime.delivered()) {
        assertThat(file.toString()).endsWith(".tab");
        assertThat(Files.readString(file, StandardCharsets.UTF_8)).contains("\t");
      }
      assertThat(folder.resolve("shaping")).isEmptyDirectory();
    }
  }
}
