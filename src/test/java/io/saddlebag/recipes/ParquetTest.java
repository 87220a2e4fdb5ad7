package io.saddlebag.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.docs.Recipe;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The recipe parquet; what comes out is read again. */
class ParquetTest extends ApplicantsTest {
  @BeforeEach
  void shape() {
    runtime.with("shaping.folder", folder.resolve("shaping").toString());
  }

  private static List<String> rows(Path parquet, String query) throws Exception {
    List<String> rows = new ArrayList<>();
    try (var database = DriverManager.getConnection("jdbc:duckdb:");
        var statement = database.prepareStatement(query)) {
      statement.setString(1, parquet.toString());
      try (var found = statement.executeQuery()) {
        while (found.next()) {
          List<String> row = new ArrayList<>();
          for (int column = 1; column <= found.getMetaData().getColumnCount(); column++) {
            row.add(found.getMetaData().getColumnTypeName(column) + " " + found.getString(column));
          }
          rows.add(String.join("|", row));
        }
      }
    }
    return rows;
  }

  @Test
  void the_recipe_delivers_a_parquet_file_with_typed_columns() throws Exception {
    file("id,name,\"the date\"\n1,\"Muñoz, \"\"Pepe\"\"\",2026-01-31\n# 2,x,\n3,,2026-02-01\n");
    load(
        Recipe.of("parquet")
            .yaml()
            .replace("types: guess", "types: guess\n              memory: 128MiB"));
    runtime.start();

    Run run = runtime.run("applicants");

    assertThat(run.state()).as("%s", run).isEqualTo(RunState.DELIVERED);
    assertThat(runtime.delivered())
        .singleElement()
        .satisfies(
            file -> {
              assertThat(file.toString()).endsWith("-applicants.parquet");
              assertThat(rows(file, "select name, \"the date\" from read_parquet($1)"))
                  .containsExactly(
                      "VARCHAR Muñoz, \"Pepe\"|DATE 2026-01-31",
                      "VARCHAR x|DATE null",
                      "VARCHAR null|DATE 2026-02-01");
              assertThat(rows(file, "select id from read_parquet($1)"))
                  .containsExactly("VARCHAR 1", "VARCHAR # 2", "VARCHAR 3");
            });
    assertThat(folder.resolve("shaping")).isEmptyDirectory();
  }

  @Test
  void without_a_word_about_types_all_columns_are_texts() throws Exception {
    file("id;when\n007;2026-01-31\n");
    load(Recipe.of("parquet").yaml().replace("types: guess", "delimiter: ;"));
    runtime.start();

    assertThat(runtime.run("applicants").state()).isEqualTo(RunState.DELIVERED);

    assertThat(rows(runtime.delivered().get(0), "select * from read_parquet($1)"))
        .containsExactly("VARCHAR 007|VARCHAR 2026-01-31");
  }

  @Test
  void a_row_that_does_not_fit_fails_by_its_line_and_is_not_told() throws Exception {
    file("id,name\n" + "1,a\n".repeat(30_000) + "2,private,private\n");
    load(Recipe.of("parquet").yaml().replace("types: guess", "types: text"));
    runtime.start();

    Run run = runtime.request("applicants");
    runtime.reaches(run.id(), seen -> seen.state() == RunState.STAGED && seen.attempts() > 0);

    assertThat(runtime.saddlebag().ledger().history().failures(run.id()).get(0).message())
        .contains(
            "applicants.csv cannot be read at line 30002, where a row begins: it has 3 fields, but")
        .doesNotContain("private");
    assertThat(runtime.delivered()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "memory: 64MiB, write 128MiB or more",
    "memory: much, much",
    "delimiter: ab, not one character",
    "compression: gzip, compression",
  })
  void a_parameter_that_cannot_be_is_refused_at_load(String parameter, String words)
      throws Exception {
    load(Recipe.of("parquet").yaml().replace("types: guess", parameter));
    runtime.start();

    assertThat(runtime.saddlebag().problems().orElseThrow()).contains(words);
  }
}
