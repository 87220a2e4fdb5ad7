package io.saddlebag.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.saddlebag.run.StagedFile;
import io.saddlebag.run.StepFailure;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One file of a run after the other. */
class VendorFilesTest {
  @TempDir Path folder;
  private CarriedRun run;
  private VendorFiles files;
  private Exchange exchange;

  @BeforeEach
  void carry() {
    run = new CarriedRun(folder, Map.of("server", "https://admissions.example.org"));
    files = new VendorFiles(run.ledger);
    exchange = run.exchange("webadmit-pdf-source");
  }

  @AfterEach
  void end() {
    run.close();
  }

  private void stage(int position) {
    String source = exchange.getVariable(VendorFiles.SOURCE, String.class);
    String id = exchange.getVariable("runId", String.class);
    int attempt = exchange.getVariable("runAttempt", Integer.class);
    run.ledger
        .receipts()
        .save(
            new StagedFile(
                id,
                position,
                position + ".zip",
                1,
                "ab",
                null,
                folder.resolve("x"),
                null,
                List.of(),
                CarriedRun.NOW,
                null,
                source),
            attempt);
  }

  @Test
  void each_file_has_its_turn_once_however_its_link_is_signed() {
    exchange.setVariable(
        "links", List.of("https://s.example/a/1.zip?sig=1", "https://s.example/a/2.zip?sig=1"));
    files.next(exchange);
    assertThat(exchange.getVariable("link")).isEqualTo("https://s.example/a/1.zip?sig=1");
    assertThat(exchange.getVariable("filePosition")).isEqualTo(0);
    assertThat(exchange.getVariable("fileName")).isEqualTo("1.zip");
    stage(0);

    exchange.setVariable(
        "links", List.of("https://s.example/a/1.zip?sig=2", "https://s.example/a/2.zip?sig=2"));
    files.next(exchange);

    assertThat(exchange.getVariable("link")).isEqualTo("https://s.example/a/2.zip?sig=2");
    assertThat(exchange.getVariable("filePosition")).isEqualTo(1);
    stage(1);
    files.next(exchange);
    assertThat(exchange.getVariable("links")).isNull();
    assertThat(exchange.getVariable("link")).isNull();
    assertThat(exchange.getVariable(VendorFiles.SOURCE)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "https://s.example/pdfs/2026.zip?x=1, 2026.zip",
    "https://s.example/batches/12/files/345/download, 345.pdf",
    "https://s.example/9, 9.pdf"
  })
  void a_file_without_a_name_is_called_by_its_link(String link, String name) {
    exchange.setVariable("links", List.of(link));
    exchange.setVariable("fileSuffix", ".pdf");

    files.next(exchange);

    assertThat(exchange.getVariable("fileName")).isEqualTo(name);
  }

  @Test
  void the_source_of_a_file_tells_nothing_of_its_link() {
    exchange.setVariable("links", List.of("https://s.example/secret/1.zip?sig=1"));

    files.next(exchange);

    assertThat(exchange.getVariable(VendorFiles.SOURCE, String.class)).matches("[0-9a-f]{32}");
  }

  @Test
  void a_vendor_that_names_no_file_is_asked_a_few_times() {
    for (List<String> links : java.util.Arrays.asList(null, List.<String>of())) {
      exchange.setVariable("links", links);
      assertThat(catchThrowableOfType(StepFailure.RetryLater.class, () -> files.next(exchange)))
          .satisfies(
              failure -> {
                assertThat(failure.failureName()).isEqualTo("NO_LINK");
                assertThat(failure.attempts()).isEqualTo(5);
              });
    }
  }
}
