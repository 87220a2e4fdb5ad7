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
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
    return converted(name, csv, types, "auto");
  }

  private Exchange converted(String name, String csv, String types, String memory)
      throws Exception {
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
                      parameters: {types: %s, memory: %s}
                  - process: {ref: keep}
          """
              .formatted(types, memory));
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

  private static String wide(int columns, int rows) {
    String names =
        IntStream.range(0, columns).mapToObj(i -> "q" + i).collect(Collectors.joining(","));
    return names + "\n" + ("1" + ",1".repeat(columns - 1) + "\n").repeat(rows);
  }

  @Test
  void two_thousand_columns_fit_without_a_word_about_memory() throws Exception {
    assertThat(converted("wide.csv", wide(2000, 50), "text").getException()).isNull();

    assertThat(table()).hasSize(51).first().asString().startsWith("q0,q1,").endsWith(",q1999");
  }

  @Test
  void columns_that_do_not_fit_the_memory_are_told_with_what_to_set() throws Exception {
    Exchange done = converted("wide.csv", wide(2000, 1), "text", "128MiB");

    assertThat(done.getException())
        .isInstanceOf(ShapingFailure.class)
        .hasMessage(
            "wide.csv has 2000 columns and does not fit into the 128MiB of to-parquet-action: set its"
                + " memory to 448MiB");
    assertThat(kept()).doesNotExist();
  }

  @Test
  void a_row_of_more_than_two_megabytes_is_a_row() throws Exception {
    String note = "x".repeat(4_100_000);

    assertThat(converted("long.csv", "id,note\n1,\"" + note + "\"\n2,y\n", "text").getException())
        .isNull();

    assertThat(table()).containsExactly("id,note", "1," + note, "2,y");
  }

  @Test
  void guessed_columns_have_no_value_where_the_field_is_empty_in_quotes_too() throws Exception {
    assertThat(
            converted("answers.csv", "\"id\",\"n\"\n\"1\",\"2\"\n\"2\",\"\"\n\"3\",\n", "guess")
                .getException())
        .isNull();

    assertThat(table()).containsExactly("id,n", "1,2", "2,null", "3,null");
  }

  @Test
  void a_table_of_names_alone_is_a_table_whatever_the_types() throws Exception {
    for (String types : List.of("text", "guess")) {
      assertThat(converted("answers.csv", "id,n\r\n", types).getException()).isNull();
      assertThat(table()).containsExactly("id,n");
    }
  }

  @Test
  void of_names_that_differ_in_case_alone_the_second_is_told_apart() throws Exception {
    assertThat(converted("answers.csv", "id,ID\n1,2\n", "text").getException()).isNull();

    assertThat(table()).containsExactly("id,ID_1", "1,2");
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
