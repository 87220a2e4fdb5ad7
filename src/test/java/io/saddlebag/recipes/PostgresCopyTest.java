package io.saddlebag.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.docs.Recipe;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import io.saddlebag.simulator.Body;
import io.saddlebag.simulator.webadmit.WebAdmitExport;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The recipe postgres-copy, with the ledger in PostgreSQL as well. */
class PostgresCopyTest extends ApplicantsTest {
  private static EmbeddedPostgres postgres;

  @BeforeAll
  static void startDatabase() throws Exception {
    postgres = EmbeddedPostgres.start();
  }

  @AfterAll
  static void stopDatabase() throws Exception {
    postgres.close();
  }

  @BeforeEach
  void tables() throws Exception {
    execute("drop schema if exists admissions cascade");
    execute("drop table if exists saddlebag_loads");
    execute("create schema admissions");
    execute(
        "create table admissions.applicants (\"Name\" text, id integer primary key,"
            + " score integer, origin text default 'file')");
    runtime
        .with("warehouse.url", postgres.getJdbcUrl("postgres", "postgres"))
        .with("warehouse.user", "postgres");
    load(Recipe.of("postgres-copy").yaml());
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static List<String> rows(String query) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery(query)) {
      while (found.next()) {
        List<String> row = new ArrayList<>();
        for (int column = 1; column <= found.getMetaData().getColumnCount(); column++) {
          row.add(String.valueOf(found.getString(column)));
        }
        rows.add(String.join("|", row));
      }
    }
    return rows;
  }

  private static List<String> applicants() throws SQLException {
    return rows("select id, \"Name\", score, origin from admissions.applicants order by id");
  }

  @Test
  void the_files_of_an_archive_are_all_loaded_into_one_table() throws Exception {
    execute("insert into admissions.applicants (id) values (99)");
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    try (ZipOutputStream entries = new ZipOutputStream(zip)) {
      for (int id = 1; id <= 3; id++) {
        entries.putNextEntry(new ZipEntry("applicants-" + id + ".csv"));
        entries.write(("id,score\n" + id + ",7\n").getBytes(StandardCharsets.UTF_8));
      }
    }
    vendor.export(
        new WebAdmitExport(
            86446,
            "Nightly applicants",
            "x",
            "application/zip",
            "a.zip",
            Body.of(zip.toByteArray())));
    String steps = Recipe.of("postgres-copy").steps(0).replace("LATIN1", "UTF8");
    String[] export = Recipe.of("postgres-copy").yaml().split("(?<=      steps:\n)", 2);
    load(
        export[0]
            + "        - kamelet:\n            name: unpack-action\n            steps:\n"
            + steps.indent(14));
    runtime.with("shaping.folder", folder.resolve("shaping").toString()).start();

    Run run = runtime.run("applicants");

    assertThat(run.state()).as("%s", run).isEqualTo(RunState.DELIVERED);
    assertThat(rows("select id from admissions.applicants order by id"))
        .as("the rows of before are gone, those of the archive are there")
        .containsExactly("1", "2", "3");
    assertThat(rows("select target from saddlebag_loads order by target"))
        .hasSize(3)
        .allMatch(target -> target.startsWith("admissions.applicants "));
  }

  @Test
  void the_file_takes_the_place_of_the_rows_and_a_second_delivery_changes_nothing()
      throws Exception {
    execute("insert into admissions.applicants (id) values (99)");
    file("id,\"Name\",score\n1,\"Muñoz, \"\"Pepe\"\"\",7\n2,García,\n");
    runtime.with("ledger.url", postgres.getJdbcUrl("postgres", "postgres"));
    runtime.with("ledger.user", "postgres");
    runtime.start();

    Run run = runtime.run("applicants");

    assertThat(run.state()).as("%s", run).isEqualTo(RunState.DELIVERED);
    assertThat(applicants()).containsExactly("1|Muñoz, \"Pepe\"|7|file", "2|García|null|file");
    assertThat(rows("select run, position, target, rows from saddlebag_loads"))
        .containsExactly(run.id() + "|0|admissions.applicants|2");

    execute("update admissions.applicants set score = 10");
    var ledger = runtime.saddlebag().ledger();
    Instant now = Instant.now();
    ledger.moves().reopenStaged(run.id(), run.state(), now, now.plusSeconds(60));
    runtime.saddlebag().engine().wakeups().now(ledger.runs().get(run.id()), now);

    assertThat(runtime.ended(run.id()).state()).isEqualTo(RunState.DELIVERED);
    assertThat(rows("select distinct score from admissions.applicants")).containsExactly("10");
  }

  @Test
  void a_row_that_does_not_fit_fails_the_whole_load_until_the_table_takes_it() throws Exception {
    execute("insert into admissions.applicants (id) values (99)");
    file("id,score\n1,7\n2,private\n");
    runtime.start();

    Run run = runtime.request("applicants");
    runtime.reaches(run.id(), seen -> seen.state() == RunState.STAGED && seen.attempts() > 0);

    assertThat(runtime.saddlebag().ledger().history().failures(run.id()).get(0).message())
        .contains("at line 3, column score: invalid input syntax for type integer; nothing")
        .doesNotContain("private");
    assertThat(rows("select id from admissions.applicants")).containsExactly("99");
    assertThat(rows("select to_regclass('saddlebag_loads')")).containsExactly("null");

    execute("alter table admissions.applicants alter column score type text");
    assertThat(runtime.ended(run.id()).state()).isEqualTo(RunState.DELIVERED);
    assertThat(rows("select id, score from admissions.applicants order by id"))
        .containsExactly("1|7", "2|private");
  }

  @Test
  void rows_are_added_in_the_mode_append_and_an_unknown_column_is_named() throws Exception {
    execute("insert into admissions.applicants (id) values (99)");
    file("id;nickname\n1;x\n");
    load(
        Recipe.of("postgres-copy")
            .yaml()
            .replace("mode: replace", "delimiter: ;\n              nullText: none"));
    runtime.start();

    Run run = runtime.request("applicants");
    runtime.reaches(run.id(), seen -> seen.state() == RunState.STAGED && seen.attempts() > 0);
    assertThat(runtime.saddlebag().ledger().history().failures(run.id()).get(0).message())
        .contains("column \"nickname\" of relation \"applicants\" does not exist");

    execute("alter table admissions.applicants add column nickname text");
    assertThat(runtime.ended(run.id()).state()).isEqualTo(RunState.DELIVERED);
    assertThat(rows("select id from admissions.applicants order by id")).containsExactly("1", "99");
  }
}
