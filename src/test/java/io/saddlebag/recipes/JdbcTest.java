package io.saddlebag.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.docs.Recipe;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The recipe jdbc, with two databases that have little in common. */
class JdbcTest extends ApplicantsTest {
  private static EmbeddedPostgres postgres;

  private String url;

  @BeforeAll
  static void startDatabase() throws Exception {
    postgres = EmbeddedPostgres.start();
  }

  @AfterAll
  static void stopDatabase() throws Exception {
    postgres.close();
  }

  private void connect(String database) throws Exception {
    url =
        database.equals("sqlite")
            ? "jdbc:sqlite:" + folder.resolve("warehouse.db")
            : postgres.getJdbcUrl("postgres", "postgres");
    execute("drop table if exists applicants");
    execute("create table applicants (run text, position integer, id integer, name text)");
    execute("insert into applicants values ('another', 0, 99, 'stays')");
    Recipe.of("jdbc").properties().forEach(runtime::with);
    runtime
        .with("warehouse.url", url)
        .with("warehouse.user", "postgres")
        .with("warehouse.password", "of-the-warehouse");
    load(
        Recipe.of("jdbc")
            .yaml()
            .replace("ISO-8859-1\n", "ISO-8859-1\n                    rows: 2\n"));
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url, "postgres", "");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private List<String> rows() throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection(url, "postgres", "");
        Statement statement = connection.createStatement();
        ResultSet found =
            statement.executeQuery("select run, position, id, name from applicants order by id")) {
      while (found.next()) {
        rows.add(
            found.getString(1).replaceFirst("@.*", "")
                + "|"
                + found.getInt(2)
                + "|"
                + found.getInt(3)
                + "|"
                + found.getString(4));
      }
    }
    return rows;
  }

  @ParameterizedTest
  @ValueSource(strings = {"sqlite", "postgresql"})
  void the_rows_are_inserted_and_a_second_delivery_replaces_its_own(String database)
      throws Exception {
    connect(database);
    file("id,name\n1,\"Muñoz, \"\"Pepe\"\"\"\n2,\n3,\"\"\n");
    runtime.start();

    Run run = runtime.run("applicants");

    assertThat(run.state()).as("%s", run).isEqualTo(RunState.DELIVERED);
    String[] wanted = {
      "applicants|0|1|Muñoz, \"Pepe\"",
      "applicants|0|2|null",
      "applicants|0|3|",
      "another|0|99|stays"
    };
    assertThat(rows()).containsExactly(wanted);

    execute("delete from applicants where id = 2");
    var ledger = runtime.saddlebag().ledger();
    Instant now = Instant.now();
    ledger.moves().reopenStaged(run.id(), run.state(), now, now.plusSeconds(60));
    runtime.saddlebag().engine().wakeups().now(ledger.runs().get(run.id()), now);
    assertThat(runtime.ended(run.id()).state()).isEqualTo(RunState.DELIVERED);
    assertThat(rows()).containsExactly(wanted);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sqlite", "postgresql"})
  void a_row_that_does_not_fit_takes_those_before_it_with_it(String database) throws Exception {
    connect(database);
    execute("create unique index one_each on applicants (id)");
    file("id,name\n1,a\n2,b\n3,c\n99,taken\n");
    runtime.start();

    Run run = runtime.request("applicants");
    runtime.reaches(run.id(), seen -> seen.state() == RunState.STAGED && seen.attempts() > 0);

    assertThat(rows()).containsExactly("another|0|99|stays");
    assertThat(runtime.saddlebag().ledger().history().failures(run.id()))
        .isNotEmpty()
        .allMatch(failure -> failure.name().equals("DELIVERY_FAILED"));
    execute("delete from applicants");
    assertThat(runtime.ended(run.id()).state()).isEqualTo(RunState.DELIVERED);
    assertThat(rows()).hasSize(4);
  }
}
