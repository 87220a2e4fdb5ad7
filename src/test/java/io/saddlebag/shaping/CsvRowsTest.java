package io.saddlebag.shaping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The Kamelet {@code csv-rows-action}, in Camel. */
class CsvRowsTest {
  @TempDir Path folder;
  private final List<String> seen = new ArrayList<>();
  private KameletContext context;

  @BeforeEach
  void start() {
    context = new KameletContext(folder.resolve("work"), new Properties());
    context
        .camel()
        .getRegistry()
        .bind(
            "see",
            (org.apache.camel.Processor)
                exchange -> seen.add(exchange.getMessage().getBody().toString()));
  }

  @AfterEach
  void stop() throws Exception {
    context.close();
  }

  private Exchange rows(String parameters, Charset charset, String csv) throws Exception {
    context.routes(
        """
        - route:
            from:
              uri: direct:rows
              steps:
                - kamelet:
                    name: csv-rows-action
                    parameters: {%s}
                    steps:
                      - process: {ref: see}
        """
            .formatted(parameters));
    return context.send(
        "direct:rows", Files.writeString(folder.resolve("table.csv"), csv, charset));
  }

  @Test
  void rows_come_some_at_a_time_with_quotes_line_breaks_and_empty_fields_as_they_are()
      throws Exception {
    Exchange done =
        rows(
            "rows: 2",
            StandardCharsets.UTF_8,
            "\uFEFFid,\"a \"\"name\"\"\"\r\n1,\"x, y\nz\"\r\n\r\n2,\n3,\"\"\n4,ü\n5,last");

    assertThat(done.getException()).isNull();
    assertThat(seen)
        .containsExactly(
            "[{id=1, a \"name\"=x, y\nz}, {id=2, a \"name\"=null}]",
            "[{id=3, a \"name\"=}, {id=4, a \"name\"=ü}]",
            "[{id=5, a \"name\"=last}]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "a|1||2# [{a=1}, {a=null}, {a=2}]",
        "a|1||2|# [{a=1}, {a=null}, {a=2}]",
        "a|1||# [{a=1}, {a=null}]",
        "a||# [{a=null}]",
        "a|\"\"|1# [{a=}, {a=1}]",
        "||a|1# [{a=1}]",
        "a|# ",
      })
  void a_blank_line_of_a_file_of_one_column_is_a_row_without_a_value(String lines, String rows)
      throws Exception {
    for (String end : List.of("\n", "\r\n")) {
      seen.clear();
      context.close();
      start();
      assertThat(rows("rows: 9", StandardCharsets.UTF_8, lines.replace("|", end)).getException())
          .isNull();
      assertThat(String.join("", seen)).isEqualTo(rows == null ? "" : rows);
    }
  }

  @Test
  void another_encoding_and_delimiter_are_read() throws Exception {
    rows("encoding: ISO-8859-1, delimiter: ;", StandardCharsets.ISO_8859_1, "a;b\nü;1,5\n");

    assertThat(seen).containsExactly("[{a=ü, b=1,5}]");
  }

  @Test
  void a_table_without_rows_sends_nothing() throws Exception {
    assertThat(rows("rows: 1", StandardCharsets.UTF_8, "a,b\n").getException()).isNull();
    assertThat(seen).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "a,b|1,2|3|4,5# line 3, where a row begins: it has 1 field, but the first line names 2",
        "a,b|1,2,3# line 2, where a row begins: it has 3 fields, but the first line names 2 columns;",
        "a,b|1,2,# the last one is empty: rows must not end with a delimiter",
        "a,b|1,\"2|3,4# line 2, where a row begins: its quotes are opened and never closed",
        "a,b|1,\"2\"3|# line 2, where a row begins: there is more in a field behind its closing",
        "a,a|1,2|# line 1, where a row begins: it gives column 2 the name of column 1",
        "a,|1,2|# does not name column 2",
        "||# is empty: it needs a first line that names the columns",
        "a,b|1,\u00002# line 2, where a row begins: there is a character of the code 0",
      })
  void what_is_no_csv_fails_with_the_place(String lines, String words) throws Exception {
    Exchange done = rows("rows: 1000", StandardCharsets.UTF_8, lines.replace('|', '\n'));

    assertThat(done.getException()).hasStackTraceContaining(words);
    assertThat(seen).isEmpty();
  }

  @Test
  void bytes_of_another_encoding_fail() throws Exception {
    Exchange done = rows("rows: 1", StandardCharsets.ISO_8859_1, "a,b\n1,ü\n");

    assertThat(done.getException()).hasStackTraceContaining("table.csv cannot be read at line 2");
  }

  @Test
  void a_quote_that_is_missing_in_a_large_file_does_not_fill_the_memory() throws Exception {
    Exchange done =
        rows("rows: 1", StandardCharsets.UTF_8, "a,b\n1,\"" + "x,y\n".repeat(5_000_000));

    assertThat(done.getException()).hasStackTraceContaining("a quote may be missing");
  }

  @ParameterizedTest
  @CsvSource({
    "'encoding: nothing-8', no character set of Java",
    "'delimiter: ab', not one character",
    "'rows: 0', write 1 or more",
  })
  void a_parameter_that_cannot_be_is_refused_at_load(String parameter, String words) {
    assertThatThrownBy(() -> rows(parameter, StandardCharsets.UTF_8, "a\n1\n"))
        .hasStackTraceContaining(words);
  }
}
