package io.saddlebag.shaping;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.csv.CsvCorpus;
import io.saddlebag.csv.CsvTable;
import io.saddlebag.csv.CsvWriting;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** All steps that read CSV, as Kamelets, make the same table of a file or refuse it alike. */
class OneGrammarTest {
  @TempDir static Path folder;
  private static final List<List<@Nullable String>> ROWS = new ArrayList<>();
  private static final Path KEPT = Path.of("kept");
  private static EmbeddedPostgres postgres;
  private static Connection warehouse;
  private static KameletContext context;

  @BeforeAll
  static void start() throws Exception {
    postgres = EmbeddedPostgres.start();
    warehouse = postgres.getPostgresDatabase().getConnection();
    Properties properties = new Properties();
    properties.setProperty("warehouse.url", postgres.getJdbcUrl("postgres", "postgres"));
    properties.setProperty("warehouse.user", "postgres");
    context = new KameletContext(folder.resolve("work"), properties);
    context.camel().getRegistry().bind("rows", (Processor) OneGrammarTest::takeRows);
    context.camel().getRegistry().bind("keep", (Processor) OneGrammarTest::keep);
    StringBuilder routes = new StringBuilder();
    for (String delimiter : List.of(",", ";", "|")) {
      routes.append(
          """
          - route:
              from:
                uri: direct:rows@
                steps:
                  - kamelet:
                      name: csv-rows-action
                      parameters: {delimiter: "#", rows: 2}
                      steps:
                        - process: {ref: rows}
          - route:
              from:
                uri: direct:parquet@
                steps:
                  - to:
                      uri: kamelet:to-parquet-action
                      parameters: {delimiter: "#"}
                  - process: {ref: keep}
          - route:
              from:
                uri: direct:copy@
                steps:
                  - setHeader: {name: SaddlebagRun, simple: "${exchangeId}"}
                  - setHeader: {name: SaddlebagPosition, constant: 0}
                  - to:
                      uri: kamelet:postgres-copy-sink
                      parameters: {connection: warehouse, table: corpus, mode: replace, delimiter: "#"}
          """
              .replace("@", String.valueOf((int) delimiter.charAt(0)))
              .replace("#", delimiter));
    }
    context.routes(
        routes
            + """
            - route:
                from:
                  uri: direct:dashes
                  steps:
                    - to:
                        uri: kamelet:commcare-table-action
                        parameters: {missing: empty}
                    - process: {ref: keep}
            """);
  }

  @AfterAll
  static void stop() throws Exception {
    context.close();
    warehouse.close();
    postgres.close();
  }

  @BeforeEach
  void nothingKept() throws IOException {
    ROWS.clear();
    Files.deleteIfExists(folder.resolve(KEPT));
  }

  private static void takeRows(Exchange exchange) {
    for (Object row : exchange.getMessage().getBody(List.class)) {
      List<@Nullable String> fields = new ArrayList<>();
      ((Map<?, ?>) row).values().forEach(field -> fields.add((String) field));
      if (ROWS.isEmpty()) {
        List<@Nullable String> names = new ArrayList<>();
        ((Map<?, ?>) row).keySet().forEach(name -> names.add((String) name));
        ROWS.add(names);
      }
      ROWS.add(fields);
    }
  }

  private static void keep(Exchange exchange) throws IOException {
    Files.copy(
        exchange.getMessage().getBody(File.class).toPath(),
        folder.resolve(KEPT),
        StandardCopyOption.REPLACE_EXISTING);
  }

  static List<CsvCorpus.Case> cases() throws IOException {
    return CsvCorpus.cases();
  }

