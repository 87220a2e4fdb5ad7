package io.saddlebag.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.docs.Recipe;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.main.Main;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page on other Camel projects: its properties and its route in Camel's own Main. */
class OtherCamelProjectTest {
  @TempDir Path folder;

  @Test
  void the_steps_work_in_a_camel_project_without_saddlebags_runtime() throws Exception {
    Recipe page = Recipe.of("other-camel-projects");
    Path route = folder.resolve("applicants.camel.yaml");
    Path lake = folder.resolve("lake");
    Files.writeString(
        route,
        page.yaml()
            .replace("inbox", folder.resolve("inbox").toString())
            .replace("folder: lake", "folder: " + lake));
    Files.createDirectories(folder.resolve("inbox"));
    Files.write(
        folder.resolve("inbox/applicants.csv"),
        "id,name\n1,Muñoz\n".getBytes(StandardCharsets.ISO_8859_1));
    Main camel = new Main();
    page.properties()
        .forEach(
            (name, value) ->
                camel.addInitialProperty(
                    name,
                    value
                        .replace("/opt/saddlebag", Path.of("").toAbsolutePath().toString())
                        .replace("/var/tmp", folder.toString())));
    camel.addInitialProperty("camel.main.routesIncludePattern", "file:" + route);
    try {
      camel.start();

      Awaitility.await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> Files.isDirectory(lake) && !delivered(lake).isEmpty());
    } finally {
      camel.stop();
    }

    assertThat(delivered(lake)).hasSize(1);
    assertThat(delivered(lake).get(0)).hasFileName("applicants.csv").hasContent("id,name\n1,Muñoz");
    assertThat(folder.resolve("shaping")).isEmptyDirectory();
  }

  private static List<Path> delivered(Path lake) throws Exception {
    try (Stream<Path> files = Files.walk(lake)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.getFileName().toString().startsWith(".part-"))
          .toList();
    }
  }
}
