package io.saddlebag.shaping;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every step takes a file as Camel's own component for files brings it. */
class FilesOfCamelTest {
  private static final byte[] ACTIVITY =
      """
      {"definition": {"fields": [{"id": "a", "type": {"dataType": "string"}}]},
       "records": [{"ownerId": "m", "fields": [{"id": "a", "values": ["x"]}]}]}"""
          .getBytes(StandardCharsets.UTF_8);
  private static final byte[] TABLE = "id,name\n1,---\n".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;

  /**
   * A step and what comes of it.
   *
   * @param given the file that it is given
   * @param body how the body begins that it gives
   */
  private record Step(String kamelet, String name, byte[] given, boolean ownSteps, String body) {
    @Override
    public String toString() {
      return kamelet;
    }
  }

  static List<Step> steps() throws IOException {
    return List.of(
        new Step("alida-to-csv-action", "a.json", ACTIVITY, false, "ownerId,"),
        new Step("alida-codebook-action", "a.json", ACTIVITY, false, "fieldId,"),
        new Step("alida-to-ndjson-action", "a.json", ACTIVITY, false, "{\"ownerId\":\"m\""),
        new Step("to-utf8-action", "a.csv", TABLE, false, "id,name"),
        new Step("to-parquet-action", "a.csv", TABLE, false, "PAR1"),
        new Step("commcare-table-action?missing=empty", "a.csv", TABLE, false, "id,name\n1,\n"),
        new Step("csv-rows-action", "a.csv", TABLE, true, "[{id=1, name=---}]"),
        new Step("unpack-action", "a.zip", zipped(), true, "id,name"));
  }

  private static byte[] zipped() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("a.csv"));
      zip.write(TABLE);
    }
    return bytes.toByteArray();
  }

  @ParameterizedTest
  @MethodSource("steps")
  void a_file_that_camels_file_component_brings_is_taken(Step step) throws Exception {
    Path inbox = Files.createDirectory(folder.resolve("inbox"));
    Files.write(inbox.resolve(step.name()), step.given());
    String out = "{to: \"file:" + folder.resolve("out") + "\"}";
    String steps =
        step.ownSteps()
            ? "[{kamelet: {name: %s, steps: [{setBody: {simple: \"${bodyAs(String)}\"}}, %s]}}]"
            : "[{to: \"kamelet:%s\"}, %s]";
    try (KameletContext context = new KameletContext(folder.resolve("work"), new Properties())) {
      context.routes(
          """
          - route:
              id: mine
              from:
                uri: file
                parameters: {directoryName: %s, initialDelay: 0, delay: 50, readLock: none}
                steps: %s
          """
              .formatted(inbox, steps.formatted(step.kamelet(), out)));
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> !delivered().isEmpty());
    }

    assertThat(Files.readString(delivered().get(0), StandardCharsets.ISO_8859_1))
        .startsWith(step.body());
  }

  private List<Path> delivered() throws IOException {
    if (!Files.isDirectory(folder.resolve("out"))) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder.resolve("out"))) {
      return files.filter(Files::isRegularFile).toList();
    }
  }
}
