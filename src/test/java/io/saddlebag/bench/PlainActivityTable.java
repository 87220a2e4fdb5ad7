package io.saddlebag.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Alida's document to a wide table as anybody would write it with Jackson's streaming parser:
 * Strings, maps and a buffered writer. The yardstick of the benchmark and the oracle of tests; only
 * the standard options, only documents whose definition comes first and knows everything.
 */
public final class PlainActivityTable {
  private static final ObjectMapper TREES = new ObjectMapper();

  private final Map<String, Integer> columns = new HashMap<>();
  private final List<Map<String, String>> labels = new ArrayList<>();
  private final List<Boolean> sets = new ArrayList<>();

  /** Writes the table of a document. */
  public void convert(Path document, Path table) throws IOException {
    try (JsonParser parser = new JsonFactory().createParser(document.toFile());
        BufferedWriter out = Files.newBufferedWriter(table, StandardCharsets.UTF_8)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        if (name.equals("definition")) {
          header(TREES.readTree(parser), out);
        } else if (name.equals("records")) {
          while (parser.nextToken() != JsonToken.END_ARRAY) {
            record(parser, out);
          }
        } else {
          parser.skipChildren();
        }
      }
    }
  }

  private void header(JsonNode definition, BufferedWriter out) throws IOException {
    out.write("ownerId,lastUpdateDate");
    for (JsonNode field : definition.path("fields")) {
      columns.put(field.path("id").asText(), columns.size());
      Map<String, String> options = new HashMap<>();
      for (JsonNode option : field.path("type").path("values")) {
        options.put(option.path("id").asText(), option.path("name").asText());
      }
      labels.add(options);
      sets.add(field.path("type").path("dataType").asText().equals("set"));
      out.write(',');
      cell(field.path("name").asText(), out);
    }
    out.write('\n');
  }

  private void record(JsonParser parser, BufferedWriter out) throws IOException {
    String owner = "";
    String date = "";
    String[] cells = new String[columns.size()];
    Arrays.fill(cells, "");
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case "ownerId" -> owner = parser.getText();
        case "lastUpdateDate" -> date = parser.getText();
        case "fields" -> {
          while (parser.nextToken() != JsonToken.END_ARRAY) {
            answer(parser, cells);
          }
        }
        default -> parser.skipChildren();
      }
    }
    cell(owner, out);
    out.write(',');
    cell(date, out);
    for (String cell : cells) {
      out.write(',');
      cell(cell, out);
    }
    out.write('\n');
  }

  private void answer(JsonParser parser, String[] cells) throws IOException {
    String id = "";
    List<String> values = new ArrayList<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      if (name.equals("id")) {
        id = parser.getText();
      } else if (name.equals("values") && value == JsonToken.START_ARRAY) {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          if (parser.currentToken() != JsonToken.VALUE_NULL) {
            values.add(parser.getText());
          }
        }
      }
    }
    int column = columns.get(id);
    Map<String, String> options = labels.get(column);
    StringBuilder joined = new StringBuilder();
    for (int i = 0; i < values.size(); i++) {
      String value = options.getOrDefault(values.get(i), values.get(i));
      if (sets.get(column)) {
        value = value.replace("\\", "\\\\").replace(";", "\\;");
      }
      joined.append(i > 0 ? ";" : "").append(value);
    }
    cells[column] = joined.toString();
  }

  private static void cell(String text, BufferedWriter out) throws IOException {
    boolean quoted = false;
    for (int i = 0; i < text.length() && !quoted; i++) {
      char c = text.charAt(i);
      quoted = c == ',' || c == '"' || c == '\n' || c == '\r';
    }
    out.write(quoted ? "\"" + text.replace("\"", "\"\"") + "\"" : text);
  }
}
