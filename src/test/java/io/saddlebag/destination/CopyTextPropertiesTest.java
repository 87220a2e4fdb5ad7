package io.saddlebag.destination;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.csv.CsvTable;
import io.saddlebag.csv.CsvWriting;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/** What goes to the server is one line for each row, none of them its sign for the end. */
class CopyTextPropertiesTest {
  @Property(tries = 1000)
  void each_row_is_one_line_that_says_the_same(@ForAll Random random) throws IOException {
    List<List<@Nullable String>> table = CsvWriting.table(random);
    byte[] csv = new CsvWriting(random, ',').write(table, StandardCharsets.UTF_8, false);
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    try (CsvTable read =
        CsvTable.open(new ByteArrayInputStream(csv), StandardCharsets.UTF_8, ',')) {
      CopyText text = new CopyText(sent, "");
      while (read.next()) {
        text.write(read.row());
      }
      text.flush();
    }

    String lines = sent.toString(StandardCharsets.UTF_8);
    List<List<@Nullable String>> rows = new ArrayList<>();
    for (String line : lines.isEmpty() ? new String[0] : lines.split("\n", -1)) {
      assertThat(line).isNotEqualTo("\\.").doesNotContain("\r");
      rows.add(
          Arrays.stream(line.split("\t", -1))
              .map(CopyTextPropertiesTest::field)
              .collect(java.util.stream.Collectors.toList()));
    }
    assertThat(lines).matches("(?s)|.*\n");
    assertThat(rows.subList(0, Math.max(0, rows.size() - 1)))
        .as("the last line break begins no other row")
        .isEqualTo(table.subList(1, table.size()));
  }

  private static @Nullable String field(String sent) {
    if (sent.equals("\\N")) {
      return null;
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < sent.length(); i++) {
      char character = sent.charAt(i);
      if (character == '\\') {
        char escaped = sent.charAt(++i);
        text.append(
            switch (escaped) {
              case 't' -> '\t';
              case 'n' -> '\n';
              case 'r' -> '\r';
              case '\\' -> '\\';
              default -> throw new AssertionError("\\" + escaped + " is another sign");
            });
      } else {
        text.append(character);
      }
    }
    return text.toString();
  }
}
