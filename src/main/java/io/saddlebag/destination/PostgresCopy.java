package io.saddlebag.destination;

import io.saddlebag.csv.CsvFailure;
import io.saddlebag.csv.CsvTable;
import io.saddlebag.kamelet.BodyFile;
import io.saddlebag.kamelet.ExactText;
import io.saddlebag.kamelet.GivenParameters;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.PGCopyOutputStream;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.util.PSQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads a CSV file into a PostgreSQL table with COPY, in one transaction that also notes the load
 * in the table {@code saddlebag_loads}: the file is in the table whole or not at all, and once
 * however often it is delivered. What is a row is decided here, not by the server, which must have
 * taken as many. The file is streamed, whatever its size. Thread-safe.
 */
public final class PostgresCopy {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresCopy.class);
  private static final int BUFFER_BYTES = 1 << 16;
  private static final String LOADS =
      "create table saddlebag_loads (run text not null, position integer not null,"
          + " target text not null, rows bigint not null,"
          + " loaded_at timestamptz not null default now(), primary key (run, position, target))";

  private final String connection;
  private final String table;
  private final boolean replace;
  private final Charset encoding;
  private final char delimiter;
  private final String nullText;

  /**
   * A load into a table.
   *
   * @param connection the prefix of the properties {@code url}, {@code user} and {@code password}
   * @param table the table, with its schema and a dot in front if it is not in the default one
   * @param mode {@code append}, or {@code replace} to remove the table's rows in the same
   *     transaction
   * @param encoding how files are written, in PostgreSQL's names or Java's
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
    if (!CsvTable.parts(between)) {
      throw new IllegalArgumentException(
          "delimiter is \"" + between + "\": write the one character between fields, or tab");
    }
    this.connection = ExactText.of(connection);
    this.table = ExactText.of(table);
    this.replace = mode.equals("replace");
    this.encoding = PostgresEncoding.named(ExactText.of(encoding));
    this.delimiter = between.charAt(0);
    this.nullText = nullText == null ? "" : ExactText.of(nullText);
  }

  /**
   * Loads the file that is the message's body, unless the table has it.
   *
   * @throws SQLException when the database refuses; nothing of the file is in the table then
   * @throws DestinationFailure when the file is no CSV table, or the database took more or fewer
   *     rows than it has; nothing of it is in the table then
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
        LastLook.of(exchange).run();
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
    String url =
        property(exchange, "url")
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        connection
                            + ".url is not set: write the database's address, as"
                            + " jdbc:postgresql://host/database, into application.properties"));
    try {
      source.setUrl(url);
    } catch (IllegalArgumentException e) {
      // The driver's message repeats the address, in which a password may be; so there is no cause.
      throw new IllegalArgumentException(
          connection
              + ".url is no address of a PostgreSQL database: write it as"
              + " jdbc:postgresql://host/database");
    }
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
    try (CsvTable table = open(file)) {
      long loaded = copy(database, file, table);
      if (loaded != table.rows()) {
        throw new DestinationFailure(
            "ROWS_DIFFER: "
                + file.getFileName()
                + " has "
                + table.rows()
                + " rows, but "
                + this.table
                + " took "
                + loaded
                + "; nothing of the file was loaded and nothing replaced: see whether a trigger of"
                + " the table keeps rows out, and load into a table without it",
            null);
      }
      return loaded;
    } catch (CsvFailure e) {
      throw new DestinationFailure(
          file.getFileName()
              + " "
              + e.getMessage()
              + "; nothing of the file was loaded: see delimiter and encoding of"
              + " postgres-copy-sink, or ask for another file",
          null);
    }
  }

  private CsvTable open(Path file) throws IOException {
    return CsvTable.open(Files.newInputStream(file), encoding, delimiter);
  }

  private long copy(Connection database, Path file, CsvTable table)
      throws SQLException, IOException {
    // Not closed when it fails, which would end the data and load what was sent: it is cancelled.
    PGCopyOutputStream out = null;
    try {
      out =
          new PGCopyOutputStream(
              database.unwrap(PGConnection.class), statement(table.columns()), BUFFER_BYTES);
      CopyText text = new CopyText(out, nullText);
      while (table.next()) {
        text.write(table.row());
      }
      text.flush();
      return out.endCopy();
    } catch (SQLException | IOException e) {
      if (out != null && out.isActive()) {
        cancel(out, e);
      }
      if (e instanceof PSQLException refusal) {
        throw named(file, refusal);
      }
      if (e.getCause() instanceof PSQLException refusal) {
        throw named(file, refusal);
      }
      throw e;
    }
  }

  private static void cancel(PGCopyOutputStream out, Exception reason) {
    try {
      out.cancelCopy();
    } catch (SQLException e) {
      // The connection is closed next, which ends the transaction all the same.
      reason.addSuppressed(e);
    }
  }

  private String statement(List<String> columns) {
    return "copy "
        + quotedTable()
        + columns.stream().map(PostgresCopy::quoted).collect(Collectors.joining(", ", " (", ")"))
        + " from stdin with (format text, encoding 'UTF8')";
  }

  private String quotedTable() {
    return List.of(table.split("\\.", 2)).stream()
        .map(PostgresCopy::quoted)
        .collect(Collectors.joining("."));
  }

  private static String quoted(String name) {
    return "\"" + name.replace("\"", "\"\"") + "\"";
  }

  /** The server's words with the place in the file; there is no cause, which quotes values. */
  private SQLException named(Path file, PSQLException refused) throws IOException {
    var words = refused.getServerErrorMessage();
    if (words == null || words.getMessage() == null) {
      return refused;
    }
    CopyRefusal refusal = new CopyRefusal(words, String.valueOf(refused.getSQLState()));
    OptionalLong row = refusal.row();
    String column = refusal.column();
    return new SQLException(
        "the table "
            + table
            + " does not take "
            + file.getFileName()
            + (row.isPresent() ? " at line " + line(file, row.getAsLong()) : "")
            + (column == null ? "" : ", column " + column)
            + ": "
            + refusal.reason()
            + "; nothing of the file was loaded: correct the table or the export",
        refused.getSQLState());
  }

  /** A row may have several lines in the file, and blank ones around it. */
  private long line(Path file, long row) throws IOException {
    try (CsvTable again = open(file)) {
      while (again.rows() < row && again.next()) {
        continue;
      }
      return again.row().line();
    }
  }

  private static void execute(Connection database, String sql) throws SQLException {
    try (Statement statement = database.createStatement()) {
      statement.execute(sql);
    }
  }
}
