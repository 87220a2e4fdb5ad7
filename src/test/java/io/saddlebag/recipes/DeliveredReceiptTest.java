package io.saddlebag.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import io.saddlebag.run.StagedFile;
import io.saddlebag.simulator.Body;
import io.saddlebag.simulator.webadmit.WebAdmitExport;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever holds a delivered file against the receipt beside it must find them alike. */
class DeliveredReceiptTest extends ApplicantsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @BeforeEach
  void shape() {
    runtime.with("shaping.folder", folder.resolve("shaping").toString());
  }

  private Run delivered(String steps) throws Exception {
    load(EXPORT + steps.indent(8));
    runtime.start();
    Run run = runtime.run("applicants");
    assertThat(run.state()).as("%s", run).isEqualTo(RunState.DELIVERED);
    return run;
  }

  private StagedFile staged(Run run) {
    return runtime.saddlebag().ledger().receipts().of(run.id()).get(0);
  }

  private static String receiptBeside(Path file) throws IOException {
    return Files.readString(Path.of(file + ".receipt.json"));
  }

  private static void assertChecks(JsonNode receipt, Path file) throws Exception {
    byte[] bytes = Files.readAllBytes(file);
    assertThat(receipt.path("bytes").asLong()).isEqualTo(bytes.length);
    assertThat(receipt.path("sha256").asText())
        .isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
  }

  private void assertNamesTheOriginal(JsonNode receipt, Run run) {
    StagedFile staged = staged(run);
    assertThat(receipt.path("run").asText()).isEqualTo(run.id());
    assertThat(receipt.path("original").path("name").asText()).isEqualTo(staged.name());
    assertThat(receipt.path("original").path("bytes").asLong()).isEqualTo(staged.bytes());
    assertThat(receipt.path("original").path("sha256").asText()).isEqualTo(staged.sha256());
    assertThat(receipt.path("original").path("contentType").asText())
        .isEqualTo(staged.contentType());
    assertThat(receipt.has("contentType")).as("the original's type").isFalse();
  }

  @Test
  void a_shaped_file_s_receipt_is_of_that_file_and_names_the_original() throws Exception {
    file("id,name\n1,Muñoz\n");

    Run run = delivered("- to: kamelet:to-utf8-action\n- to: direct:to-folder\n");

    Path file = runtime.delivered().get(0);
    JsonNode receipt = JSON.readTree(receiptBeside(file));
    assertThat(receipt.path("name").asText()).isEqualTo("applicants.csv");
    assertChecks(receipt, file);
    assertNamesTheOriginal(receipt, run);
  }

  @Test
  void each_file_of_an_archive_has_a_receipt_of_its_own() throws Exception {
    archive("tables/#.csv", "id\n1\n", "tables/b.csv", "id\n1\n2\n");

    Run run =
        delivered(
            """
            - kamelet:
                name: unpack-action
                steps:
                  - to: kamelet:commcare-table-action
                  - to: direct:to-folder
            """);

    assertThat(runtime.delivered()).hasSize(2);
    for (Path file : runtime.delivered()) {
      JsonNode receipt = JSON.readTree(receiptBeside(file));
      assertThat(receipt.path("name").asText()).matches("tables/(Forms|b)[.]csv");
      assertChecks(receipt, file);
      assertNamesTheOriginal(receipt, run);
    }
  }

  /** As users write them: knows no receipt, leaves all headers, and keeps the size. */
  public static final class OwnStep {
    /** A file of its own. */
    public File file(File staged) throws IOException {
      File own = File.createTempFile("own", ".csv");
      own.deleteOnExit();
      Files.write(own.toPath(), bytes(staged));
      return own;
    }

    /** The bytes themselves. */
    public byte[] bytes(File staged) throws IOException {
      byte[] bytes = Files.readAllBytes(staged.toPath());
      bytes[bytes.length - 1] ^= 1;
      return bytes;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "bytes"})
  void what_a_step_of_the_user_s_own_puts_there_is_told_from_the_original(String method)
      throws Exception {
    file("id,name\n1,Muñoz\n");

    Run run =
        delivered(
            """
            - bean:
                beanType: %s
                method: %s
            - to: direct:to-folder
            """
                .formatted(OwnStep.class.getName(), method));

    Path file = runtime.delivered().get(0);
    JsonNode receipt = JSON.readTree(receiptBeside(file));
    assertChecks(receipt, file);
    assertNamesTheOriginal(receipt, run);
  }

  @Test
  void a_file_that_no_step_has_shaped_has_the_receipt_that_came_with_it() throws Exception {
    file("id,name\n1,Muñoz\n");

    Run run =
        delivered(
            """
            - setVariable:
                name: came
                simple: "${header.SaddlebagReceipt}"
            - to: direct:to-folder
            - setBody:
                variable: came
            - removeHeaders:
                pattern: "*"
            - setHeader:
                name: CamelFileName
                constant: came
            - to:
                uri: kamelet:folder-sink
                parameters:
                  layout: "{name}"
                  receipt: false
            """);

    Path file = runtime.delivered().get(0);
    JsonNode receipt = JSON.readTree(receiptBeside(file));
    assertThat(receiptBeside(file)).isEqualTo(Files.readString(runtime.delivered().get(1)));
    assertThat(receipt.path("contentType").asText()).isEqualTo(staged(run).contentType());
    assertThat(receipt.has("original")).isFalse();
    assertChecks(receipt, file);
  }

  @Test
  void a_file_that_no_step_has_shaped_is_not_read_for_its_receipt() throws Exception {
    file("id,name\n1,Muñoz\n");
    String untrue = "{\"name\": \"applicants.csv\", \"bytes\": 1, \"sha256\": \"f00\"}";

    delivered(
        """
        - setHeader:
            name: SaddlebagReceipt
            constant: '%s'
        - to: direct:to-folder
        """
            .formatted(untrue));

    assertThat(receiptBeside(runtime.delivered().get(0))).isEqualTo(untrue);
  }

  @Test
  void a_file_that_was_given_another_name_is_named_by_both() throws Exception {
    file("id,name\n1,Muñoz\n");

    Run run =
        delivered(
            """
            - setHeader:
                name: CamelFileName
                constant: people.csv
            - to: direct:to-folder
            """);

    Path file = runtime.delivered().get(0);
    JsonNode receipt = JSON.readTree(receiptBeside(file));
    assertThat(receipt.path("name").asText()).isEqualTo("people.csv");
    assertChecks(receipt, file);
    StagedFile staged = staged(run);
    assertThat(receipt.path("contentType").asText()).isEqualTo(staged.contentType());
    assertThat(receipt.path("checks")).hasSameSizeAs(staged.checks()).isNotEmpty();
    assertThat(receipt.path("stagedAt").asText()).isEqualTo(staged.stagedAt().toString());
    assertThat(receipt.has("vendorModified")).isTrue();
    assertThat(receipt.path("original"))
        .isEqualTo(JSON.createObjectNode().put("name", staged.name()));
  }

  private void archive(String... namesAndTexts) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (int i = 0; i < namesAndTexts.length; i += 2) {
        zip.putNextEntry(new ZipEntry(namesAndTexts[i]));
        zip.write(namesAndTexts[i + 1].getBytes(StandardCharsets.UTF_8));
      }
    }
    vendor.export(
        new WebAdmitExport(
            86446,
            "Nightly applicants",
            "ZIP",
            "application/zip",
            "applicants.zip",
            Body.of(bytes.toByteArray())));
  }
}
