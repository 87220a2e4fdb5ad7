package io.saddlebag.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Loads into a database of version 14, without routes and runs. */
class PostgresCopyLoadTest {
  private static EmbeddedPostgres postgres;
  private static Connection database;

  @TempDir Path folder;
  private final DefaultCamelContext camel = new DefaultCamelContext();
  private final Properties properties = new Properties();

  @BeforeAll
  static void startDatabase() throws Exception {
    postgres = EmbeddedPostgres.start();
    database = postgres.getPostgresDatabase().getConnection();
  }

  @AfterAll
  static void stopDatabase() throws Exception {
    database.close();
    postgres.close();
  }

  @BeforeEach
  void tables() throws Exception {
    execute("drop table if exists people cascade");
    execute("drop table if exists saddlebag_loads");
    execute("create table people (id integer, name text default 'none')");
    execute("insert into people values (99, 'before')");
    properties.setProperty("w.url", postgres.getJdbcUrl("postgres", "postgres"));
    properties.setProperty("w.user", "postgres");
    camel.getPropertiesComponent().setOverrideProperties(properties);
  }

  @AfterEach
  void close() throws Exception {
    camel.close();
  }

  private static void execute(String sql) throws SQLException {
    try (Statement statement = database.createStatement()) {
      statement.execute(sql);
    }
  }