  private static Exchange send(String step, CsvCorpus.Case file) throws IOException {
    Path given = Files.write(folder.resolve("table.csv"), file.bytes());
    return context.send("direct:" + step + (int) file.delimiter().charAt(0), given);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void all_steps_make_the_same_of_a_file_of_the_corpus(CsvCorpus.Case file) throws Exception {
    if (file.table() == null) {
      refused(file);
    } else {
      same(file, file.table());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void all_steps_make_the_same_of_a_table_that_is_written_in_whatever_way(long seed)
      throws Exception {
    Random random = new Random(seed);
    List<List<@Nullable String>> table = CsvWriting.table(random);
    String delimiter = String.valueOf(",;|".charAt(random.nextInt(3)));
    byte[] bytes =
        new CsvWriting(random, delimiter.charAt(0)).write(table, StandardCharsets.UTF_8, true);

    same(new CsvCorpus.Case("seed " + seed, delimiter, bytes, table, null, 0), table);
  }

  private static void same(CsvCorpus.Case file, List<List<@Nullable String>> table)
      throws Exception {
    assertThat(send("rows", file).getException()).isNull();
    assertThat(ROWS).as("csv-rows-action").isEqualTo(table.size() == 1 ? List.of() : table);

    assertThat(send("parquet", file).getException()).isNull();
    assertThat(parquet()).as("to-parquet-action").isEqualTo(table);

    corpusTable(table.get(0));
    assertThat(send("copy", file).getException()).isNull();
    assertThat(copied()).as("postgres-copy-sink").isEqualTo(table);

    if (file.delimiter().equals(",")) {
      Files.write(folder.resolve("table.csv"), file.bytes());
      assertThat(context.send("direct:dashes", folder.resolve("table.csv")).getException())
          .isNull();
      try (CsvTable kept =
          CsvTable.open(Files.newInputStream(folder.resolve(KEPT)), StandardCharsets.UTF_8, ',')) {
        assertThat(CsvCorpus.table(kept))
            .as("commcare-table-action")
            .isEqualTo(withoutDashes(table));
      }
    }
  }

  private static List<List<@Nullable String>> withoutDashes(List<List<@Nullable String>> table) {
    List<List<@Nullable String>> without = new ArrayList<>();
    for (List<@Nullable String> fields : table) {
      List<@Nullable String> row = new ArrayList<>();
      for (String field : fields) {
        row.add("---".equals(field) && !without.isEmpty() ? null : field);
      }
      without.add(row);
    }
    return without;
  }

  private static void refused(CsvCorpus.Case file) throws Exception {
    corpusTable(List.of("id", "a", "b", "v", "name", "note", "value", "id,name"));
    String place = file.line() + ", where a row begins: ";
    for (String step : List.of("rows", "parquet", "copy")) {
      Throwable failure = send(step, file).getException();
      assertThat(failure).as(step).isNotNull();
      assertThat(failure.getMessage())
          .as(step)
          .startsWith("table.csv ")
          .contains(
              file.bytes().length == 0 || file.name().contains("alone")
                  ? "is empty"
                  : "cannot be read at line " + place);
    }
    assertThat(copied())
        .as("the rows of before are there")
        .hasSize(2)
        .element(1)
        .asInstanceOf(InstanceOfAssertFactories.LIST)
        .startsWith("before");
    assertThat(folder.resolve(KEPT)).doesNotExist();
  }

  private static void corpusTable(List<@Nullable String> columns) throws SQLException {
    try (Statement statement = warehouse.createStatement()) {
      statement.execute("drop table if exists corpus");
      statement.execute(
          columns.stream()
              .map(name -> quoted(name) + " text")
              .collect(Collectors.joining(", ", "create table corpus (", ")")));
      statement.execute("insert into corpus (" + quoted(columns.get(0)) + ") values ('before')");
    }
  }

  private static String quoted(@Nullable String name) {
    return '"' + String.valueOf(name).replace("\"", "\"\"") + '"';
  }

  private static List<List<@Nullable String>> copied() throws SQLException {
    try (Statement statement = warehouse.createStatement();
        ResultSet found = statement.executeQuery("select * from corpus order by ctid")) {
      return table(found);
    }
  }

  private static List<List<@Nullable String>> parquet() throws SQLException {
    try (Connection database = DriverManager.getConnection("jdbc:duckdb:");
        var query = database.prepareStatement("select * from read_parquet($1)")) {
      query.setString(1, folder.resolve(KEPT).toString());
      try (ResultSet found = query.executeQuery()) {
        return table(found);
      }
    }
  }

  private static List<List<@Nullable String>> table(ResultSet found) throws SQLException {
    List<List<@Nullable String>> table = new ArrayList<>();
    List<@Nullable String> names = new ArrayList<>();
    int columns = found.getMetaData().getColumnCount();
    for (int column = 1; column <= columns; column++) {
      names.add(found.getMetaData().getColumnName(column));
    }
    table.add(names);
    while (found.next()) {
      List<@Nullable String> row = new ArrayList<>();
      for (int column = 1; column <= columns; column++) {
        row.add(found.getString(column));
      }
      table.add(row);
    }
    return table;
  }
}
