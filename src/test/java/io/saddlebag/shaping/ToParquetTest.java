package io.saddlebag.shaping;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Driver;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The Kamelet {@code to-parquet-action} and what DuckDB by itself would make something else of. */
class ToParquetTest {
  @TempDir Path folder;

  private Path kept() {
    return folder.resolve("kept.parquet");
  }

  private Exchange converted(String name, String csv, String types) throws Exception {
    Processor keep =
        exchange ->
            Files.copy(
                exchange.getMessage().getBody(File.class).toPath(),
                kept(),
                StandardCopyOption.REPLACE_EXISTING);
    try (KameletContext context = new KameletContext(folder.resolve("work"), new Properties())) {
      context.camel().getRegistry().bind("keep", keep);
      context.routes(
          """
          - route:
              from:
                uri: direct:table
                steps:
                  - to:
                      uri: kamelet:to-parquet-action
                      parameters: {types: %s}
                  - process: {ref: keep}
          """
              .formatted(types));
      return context.send("direct:table", Files.writeString(folder.resolve(name), csv));
    }
  }

  /** The names of the columns, then the rows. */
  private List<String> table() throws Exception {
    List<String> table = new ArrayList<>();
    try (var database = DriverManager.getConnection("jdbc:duckdb:");
        var rows = database.prepareStatement("select * from read_parquet($1)")) {
      rows.setString(1, kept().toString());
      try (var found = rows.executeQuery()) {
        int columns = found.getMetaData().getColumnCount();
        List<String> row = new ArrayList<>();
        for (int column = 1; column <= columns; column++) {
          row.add(found.getMetaData().getColumnName(column));
        }
        table.add(String.join(",", row));
        while (found.next()) {
          row.clear();
          for (int column = 1; column <= columns; column++) {
            row.add(found.getString(column));
          }
          table.add(String.join(",", row));
        }
      }
    }
    return table;
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "\r\n\r\n", "\uFEFF", "\uFEFF\n"})
  void a_file_without_a_line_that_says_something_fails_as_empty(String csv) throws Exception {
    Exchange done = converted("answers.csv", csv, "text");

    assertThat(done.getException())
        .isInstanceOf(ShapingFailure.class)
        .hasMessageStartingWith("answers.csv is empty");
    assertThat(kept()).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "'||id,b|1,2|', text",
    "'||id,b|1,2|', guess",
    "'|id,b|1,2', guess",
    "'\uFEFF||id,b|1,2|', guess",
    "'id,b||1,2||', text",
  })
  void blank_lines_before_the_names_of_columns_count_for_nothing(String lines, String types)
      throws Exception {
    for (String end : List.of("\n", "\r\n", "\r")) {
      assertThat(converted("answers.csv", lines.replace("|", end), types).getException()).isNull();
      assertThat(table()).containsExactly("id,b", "1,2");
    }
  }

  @Test
  void a_blank_line_of_a_file_of_one_column_is_a_row_without_a_value() throws Exception {
    assertThat(converted("answers.csv", "id\n1\n\n2\n\n", "text").getException()).isNull();

    assertThat(table()).containsExactly("id", "1", "null", "2", "null");
  }

  @Test
  void without_duckdb_s_driver_the_failure_says_where_to_put_it() throws Exception {
    Driver duckdb = DriverManager.getDriver("jdbc:duckdb:");
    DriverManager.deregisterDriver(duckdb);
    try {
      assertThat(converted("answers.csv", "id\n1\n", "text").getException())
          .isInstanceOf(ShapingFailure.class)
          .hasMessageContaining("needs DuckDB's JDBC driver: put duckdb_jdbc")
          .hasMessageContaining("into lib beside the launcher");
    } finally {
      DriverManager.registerDriver(duckdb);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a [12].csv", "a ?.csv", "*.csv", "it's.csv", "a [1].csv"})
  void a_name_is_a_name_and_no_pattern(String name) throws Exception {
    Files.writeString(folder.resolve("a 1.csv"), "id\nanother\n");

    Exchange done = converted(name, "id\nthis\n", "text");

    assertThat(done.getException()).isNull();
    assertThat(done.getMessage().getHeader(Exchange.FILE_NAME))
        .isEqualTo(name.replace(".csv", ".parquet"));
    assertThat(table()).containsExactly("id", "this");
  }
}
