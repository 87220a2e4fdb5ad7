package io.saddlebag.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.docs.Recipe;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import io.saddlebag.simulator.Body;
import io.saddlebag.simulator.commcare.CommCareSimulator;
import io.saddlebag.simulator.commcare.SavedExport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

/** The recipes of the page shaping-text. */
class ShapingTextTest extends ApplicantsTest {
  private static String recipe(int block) throws IOException {
    return Recipe.of("shaping-text").blocks("yaml", "").get(block);
  }

  private List<String> delivered() throws IOException {
    List<String> texts = new ArrayList<>();
    for (Path file : runtime.delivered()) {
      texts.add(
          file.getFileName().toString().replaceFirst("^.*Z-", "")
              + ": "
              + Files.readString(file, StandardCharsets.UTF_8));
    }
    return texts;
  }

  @Test
  void a_file_of_webadmit_is_delivered_in_utf_8_and_the_original_stays() throws Exception {
    file("id,name\n1,Muñoz\n");
    load(recipe(0));
    runtime.with("shaping.folder", folder.resolve("shaping").toString()).start();

    Run run = runtime.run("applicants");

    assertThat(run.state()).as("%s", run).isEqualTo(RunState.DELIVERED);
    assertThat(delivered()).containsExactly("applicants.csv: id,name\n1,Muñoz\n");
    assertThat(runtime.saddlebag().ledger().receipts().of(run.id()).get(0).path())
        .hasBinaryContent("id,name\n1,Muñoz\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(folder.resolve("shaping")).isEmptyDirectory();
  }

  @Test
  void the_tables_of_commcare_get_usable_names_and_empty_fields() throws Exception {
    try (CommCareSimulator commCare = new CommCareSimulator(Clock.systemUTC(), 0)) {
      commCare.start();
      commCare.savedExport(
          CommCareSimulator.DEMO_SAVED,
          new SavedExport(
              "visits",
              "zip",
              "application/zip",
              archive("#.csv", "id,age\n0,---\n", "#|form|child|#.csv", "id,name\n0|0,\"---\"\n")));
      runtime
          .with("health.server", commCare.uri().toString())
          .with("health.domain", CommCareSimulator.DEMO_DOMAIN)
          .with("health.user", CommCareSimulator.DEMO_USER)
          .with("health.password", CommCareSimulator.DEMO_PASSWORD)
          .with("health.api-key", CommCareSimulator.DEMO_API_KEY)
          .with("shaping.folder", folder.resolve("shaping").toString())
          .export("visits", recipe(1))
          .start();

      Run run = runtime.run("visits");

      assertThat(run.state()).as("%s", run).isEqualTo(RunState.DELIVERED);
      assertThat(delivered())
          .containsExactly("Forms.csv: id,age\n0,\n", "form.child.csv: id,name\n0|0,\n");
      assertThat(folder.resolve("shaping")).isEmptyDirectory();
    }
  }

  private static Body archive(String... namesAndTexts) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (int i = 0; i < namesAndTexts.length; i += 2) {
        zip.putNextEntry(new ZipEntry(namesAndTexts[i]));
        zip.write(namesAndTexts[i + 1].getBytes(StandardCharsets.UTF_8));
      }
    }
    return Body.of(bytes.toByteArray());
  }
}
