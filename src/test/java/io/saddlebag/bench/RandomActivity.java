package io.saddlebag.bench;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/**
 * Documents of 30 fields (20 enum, 5 set, 3 string, 1 double, 1 datetime), a tenth of the answers
 * absent and a twentieth skipped; the same for the same seed.
 */
public final class RandomActivity {
  private static final String[] KINDS = {"enum", "set", "string", "double", "datetime"};
  private static final int[] COUNTS = {20, 5, 3, 1, 1};
  private static final String[] WORDS = {
    "good",
    "really",
    "not, so",
    "\\\"fine\\\"",
    "größer",
    "日本",
    "line\\nbreak",
    "a;b",
    "\\\\",
    "=1+1",
    "\\u00e9",
    "\\ud83d\\ude00",
    "plain",
    "words",
    "only",
    ""
  };

  private final Random random;
  private final List<String> ids = new ArrayList<>();
  private final List<String> kinds = new ArrayList<>();
  private final List<List<String>> options = new ArrayList<>();

  /** Made of this seed. */
  public RandomActivity(long seed) {
    random = new Random(seed);
    for (int kind = 0; kind < KINDS.length; kind++) {
      for (int i = 0; i < COUNTS[kind]; i++) {
        ids.add(id());
        kinds.add(KINDS[kind]);
        List<String> choices = new ArrayList<>();
        for (int option = 0; kind < 2 && option < 8; option++) {
          choices.add(id());
        }
        options.add(choices);
      }
    }
  }

  /** Writes a document of about so many bytes. */
  public void write(Path file, long bytes) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
      out.write("{\"id\":\"b\",\"definition\":{\"fields\":[");
      for (int field = 0; field < ids.size(); field++) {
        out.write(field == 0 ? "" : ",");
        out.write(definition(field));
      }
      out.write("]},\"records\":[");
      long written = 0;
      do {
        String record = record();
        out.write(written == 0 ? "\n" : ",\n");
        out.write(record);
        written += record.length();
      } while (written < bytes);
      out.write("]}");
    }
  }

  private String definition(int field) {
    StringBuilder values = new StringBuilder();
    for (String option : options.get(field)) {
      values
          .append(values.isEmpty() ? "" : ",")
          .append("{\"id\":\"" + option + "\",\"name\":\"" + text(2) + option.charAt(0) + "\"}");
    }
    return "{\"id\":\"%s\",\"name\":\"Q%d\",\"type\":{\"dataType\":\"%s\",\"values\":[%s]}}"
        .formatted(ids.get(field), field, kinds.get(field), values);
  }

  private String record() {
    StringBuilder fields = new StringBuilder();
    for (int field = 0; field < ids.size(); field++) {
      int chance = random.nextInt(100);
      if (chance >= 10) {
        fields
            .append(fields.isEmpty() ? "" : ",")
            .append("{\"id\":\"")
            .append(ids.get(field))
            .append("\",\"values\":")
            .append(chance < 15 ? "null" : "[" + values(field) + "]")
            .append("}");
      }
    }
    return "{\"ownerId\":\"%s\",\"lastUpdateDate\":\"2024-01-15T10:00:00Z\",\"fields\":[%s]}"
        .formatted(id(), fields);
  }

  private String values(int field) {
    return switch (kinds.get(field)) {
      case "enum" -> quoted(options.get(field).get(random.nextInt(8)));
      case "set" -> {
        StringBuilder chosen = new StringBuilder();
        for (String option : options.get(field)) {
          if (random.nextInt(3) == 0) {
            chosen.append(chosen.isEmpty() ? "" : ",").append(quoted(option));
          }
        }
        yield chosen.toString();
      }
      case "double" -> random.nextInt(8) == 0 ? "-1.50e21" : Integer.toString(random.nextInt(100));
      case "datetime" -> "\"2024-01-15T10:00:00Z\"";
      default -> quoted(text(random.nextInt(12)));
    };
  }

  private String text(int words) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < words; i++) {
      // Most words are plain, as in real answers.
      int word = random.nextInt(10) == 0 ? random.nextInt(WORDS.length) : 12 + random.nextInt(3);
      text.append(i > 0 ? " " : "").append(WORDS[word]);
    }
    return text.toString();
  }

  private static String quoted(String text) {
    return "\"" + text + "\"";
  }

  private String id() {
    return new UUID(random.nextLong(), random.nextLong()).toString();
  }
}
