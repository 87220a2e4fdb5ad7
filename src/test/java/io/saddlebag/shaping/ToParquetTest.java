package io.saddlebag.shaping;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.DriverManager;
import java.util.Properties;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Kamelet {@code to-parquet-action} and names that DuckDB would take for patterns. */
class ToParquetTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"a [12].csv", "a ?.csv", "*.csv", "it's.csv", "a [1].csv"})
  void a_name_is_a_name_and_no_pattern(String name) throws Exception {
    Files.writeString(folder.resolve("a 1.csv"), "id\nanother\n");
    Path kept = folder.resolve("kept.parquet");
    Processor keep =
        exchange ->
            Files.copy(
                exchange.getMessage().getBody(File.class).toPath(),
                kept,
                StandardCopyOption.REPLACE_EXISTING);
    try (KameletContext context = new KameletContext(folder.resolve("work"), new Properties())) {
      context.camel().getRegistry().bind("keep", keep);
      context.routes(
          """
          - route:
              from:
                uri: direct:table
                steps:
                  - to: kamelet:to-parquet-action
                  - process: {ref: keep}
          """);

      Exchange done =
          context.send("direct:table", Files.writeString(folder.resolve(name), "id\nthis\n"));

      assertThat(done.getException()).isNull();
      assertThat(done.getMessage().getHeader(Exchange.FILE_NAME))
          .isEqualTo(name.replace(".csv", ".parquet"));
    }
    try (var database = DriverManager.getConnection("jdbc:duckdb:");
        var rows = database.prepareStatement("select string_agg(id) from read_parquet($1)")) {
      rows.setString(1, kept.toString());
      try (var found = rows.executeQuery()) {
        assertThat(found.next()).isTrue();
        assertThat(found.getString(1)).isEqualTo("this");
      }
    }
  }
}
