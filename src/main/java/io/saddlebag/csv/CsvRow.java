package io.saddlebag.csv;

import java.util.Arrays;

/** A row as it stands in the text, until the next one is read. Not safe for threads. */
public final class CsvRow {
  private static final char[] NOTHING = {};

  private char[] characters = new char[1 << 10];
  private int[] ends = new int[1 << 5];
  private boolean[] quoted = new boolean[1 << 5];
  private int size;
  private int used;
  private long line = 1;

  CsvRow() {}

  /** Makes room for another row, which begins on this line. */
  void begin(long startingLine) {
    line = startingLine;
    size = 0;
    used = 0;
  }

  void add(char[] buffer, int offset, int length, boolean inQuotes) {
    if (size == ends.length) {
      ends = Arrays.copyOf(ends, 2 * size);
      quoted = Arrays.copyOf(quoted, 2 * size);
    }
    if (characters.length - used < length) {
      characters = Arrays.copyOf(characters, Math.max(2 * characters.length, used + length));
    }
    System.arraycopy(buffer, offset, characters, used, length);
    used += length;
    ends[size] = used;
    quoted[size] = inQuotes;
    size++;
  }

  void addNothing() {
    add(NOTHING, 0, 0, false);
  }

  /** A line without anything. */
  boolean blank() {
    return size == 1 && absent(0);
  }

  /** The line on which it begins, from 1. */
  public long line() {
    return line;
  }

  /** How many fields it has. */
  public int size() {
    return size;
  }

  /** How many characters its fields and what parts them have together. */
  public int length() {
    return used + size;
  }

  /** Whether a field is written in quotes. */
  public boolean quoted(int field) {
    return quoted[field];
  }

  /** Whether a field has no value: there is nothing, and no quotes around it. */
  public boolean absent(int field) {
    return !quoted[field] && start(field) == end(field);
  }

  /** What a field says. */
  public String text(int field) {
    return new String(characters, start(field), end(field) - start(field));
  }

  /** Where a field begins in {@link #characters}. */
  public int start(int field) {
    return field == 0 ? 0 : ends[field - 1];
  }

  /** Where a field ends in {@link #characters}, behind its last character. */
  public int end(int field) {
    return ends[field];
  }

  /** The characters of all fields, not to be changed. */
  public char[] characters() {
    return characters;
  }
}
