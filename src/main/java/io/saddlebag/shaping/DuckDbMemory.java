package io.saddlebag.shaping;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The memory that DuckDB may take for a table. It keeps some for each column, however few the rows
 * are (measured with version 1.5: 137 KiB, with texts), a dictionary of each column, and the rows
 * of a group for all columns together, so that wide tables get more memory, smaller dictionaries
 * and shorter groups.
 *
 * @param mebibytes what it may take
 * @param columns how many columns the table has
 */
record DuckDbMemory(long mebibytes, int columns) {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,6})(MiB|GiB)");
  private static final String BY_COLUMNS = "auto";
  private static final long LEAST = 128;
  private static final long USUAL = 256;
  private static final long MOST = 1024;
  private static final long STEP = 64;
  private static final long KIBIBYTES_BASE = 64 << 10;
  private static final long KIBIBYTES_OF_A_COLUMN = 192;
  private static final long BYTES_OF_A_FIELD = 32;

  /** DuckDB's own, and the rows that it works on together. */
  private static final long LONGEST_GROUP = 122_880;

  private static final long SHORTEST_GROUP = 2048;
  private static final long LEAST_DICTIONARY = 8 << 10;
  private static final long MOST_DICTIONARY = 1 << 20;
  private static final long ALL_DICTIONARIES = 32 << 20;

  /** What the user wants. */
  @FunctionalInterface
  interface Setting {
    /** The memory for a table of so many columns. */
    DuckDbMemory of(int columns);
  }

  /**
   * Reads the parameter {@code memory}.
   *
   * @throws ShapingFailure when it is neither a size nor {@code auto}
   */
  static Setting setting(String memory) {
    if (memory.equals(BY_COLUMNS)) {
      return columns -> new DuckDbMemory(Math.min(MOST, Math.max(USUAL, needed(columns))), columns);
    }
    Matcher size = SIZE.matcher(memory);
    long mebibytes = 0;
    if (size.matches()) {
      mebibytes = Long.parseLong(size.group(1)) << (size.group(2).equals("GiB") ? 10 : 0);
    }
    if (mebibytes < LEAST) {
      throw new ShapingFailure(
          "memory of to-parquet-action is "
              + memory
              + "; write 128MiB or more, as MiB or GiB, or auto");
    }
    long given = mebibytes;
    return columns -> new DuckDbMemory(given, columns);
  }

  private static long needed(int columns) {
    long mebibytes = (KIBIBYTES_BASE + columns * KIBIBYTES_OF_A_COLUMN) >> 10;
    return (mebibytes + STEP - 1) / STEP * STEP;
  }

  /** The limit as DuckDB and the parameter write it. */
  String limit() {
    return mebibytes + "MiB";
  }

  /** Whether it should be enough for the columns. */
  boolean suffices() {
    return mebibytes >= needed(columns);
  }

  /** What should be enough for the columns, as the parameter writes it. */
  String needed() {
    return needed(columns) + "MiB";
  }

  /** How many rows are written together. */
  long rowsOfGroup() {
    long left = (mebibytes << 20) - (KIBIBYTES_BASE << 10) - columns * (160L << 10);
    long rows = left / (columns * BYTES_OF_A_FIELD);
    return Math.max(
        SHORTEST_GROUP, Math.min(LONGEST_GROUP, rows / SHORTEST_GROUP * SHORTEST_GROUP));
  }

  /** The most bytes of a column's dictionary, which takes that memory when it is first used. */
  long dictionary() {
    return Math.max(LEAST_DICTIONARY, Math.min(MOST_DICTIONARY, ALL_DICTIONARIES / columns));
  }
}
