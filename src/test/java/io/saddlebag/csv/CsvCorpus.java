package io.saddlebag.csv;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Small files with the table that each is, or the reason and the line for which it is none. */
public final class CsvCorpus {
  private CsvCorpus() {}

  /**
   * A file.
   *
   * @param table the names of the columns, then the rows; null for a file that is refused
   * @param reason why it is refused
   * @param line where
   */
  public record Case(
      String name,
      String delimiter,
      byte[] bytes,
      @Nullable List<List<@Nullable String>> table,
      CsvFailure.@Nullable Reason reason,
      long line) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** All of them. */
  public static List<Case> cases() throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<Case> cases = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(CsvCorpus.class.getResourceAsStream("/csv/corpus.ndjson")),
                StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        cases.add(read(json.readTree(line)));
      }
    }
    return cases;
  }

  private static Case read(JsonNode given) {
    return new Case(
        given.get("name").asText(),
        given.get("delimiter").asText(),
        // One character of the text for each byte.
        given.get("bytes").asText().getBytes(StandardCharsets.ISO_8859_1),
        given.has("rows") ? table(given.get("rows")) : null,
        given.has("refused") ? CsvFailure.Reason.valueOf(given.get("refused").asText()) : null,
        given.path("line").asLong());
  }

  private static List<List<@Nullable String>> table(JsonNode rows) {
    List<List<@Nullable String>> table = new ArrayList<>();
    for (JsonNode fields : rows) {
      List<@Nullable String> row = new ArrayList<>();
      fields.forEach(field -> row.add(field.isNull() ? null : field.asText()));
      table.add(row);
    }
    return table;
  }

  /** What a reader gives: the names of the columns, then the rows. */
  public static List<List<@Nullable String>> table(CsvTable read) throws IOException {
    List<List<@Nullable String>> table = new ArrayList<>();
    table.add(new ArrayList<>(read.columns()));
    while (read.next()) {
      List<@Nullable String> row = new ArrayList<>();
      for (int i = 0; i < read.row().size(); i++) {
        row.add(read.row().absent(i) ? null : read.row().text(i));
      }
      table.add(row);
    }
    return table;
  }
}
