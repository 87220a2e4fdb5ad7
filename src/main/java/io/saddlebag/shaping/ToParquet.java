package io.saddlebag.shaping;

import io.saddlebag.kamelet.ExactText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;

/**
 * Converts a CSV file to Parquet, for the Kamelet {@code to-parquet-action}. DuckDB does it, within
 * a limit of memory outside Java's heap; its driver is the user's to add. Safe for threads.
 */
public final class ToParquet {
  private static final Pattern LINE = Pattern.compile("Line: (\\d+)");
  private static final Pattern MEMORY = Pattern.compile("(\\d+)(MiB|GiB)");
  private static final String NO_DRIVER = "08001";

  private final WorkFolder work;
  private final char delimiter;
  private final Types types;
  private final Compression compression;
  private final String memory;

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
    if (between.length() != 1 || "\"'\r\n".contains(between)) {
      throw new ShapingFailure("delimiter of to-parquet-action is not one character");
    }
    this.delimiter = between.charAt(0);
    this.types = Choice.of(Types.class, "types of to-parquet-action", types);
    this.compression =
        Choice.of(Compression.class, "compression of to-parquet-action", compression);
    Matcher size = MEMORY.matcher(most);
    if (!size.matches() || most.endsWith("MiB") && Long.parseLong(size.group(1)) < 128) {
      throw new ShapingFailure(
          "memory of to-parquet-action is " + most + "; write 128MiB or more, as MiB or GiB");
    }
    this.memory = most;
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
    Path file = given.onDisk(folder);
    // DuckDB would make up a column, or take the names of columns for a row.
    long blank =
        LeadingLines.blank(file)
            .orElseThrow(
                () ->
                    new ShapingFailure(
                        given.name()
                            + " is empty: without a first line that names the columns there is no"
                            + " Parquet file; ask for another file"));
    Properties settings = new Properties();
    settings.setProperty("memory_limit", memory);
    settings.setProperty("threads", "1");
    settings.setProperty(
        "temp_directory", Files.createDirectory(folder.resolve("spilt")).toString());
    // Nothing is fetched from elsewhere.
    settings.setProperty("autoinstall_known_extensions", "false");
    settings.setProperty("autoload_known_extensions", "false");
    try (Connection database = DriverManager.getConnection("jdbc:duckdb:", settings);
        PreparedStatement copy = database.prepareStatement(copy(blank))) {
      copy.setString(1, literal(file));
      copy.setString(2, target.toString());
      copy.execute();
    } catch (SQLException e) {
      throw failure(given.name(), e);
    }
    ShapedCopy.put(
        exchange.getMessage(), target, given.name().replaceFirst("[.][^./]*$", "") + ".parquet");
  }

  /** DuckDB takes a name for a pattern, and "a [1].csv" would be "a 1.csv" where that is there. */
  private static String literal(Path path) {
    return path.toString().replaceAll("[\\[*?]", "[$0]");
  }

  /** With numbers, as DuckDB counts question marks in another order. */
  private String copy(long blank) {
    return "copy (select * from read_csv($1, auto_detect = true, header = true, skip = "
        + blank
        + ", delim = '"
        + delimiter
        + "', quote = '\"', escape = '\"', comment = '', strict_mode = true,"
        + " ignore_errors = false, null_padding = false, "
        + (types == Types.TEXT ? "all_varchar = true" : "sample_size = -1, dateformat = '%Y-%m-%d'")
        + ")) to $2 (format parquet, compression "
        + compression
        + ")";
  }

  /** DuckDB quotes the line that it cannot read: only its number is told. */
  private static ShapingFailure failure(String name, SQLException e) {
    if (NO_DRIVER.equals(e.getSQLState())) {
      return new ShapingFailure(
          "to-parquet-action needs DuckDB's JDBC driver: put duckdb_jdbc-….jar into lib beside the"
              + " launcher, then start again",
          e);
    }
    String message = String.valueOf(e.getMessage());
    if (message.startsWith("Out of Memory")) {
      return new ShapingFailure(
          name
              + " does not fit into the memory of to-parquet-action: raise it, or look at the disk"
              + " of the work folder (shaping.folder)");
    }
    Matcher line = LINE.matcher(message);
    return new ShapingFailure(
        name
            + " cannot be converted to Parquet"
            + (line.find() ? " because of line " + line.group(1) : "")
            + ": it must be a CSV file in UTF-8 whose rows have as many fields as its first line;"
            + " look at delimiter of to-parquet-action, and put to-utf8-action before it"
            + " for another character set");
  }
}
