package io.saddlebag.destination;

import io.saddlebag.kamelet.BodyFile;
import io.saddlebag.kamelet.ExactText;
import io.saddlebag.kamelet.GivenParameters;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.util.PSQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads a CSV file into a PostgreSQL table with COPY, in one transaction that also notes the load
 * in the table {@code saddlebag_loads}: the file is in the table whole or not at all, and once
 * however often it is delivered. The file is streamed, whatever its size. Thread-safe.
 */
public final class PostgresCopy {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresCopy.class);
  private static final int BUFFER_BYTES = 1 << 16;
  private static final Pattern PLACE = Pattern.compile("line (\\d+)(?:, column ([^:]+))?");
  private static final Map<String, Charset> ENCODINGS =
      Map.of(
          "UTF8", StandardCharsets.UTF_8,
          "LATIN1", StandardCharsets.ISO_8859_1,
          "WIN1252", Charset.forName("windows-1252"));
  private static final String LOADS =
      "create table saddlebag_loads (run text not null, position integer not null,"
          + " target text not null, rows bigint not null,"
          + " loaded_at timestamptz not null default now(), primary key (run, position, target))";

  private final String connection;
  private final String table;
  private final boolean replace;
  private final String encoding;
  private final char delimiter;
  private final String nullText;

  /**
   * A load into a table.
   *
   * @param connection the prefix of the properties {@code url}, {@code user} and {@code password}
   * @param table the table, with its schema and a dot in front if it is not in the default one
   * @param mode {@code append}, or {@code replace} to remove the table's rows in the same
   *     transaction
   * @param encoding how files are written, in PostgreSQL's names
   * @param delimiter what stands between fields, one character
   * @param nullText what an unquoted field holds that has no value
   */
  public PostgresCopy(
      String connection,
      String table,
      String mode,
      String encoding,
      String delimiter,
      @Nullable String nullText) {
    if (!mode.equals("append") && !mode.equals("replace")) {
      throw new IllegalArgumentException("mode is \"" + mode + "\": write append or replace");
    }
    String between = ExactText.character(delimiter);
    if (between.length() != 1) {
      throw new IllegalArgumentException(
          "delimiter is \"" + between + "\": write the one character between fields, or tab");
    }
    this.connection = ExactText.of(connection);
    this.table = ExactText.of(table);
    this.replace = mode.equals("replace");
    this.encoding = ExactText.of(encoding);
    this.delimiter = between.charAt(0);
    this.nullText = nullText == null ? "" : ExactText.of(nullText);
  }

  /**
   * Loads the file that is the message's body, unless the table has it.
   *
   * @throws SQLException when the database refuses; nothing of the file is in the table then
   * @throws IOException when the file cannot be read
   */
  public void load(Exchange exchange) throws SQLException, IOException {
    GivenParameters.require(exchange);
    String run = header(exchange, "SaddlebagRun");
    int position = Integer.parseInt(header(exchange, "SaddlebagPosition"));
    Path body = BodyFile.of(exchange);
    if (body == null) {
      throw new IllegalArgumentException(
          "the message holds "
              + BodyFile.kind(exchange)
              + ", not a file: load it before a step that changes the body");
    }
    String target = table + part(exchange);
    try (Connection database = connect(exchange)) {
      database.setAutoCommit(false);
      try {
        makeLoads(database);
        if (!note(database, run, position, target)) {
          LOG.info("{}: {} has file {} already", run, target, position);
          return;
        }
        if (replace && !others(database, run, position, target)) {
          execute(database, "delete from " + quotedTable());
        }
        rows(database, run, position, target, copy(database, body));
        database.commit();
      } finally {
        // After a commit there is nothing left to roll back.
        database.rollback();
      }
    }
  }

  /** What tells the entries of an archive apart, which have run and position in common. */
  private static String part(Exchange exchange) {
    if (exchange.getProperty(Exchange.SPLIT_INDEX) == null) {
      return "";
    }
    return " "
        + exchange.getVariable("archiveName", "", String.class)
        + "/"
        + exchange.getMessage().getHeader(Exchange.FILE_NAME, "", String.class);
  }

  private Connection connect(Exchange exchange) throws SQLException {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(
        property(exchange, "url")
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        connection
                            + ".url is not set: write the database's address, as"
                            + " jdbc:postgresql://host/database, into application.properties")));
    source.setApplicationName("saddlebag");
    source.setTcpKeepAlive(true);
    return source.getConnection(
        property(exchange, "user").orElse(null), property(exchange, "password").orElse(null));
  }

  private Optional<String> property(Exchange exchange, String name) {
    return exchange
        .getContext()
        .getPropertiesComponent()
        .resolveProperty(connection + "." + name)
        .filter(value -> !value.isBlank());
  }

  private static String header(Exchange exchange, String name) {
    String value = exchange.getMessage().getHeader(name, String.class);
    if (value == null) {
      throw new IllegalArgumentException(
          "the header " + name + " is missing: load the file before a step that removes headers");
    }
    return value;
  }

  private static void makeLoads(Connection database) throws SQLException {
    if (!hasLoads(database)) {
      // Two loads may be the first one at the same moment; the lock ends with the transaction.
      execute(database, "select pg_advisory_xact_lock(hashtext('saddlebag_loads'))");
      if (!hasLoads(database)) {
        execute(database, LOADS);
      }
    }
  }

  private static boolean hasLoads(Connection database) throws SQLException {
    try (Statement statement = database.createStatement();
        ResultSet found = statement.executeQuery("select to_regclass('saddlebag_loads')")) {
      return found.next() && found.getString(1) != null;
    }
  }

  /**
   * Notes the load; waits for another one of the same file, and is false when that has succeeded.
   */
  private boolean note(Connection database, String run, int position, String target)
      throws SQLException {
    try (PreparedStatement insert =
        database.prepareStatement(
            "insert into saddlebag_loads (run, position, target, rows) values (?, ?, ?, 0)"
                + " on conflict do nothing")) {
      insert.setString(1, run);
      insert.setInt(2, position);
      insert.setString(3, target);
      return insert.executeUpdate() == 1;
    }
  }

  private boolean others(Connection database, String run, int position, String target)
      throws SQLException {
    try (PreparedStatement query =
        database.prepareStatement(
            "select 1 from saddlebag_loads where run = ?"
                + " and (target = ? or starts_with(target, ?)) and not (position = ? and target = ?)")) {
      query.setString(1, run);
      query.setString(2, table);
      query.setString(3, table + " ");
      query.setInt(4, position);
      query.setString(5, target);
      try (ResultSet found = query.executeQuery()) {
        return found.next();
      }
    }
  }

  private void rows(Connection database, String run, int position, String target, long rows)
      throws SQLException {
    try (PreparedStatement update =
        database.prepareStatement(
            "update saddlebag_loads set rows = ? where run = ? and position = ? and target = ?")) {
      update.setLong(1, rows);
      update.setString(2, run);
      update.setInt(3, position);
      update.setString(4, target);
      update.executeUpdate();
    }
    LOG.info("{}: {} rows of file {} loaded into {}", run, rows, position, target);
  }

  private long copy(Connection database, Path file) throws SQLException, IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return database
          .unwrap(PGConnection.class)
          .getCopyAPI()
          .copyIn(statement(columns(file)), in, BUFFER_BYTES);
    } catch (PSQLException refusal) {
      throw named(file, refusal);
    }
  }

  private List<String> columns(Path file) throws IOException {
    Charset charset = ENCODINGS.getOrDefault(encoding, StandardCharsets.ISO_8859_1);
    try (Reader reader = new BufferedReader(Files.newBufferedReader(file, charset))) {
      return CsvHeader.read(reader, delimiter);
    }
  }

  private String statement(List<String> columns) {
    return "copy "
        + quotedTable()
        + columns.stream().map(PostgresCopy::quoted).collect(Collectors.joining(", ", " (", ")"))
        + " from stdin with (format csv, header true, delimiter "
        + literal(String.valueOf(delimiter))
        + ", null "
        + literal(nullText)
        + ", encoding "
        + literal(encoding)
        + ")";
  }

  private String quotedTable() {
    return List.of(table.split("\\.", 2)).stream()
        .map(PostgresCopy::quoted)
        .collect(Collectors.joining("."));
  }

  private static String quoted(String name) {
    return "\"" + name.replace("\"", "\"\"") + "\"";
  }

  private static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  /**
   * The database's words with the place in the file, and without the value that stands there: it
   * may be somebody's name, and the message is kept and logged. So there is no cause either.
   */
  private SQLException named(Path file, PSQLException refusal) {
    var words = refusal.getServerErrorMessage();
    if (words == null || words.getMessage() == null) {
      return refusal;
    }
    String where = words.getWhere() == null ? "" : words.getWhere();
    Matcher place = PLACE.matcher(where);
    String at = "";
    if (place.find()) {
      at = " at line " + place.group(1);
      at += place.group(2) == null ? "" : ", column " + place.group(2);
    }
    return new SQLException(
        "the table "
            + table
            + " does not take "
            + file.getFileName()
            + at
            + ": "
            + words.getMessage().replaceFirst(": \".*", "")
            + "; nothing of the file was loaded: correct the table or the export",
        refusal.getSQLState());
  }

  private static void execute(Connection database, String sql) throws SQLException {
    try (Statement statement = database.createStatement()) {
      statement.execute(sql);
    }
  }
}
