package io.saddlebag.csv;

import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes tables as vendors do: with any line breaks, quotes where none are needed, blank lines. */
public final class CsvWriting {
  private static final List<String> BREAKS = List.of("\n", "\r\n", "\r");

  private final Random random;
  private final char delimiter;

  /** A hand whose habits come from here. */
  public CsvWriting(Random random, char delimiter) {
    this.random = random;
    this.delimiter = delimiter;
  }

  /** A table, its names first. */
  public byte[] write(List<List<@Nullable String>> table, Charset encoding, boolean mark) {
    StringBuilder text = new StringBuilder(mark ? "\uFEFF" : "");
    boolean one = table.get(0).size() == 1;
    blankLines(text);
    for (int row = 0; row < table.size(); row++) {
      List<@Nullable String> fields = table.get(row);
      for (int i = 0; i < fields.size(); i++) {
        if (i > 0) {
          text.append(delimiter);
        }
        field(text, fields.get(i));
      }
      boolean last = row == table.size() - 1;
      boolean needed = !last || one && fields.get(0) == null;
      if (needed || random.nextBoolean()) {
        lineBreak(text);
        if (!one) {
          blankLines(text);
        }
      }
    }
    return text.toString().getBytes(encoding);
  }

  private void blankLines(StringBuilder text) {
    if (random.nextInt(5) == 0) {
      for (int i = random.nextInt(3); i > 0; i--) {
        lineBreak(text);
      }
    }
  }

  private void lineBreak(StringBuilder text) {
    String next = BREAKS.get(random.nextInt(BREAKS.size()));
    // A line feed behind a carriage return would end the same line.
    boolean joined = next.equals("\n") && !text.isEmpty() && text.charAt(text.length() - 1) == '\r';
    text.append(joined ? "\r\n" : next);
  }

  private void field(StringBuilder text, @Nullable String field) {
    if (field == null) {
      return;
    }
    boolean quotes =
        field.isEmpty()
            || field.charAt(0) == '"'
            || field.indexOf(delimiter) >= 0
            || field.indexOf('\n') >= 0
            || field.indexOf('\r') >= 0
            || random.nextInt(3) == 0;
    text.append(quotes ? '"' + field.replace("\"", "\"\"") + '"' : field);
  }

  /** A table of random texts that are hard to read. */
  public static List<List<@Nullable String>> table(Random random) {
    List<String> pieces =
        List.of(
            "\"",
            "\"\"",
            "\\.",
            "\\",
            "\\N",
            "\n",
            "\r",
            "\r\n",
            "\t",
            ",",
            ";",
            "|",
            " ",
            "x",
            "1",
            "---",
            "\u00e9",
            "\u4e00",
            "\uD83D\uDE00",
            "\u2028",
            "#",
            "'",
            "NULL",
            "\b");
    int columns = 1 + random.nextInt(4);
    Set<String> names = new LinkedHashSet<>();
    while (names.size() < columns) {
      names.add("n" + names.size() + text(random, pieces).replaceAll("[\\s\\x08]", "_"));
    }
    List<List<@Nullable String>> table = new ArrayList<>();
    table.add(new ArrayList<>(names));
    for (int row = random.nextInt(6); row > 0; row--) {
      List<@Nullable String> fields = new ArrayList<>();
      for (int i = 0; i < columns; i++) {
        fields.add(random.nextInt(5) == 0 ? null : text(random, pieces));
      }
      table.add(fields);
    }
    return table;
  }

  private static String text(Random random, List<String> pieces) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(5); i > 0; i--) {
      text.append(pieces.get(random.nextInt(pieces.size())));
    }
    return text.toString();
  }
}