  private static List<String> rows(String query) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Statement statement = database.createStatement();
        ResultSet found = statement.executeQuery(query)) {
      while (found.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
          row.add(String.valueOf(found.getString(i)));
        }
        rows.add(String.join("|", row));
      }
    }
    return rows;
  }

  private static PostgresCopy replacing() {
    return new PostgresCopy("w", "people", "replace", "UTF8", ",", "");
  }

  private void load(PostgresCopy copy, String run, byte[] csv) throws Exception {
    Exchange exchange = new DefaultExchange(camel);
    exchange.getMessage().setHeader("SaddlebagRun", run);
    exchange.getMessage().setHeader("SaddlebagPosition", "0");
    exchange.getMessage().setBody(Files.write(folder.resolve("people.csv"), csv).toFile());
    copy.load(exchange);
  }

  private void load(PostgresCopy copy, String csv) throws Exception {
    load(copy, "people@1", csv.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\.", "a\n\\.\nb", "\\.\nb", "a\n\\.", "a\r\n\\.\r\nb", "\\.\n\\."})
  void a_line_that_ends_the_data_for_the_server_is_a_text_like_any_other(String text)
      throws Exception {
    load(replacing(), "id,name\n1,\"" + text + "\"\n2,b\n");

    assertThat(rows("select id, name from people order by id")).containsExactly("1|" + text, "2|b");
    assertThat(rows("select rows from saddlebag_loads")).containsExactly("2");
  }

  @Test
  void rows_behind_a_line_of_one_column_that_ends_the_data_for_the_server_are_loaded()
      throws Exception {
    load(replacing(), "name\na\n\\.\nc\nd\n");

    assertThat(rows("select name from people")).containsExactly("a", "\\.", "c", "d");
  }

  @Test
  void nothing_is_replaced_when_the_table_takes_fewer_rows_than_the_file_has() throws Exception {
    execute(
        "create or replace function keep_out() returns trigger language plpgsql as"
            + " 'begin if new.id = 2 then return null; end if; return new; end'");
    execute("create trigger out before insert on people for each row execute function keep_out()");

    assertThatThrownBy(() -> load(replacing(), "id,name\n1,a\n2,private\n3,c\n"))
        .isInstanceOf(DestinationFailure.class)
        .hasMessageStartingWith("ROWS_DIFFER: people.csv has 3 rows, but people took 2; nothing");

    assertThat(rows("select id, name from people")).containsExactly("99|before");
    assertThat(rows("select to_regclass('saddlebag_loads')")).containsExactly("null");
  }

  @Test
  void a_file_that_is_no_table_replaces_nothing_though_rows_of_it_were_sent() throws Exception {
    String many = "1,a\n".repeat(100_000);

    assertThatThrownBy(() -> load(replacing(), "id,name\n" + many + "2,private,x\n"))
        .isInstanceOf(DestinationFailure.class)
        .hasMessageContaining(
            "people.csv cannot be read at line 100002, where a row begins: it has")
        .hasMessageNotContaining("private");

    assertThat(rows("select id, name from people")).containsExactly("99|before");
  }

  @Test
  void a_field_without_a_value_is_null_and_one_of_two_quotes_an_empty_text() throws Exception {
    load(replacing(), "id,name\n1,\n2,\"\"\n,x\n");

    assertThat(rows("select id, name, name is null from people"))
        .containsExactly("1|null|t", "2||f", "null|x|f");
  }

  @Test
  void the_text_for_no_value_counts_without_quotes_alone() throws Exception {
    load(
        new PostgresCopy("w", "people", "replace", "UTF8", ",", "NA"),
        "id,name\n1,NA\n2,\"NA\"\n3,\n4,NAN\n");

    assertThat(rows("select id, name, name is null from people"))
        .containsExactly("1|null|t", "2|NA|f", "3||f", "4|NAN|f");
  }

  @ParameterizedTest
  @CsvSource({
    "LATIN1, ISO-8859-1, \u00fc",
    "win1252, windows-1252, \u20ac",
    "WIN1251, windows-1251, \u0436",
    "utf8, UTF-8, \uD83D\uDE00",
    "LATIN9, ISO-8859-15, \u20ac",
    "KOI8R, KOI8-R, \u0436",
    "SJIS, windows-31j, \u540d",
    "EUC_KR, EUC-KR, \uac00",
    "GB18030, GB18030, \u540d",
    "UTF-16, UTF-16, \u540d",
  })
  void files_in_the_encodings_of_the_server_s_names_are_loaded(
      String encoding, String charset, String text) throws Exception {
    load(
        new PostgresCopy("w", "people", "replace", encoding, ",", ""),
        "people@2",
        ("id,name\n1," + text + "\n").getBytes(Charset.forName(charset)));

    assertThat(rows("select name from people")).containsExactly(text);
  }

  @Test
  void an_encoding_that_there_is_not_is_refused_at_load() {
    assertThatThrownBy(() -> new PostgresCopy("w", "people", "append", "SQL_ASCII", ",", ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("encoding is \"SQL_ASCII\", which names no character set");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "integer#private#invalid input syntax for type integer",
        "integer#99999999999# … is out of range for type integer",
        "date#2026-13-77#date/time field value out of range",
        "json#{\"private#invalid input syntax for type json",
        "varchar(3)#private#value too long for type character varying(3)",
        "boolean#private#invalid input syntax for type boolean",
      })
  void a_value_that_a_column_does_not_take_is_told_by_line_and_column_and_not_shown(
      String type, String value, String words) throws Exception {
    execute("alter table people add column v " + type);
    String csv = "id,name,v\n\n1,\"two\nlines\",\n2,b,\"" + value.replace("\"", "\"\"") + "\"\n";

    assertThatThrownBy(() -> load(replacing(), csv))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("does not take people.csv at line 5, column v: ")
        .hasMessageContaining(words)
        .hasMessageNotContaining(value)
        .hasMessageNotContaining("private")
        .hasNoCause();
    assertThat(rows("select id from people")).containsExactly("99");
  }

  @Test
  void what_a_trigger_says_of_a_row_is_not_told() throws Exception {
    execute(
        "create or replace function refuse() returns trigger language plpgsql as"
            + " 'begin raise exception ''% is not wanted'', new.name; end'");
    execute("create trigger no before insert on people for each row execute function refuse()");

    assertThatThrownBy(() -> load(replacing(), "id,name\n1,private\n"))
        .hasMessageContaining("at line 2")
        .hasMessageContaining("a trigger or function of the table raised an exception")
        .hasMessageNotContaining("private");
  }

  @Test
  void an_address_that_is_none_is_refused_without_being_shown() {
    properties.setProperty("w.url", "postgres://loader:secret@db/warehouse");

    assertThatThrownBy(() -> load(replacing(), "id\n1\n"))
        .hasMessageContaining("w.url is no address of a PostgreSQL database")
        .hasMessageNotContaining("secret")
        .hasNoCause();
  }

  @Test
  void a_second_delivery_of_the_same_file_loads_nothing_and_another_run_does() throws Exception {
    PostgresCopy copy = new PostgresCopy("w", "people", "append", "UTF8", ",", "");
    byte[] csv = "id\n1\n".getBytes(StandardCharsets.UTF_8);

    load(copy, "people@1", csv);
    load(copy, "people@1", csv);
    load(copy, "people@2", csv);

    assertThat(rows("select id, name from people order by id"))
        .containsExactly("1|none", "1|none", "99|before");
    assertThat(rows("select run, rows from saddlebag_loads order by run"))
        .containsExactly("people@1|1", "people@2|1");
  }
}
