package io.saddlebag.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.simulator.Body;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import net.lingala.zip4j.io.outputstream.ZipOutputStream;
import net.lingala.zip4j.model.ZipParameters;
import net.lingala.zip4j.model.enums.CompressionLevel;
import net.lingala.zip4j.model.enums.EncryptionMethod;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Shapes of a file that is larger than the heap, one after the other; the profile load makes it 1
 * GiB.
 */
class LargeShapesTest {
  private static final String LATIN = "1000001,Mu\u00f1oz,---,Nursing\n";
  private static final String SHAPED = "1000001,Mu\u00f1oz,,Nursing\n";
  private static final String TEXT = "1000001,Garcia,none,Nursing\n";
  private static final String PASSWORD = "p&ss%w+rd#1?";
  private static final long MIB = Long.getLong("large.shapes.mib", 80);
  private static final long LINES = (MIB << 20) / LATIN.length();

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(names = {"AES", "ZIP_STANDARD"})
  void an_encrypted_table_larger_than_the_heap_is_unpacked_and_shaped(EncryptionMethod method)
      throws Exception {
    try (LargeExport large =
        new LargeExport(folder, "large.zip", "application/zip", archive(method))) {
      large.files().with("archive.password", PASSWORD);

      large.deliver(
          MIB + " MiB encrypted with " + method + ", unpacked, into UTF-8, dashes made empty",
          """
          - kamelet:
              name: unpack-action
              parameters: {passwordProperty: archive.password, maxRatio: 0}
              steps:
                - to: kamelet:to-utf8-action
                - to:
                    uri: kamelet:commcare-table-action
                    parameters: {missing: empty}
                - to: direct:to-folder
          """);

      assertThat(large.files().delivered())
          .singleElement()
          .satisfies(
              file ->
                  assertThat(Files.size(file))
                      .as("the first line names the columns and keeps its dashes")
                      .isEqualTo(
                          "---".length() + LINES * SHAPED.getBytes(StandardCharsets.UTF_8).length));
      assertThat(folder.resolve("shaping")).isEmptyDirectory();
    }
  }

  @Test
  @Tag("load")
  void a_table_larger_than_the_heap_becomes_parquet() throws Exception {
    try (LargeExport large =
        new LargeExport(
            folder, "large.csv", "text/csv", Body.repeating(TEXT, LINES * TEXT.length()))) {
      large.deliver(
          MIB + " MiB into Parquet",
          """
          - to: kamelet:to-parquet-action
          - to: direct:to-folder
          """);

      try (var database = DriverManager.getConnection("jdbc:duckdb:");
          var count = database.prepareStatement("select count(*) from read_parquet($1)")) {
        count.setString(1, large.files().delivered().get(0).toString());
        try (var found = count.executeQuery()) {
          assertThat(found.next()).isTrue();
          assertThat(found.getLong(1)).as("all lines but the one of names").isEqualTo(LINES - 1);
        }
      }
    }
  }

  private Body archive(EncryptionMethod method) throws IOException {
    Path zip = folder.resolve("large.zip");
    ZipParameters entry = new ZipParameters();
    entry.setEncryptFiles(true);
    entry.setEncryptionMethod(method);
    entry.setCompressionLevel(CompressionLevel.FASTEST);
    entry.setFileNameInZip("#|form|visit|#.csv");
    byte[] block = LATIN.repeat(10_000).getBytes(StandardCharsets.ISO_8859_1);
    try (ZipOutputStream out =
        new ZipOutputStream(Files.newOutputStream(zip), PASSWORD.toCharArray())) {
      out.putNextEntry(entry);
      for (long left = LINES * LATIN.length(); left > 0; left -= block.length) {
        out.write(block, 0, (int) Math.min(left, block.length));
      }
      out.closeEntry();
    }
    return new Body() {
      @Override
      public long length() {
        return zip.toFile().length();
      }

      @Override
      public void writeTo(OutputStream out, long offset) throws IOException {
        try (var in = Files.newInputStream(zip)) {
          in.skipNBytes(offset);
          in.transferTo(out);
        }
      }
    };
  }
}
