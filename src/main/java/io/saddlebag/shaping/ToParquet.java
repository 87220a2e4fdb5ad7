package io.saddlebag.shaping;

import io.saddlebag.csv.CsvFailure;
import io.saddlebag.csv.CsvTable;
import io.saddlebag.kamelet.ExactText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;

/**
 * Converts a CSV file to Parquet, for the Kamelet {@code to-parquet-action}. The rows are ours to
 * read; DuckDB writes them, within a limit of memory outside Java's heap. Its driver is the user's
 * to add. Safe for threads.
 */
public final class ToParquet {
  private static final String NO_DRIVER = "08001";

  /** What DuckDB takes for the longest line by itself, in bytes. */
  private static final long SHORTEST_LIMIT = 2_000_000;

  private final WorkFolder work;
  private final char delimiter;
  private final Types types;
  private final Compression compression;
  private final DuckDbMemory.Setting memory;

  private enum Types {
    TEXT,
    GUESS
  }

  private enum Compression {
    ZSTD,
    SNAPPY,
    UNCOMPRESSED
  }

  /**
   * A conversion with the parameters of the Kamelet.
   *
   * @throws ShapingFailure when one of them cannot be
   */
  public ToParquet(
      String workFolder, String delimiter, String types, String compression, String memory) {
    String between = ExactText.character(delimiter);
    String most = ExactText.of(memory);
    this.work = new WorkFolder(workFolder);
    if (!CsvTable.parts(between)) {
      throw new ShapingFailure("delimiter of to-parquet-action is not one character");
    }
    this.delimiter = between.charAt(0);
    this.types = Choice.of(Types.class, "types of to-parquet-action", types);
    this.compression =
        Choice.of(Compression.class, "compression of to-parquet-action", compression);
    this.memory = DuckDbMemory.setting(most);
  }

  /**
   * Puts the copy in Parquet in the place of the message's file.
   *
   * @throws ShapingFailure when the file is empty or no CSV in UTF-8, or the driver is missing
   */
  public void convert(Exchange exchange) throws IOException {
    GivenFile given = new GivenFile(exchange);
    Path folder = work.open(exchange);
    Path target = folder.resolve("copy");
    Plain plain = plain(given, folder.resolve("rows.csv"));
    DuckDbMemory space = memory.of(plain.columns().size());
    Properties settings = new Properties();
    settings.setProperty("memory_limit", space.limit());
    settings.setProperty("threads", "1");
    settings.setProperty(
        "temp_directory", Files.createDirectory(folder.resolve("spilt")).toString());
    // Nothing is fetched from elsewhere.
    settings.setProperty("autoinstall_known_extensions", "false");
    settings.setProperty("autoload_known_extensions", "false");
    long written;
    try (Connection database = DriverManager.getConnection("jdbc:duckdb:", settings);
        PreparedStatement copy = database.prepareStatement(copy(plain, space))) {
      copy.setString(1, literal(plain.file()));
      copy.setString(2, target.toString());
      written = copy.executeLargeUpdate();
    } catch (SQLException e) {
      throw failure(given.name(), plain, space, e);
    }
    if (written != plain.rows()) {
      throw new ShapingFailure(
          "ROWS_DIFFER: "
              + given.name()
              + " has "
              + plain.rows()
              + " rows, but its Parquet file has "
              + written
              + "; nothing was delivered");
    }
    Files.delete(plain.file());
    ShapedCopy.put(
        exchange.getMessage(), target, given.name().replaceFirst("[.][^./]*$", "") + ".parquet");
  }

  /**
   * The rows of a file in CSV that DuckDB cannot take for anything else.
   *
   * @param longest the most bytes that one of its lines can have
   */
  private record Plain(Path file, List<String> columns, long rows, long longest) {}

  private Plain plain(GivenFile given, Path file) throws IOException {
    try (CsvTable table = CsvTable.open(given.open(), StandardCharsets.UTF_8, delimiter);
        PlainCsv rows = new PlainCsv(file, types == Types.GUESS)) {
      while (table.next()) {
        rows.write(table.row());
      }
      return new Plain(file, table.columns(), table.rows(), rows.longest());
    } catch (CsvFailure e) {
      throw CsvRefusal.of(e, given.name(), "to-parquet-action");
    }
  }

  /** DuckDB takes a name for a pattern, and "a [1].csv" would be "a 1.csv" where that is there. */
  private static String literal(Path path) {
    return path.toString().replaceAll("[\\[*?]", "[$0]");
  }

  /** With numbers, as DuckDB counts question marks in another order. */
  private String copy(Plain plain, DuckDbMemory space) {
    StringJoiner names = new StringJoiner(", ");
    StringJoiner texts = new StringJoiner(", ");
    for (int i = 0; i < plain.columns().size(); i++) {
      names.add("c" + i + " as \"" + plain.columns().get(i).replace("\"", "\"\"") + "\"");
      texts.add("c" + i + ": 'VARCHAR'");
    }
    return "copy (select "
        + names
        + " from read_csv($1, header = false, delim = ',', quote = '\"', escape = '\"',"
        + " comment = '', new_line = '\\n', strict_mode = true, ignore_errors = false,"
        + " null_padding = false, allow_quoted_nulls = false, nullstr = '"
        + PlainCsv.ABSENT
        + "', max_line_size = "
        + Math.max(SHORTEST_LIMIT, plain.longest())
        + ", auto_detect = "
        + (types == Types.TEXT || plain.rows() == 0
            ? "false, columns = {" + texts + "}"
            : "true, sample_size = -1, dateformat = '%Y-%m-%d', names = ["
                + IntStream.range(0, plain.columns().size())
                    .mapToObj(i -> "'c" + i + "'")
                    .collect(Collectors.joining(", "))
                + "]")
        + ")) to $2 (format parquet, compression "
        + compression
        + ", row_group_size "
        + space.rowsOfGroup()
        + ", string_dictionary_page_size_limit "
        + space.dictionary()
        + ")";
  }

  /** DuckDB's words may quote what stands in the file: only their kind is told. */
  private static ShapingFailure failure(
      String name, Plain plain, DuckDbMemory space, SQLException e) {
    if (NO_DRIVER.equals(e.getSQLState())) {
      return new ShapingFailure(
          "to-parquet-action needs DuckDB's JDBC driver: put duckdb_jdbc-….jar into lib beside the"
              + " launcher, then start again",
          e);
    }
    String message = String.valueOf(e.getMessage());
    String kind = message.replaceFirst("(?s):.*", "");
    return new ShapingFailure(
        switch (kind) {
          case "Out of Memory Error" ->
              name
                  + " has "
                  + plain.columns().size()
                  + " columns and does not fit into the "
                  + space.limit()
                  + " of to-parquet-action: "
                  + (space.suffices()
                      ? "set its memory higher, or look at the disk of the work folder"
                          + " (shaping.folder)"
                      : "set its memory to " + space.needed());
          case "IO Error" ->
              name
                  + " cannot be converted to Parquet: the work folder (shaping.folder) cannot be"
                  + " written, see whether its disk is full";
          case "Conversion Error" ->
              name
                  + " cannot be converted to Parquet: a column has values that are not of the type"
                  + " that was guessed for it; set types of to-parquet-action to text";
          default ->
              name + " cannot be converted to Parquet: DuckDB gave up with " + kind(message, kind);
        });
  }

  /** DuckDB's names of errors are a few words of letters. */
  private static String kind(String message, String kind) {
    return kind.length() < message.length() && kind.matches("[A-Za-z ]{1,40}")
        ? kind
        : "an error that it does not name";
  }
}
