package io.saddlebag.vendor.alida.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.vendor.alida.table.TableOptions.Headers;
import io.saddlebag.vendor.alida.table.TableOptions.LineEnd;
import io.saddlebag.vendor.alida.table.TableOptions.Sensitive;
import io.saddlebag.vendor.alida.table.TableOptions.Sets;
import io.saddlebag.vendor.alida.table.TableOptions.Values;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that a spreadsheet would take for formulas, in the wide table. */
class FormulaGuardTest {
  @TempDir Path folder;

  private static TableOptions guarding() {
    return new TableOptions(
        Headers.NAME,
        Values.LABELS,
        Sets.JOINED,
        ";",
        "-99",
        "",
        Sensitive.KEEP,
        true,
        true,
        false,
        false,
        true,
        LineEnd.LF);
  }

  private static String document(String fields, String records) {
    return "{\"definition\": {\"fields\": [" + fields + "]}, \"records\": [" + records + "]}";
  }

  private static String text(String id, String name) {
    return "{\"id\": \"%s\", \"name\": \"%s\", \"type\": {\"dataType\": \"string\"}}"
        .formatted(id, name);
  }

  private static String record(String owner, String answers) {
    return "{\"ownerId\": \"%s\", \"fields\": [%s]}".formatted(owner, answers);
  }

  private static String answer(String field, String values) {
    return "{\"id\": \"%s\", \"values\": %s}".formatted(field, values);
  }

  /** The table; only a document in UTF-8 is read byte by byte. */
  private String wide(String json, String encoding) throws IOException {
    Path document = Files.writeString(folder.resolve("poll"), json, Charset.forName(encoding));
    Path table = folder.resolve("poll.csv");
    new ActivityTables(guarding()).wide(document.toFile(), table);
    return Files.readString(table);
  }

  @Test
  void the_guard_marks_texts_that_begin_like_formulas_but_no_numbers_and_no_tokens()
      throws IOException {
    String fields = String.join(",", text("a", "=A"), text("b", "B"), text("c", "C"));

    assertThat(
            wide(
                document(
                    fields,
                    record(
                        "@m",
                        answer("a", "[\"=1+1, \\\"x\\\"\"]")
                            + ","
                            + answer("b", "[-5.50]")
                            + ","
                            + answer("c", "null"))),
                "UTF-8"))
        .isEqualTo("ownerId,lastUpdateDate,'=A,B,C\n'@m,,\"'=1+1, \"\"x\"\"\",-5.50,-99\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16BE"})
  void numbers_alone_in_a_cell_never_get_the_guard(String encoding) throws IOException {
    String fields = String.join(",", text("a", "A"), text("b", "B"));

    assertThat(
            wide(
                document(
                    fields,
                    record(
                            "m",
                            answer("a", "[null, -5]") + "," + answer("b", "[-5, null, -1.5e+21]"))
                        + ","
                        + record("n", answer("a", "[null, \"-5\"]") + "," + answer("b", "-0.5"))
                        + ",{\"ownerId\": -7, \"lastUpdateDate\": -1, \"fields\": []}"),
                encoding))
        .isEqualTo(
            """
            ownerId,lastUpdateDate,A,B
            m,,-5,-5;-1.5e+21
            n,,'-5,-0.5
            -7,-1,,
            """);
  }

  /** Cells of all kinds against a reading of the vendor's page on formulaGuard, seed by seed. */
  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16BE"})
  void texts_are_guarded_and_numbers_are_not_whatever_stands_beside_them(String encoding)
      throws IOException {
    List<String> texts =
        List.of(
            "-5", "+1", "=1", "@x", "\tx", "\rx", "\nx", "x", "", "1e5", "-", "5-3", "ü", " =1");
    List<String> numbers = List.of("-5", "0", "-0.50", "3.0", "-1.5e+21", "1E5", "-1E-5");
    Random random = new Random(29);
    List<String> records = new ArrayList<>();
    StringBuilder expected = new StringBuilder("ownerId,lastUpdateDate,A\n");
    for (int row = 0; row < 2000; row++) {
      List<String> values = new ArrayList<>();
      List<String> parts = new ArrayList<>();
      boolean allNumbers = true;
      for (int count = random.nextInt(4); count > 0; count--) {
        int kind = random.nextInt(3);
        if (kind == 0) {
          values.add("null");
        } else if (kind == 1) {
          values.add(numbers.get(random.nextInt(numbers.size())));
          parts.add(values.get(values.size() - 1));
        } else {
          String text = texts.get(random.nextInt(texts.size()));
          values.add(
              '"' + text.replace("\t", "\\t").replace("\r", "\\r").replace("\n", "\\n") + '"');
          parts.add(formula(text) ? "'" + text : text);
          allNumbers = false;
        }
      }
      records.add(record("m", answer("a", values.toString())));
      String cell = String.join(";", parts);
      cell = !allNumbers && formula(cell) ? "'" + cell : cell;
      boolean quoted = cell.contains("\r") || cell.contains("\n");
      expected.append("m,,").append(quoted ? '"' + cell + '"' : cell).append('\n');
    }

    assertThat(wide(document(text("a", "A"), String.join(",", records)), encoding))
        .isEqualTo(expected.toString());
  }

  private static boolean formula(String text) {
    return !text.isEmpty() && "=+-@\t\r\n".indexOf(text.charAt(0)) >= 0;
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16BE"})
  void each_of_several_answers_is_guarded_in_either_reader(String encoding) throws IOException {
    String set =
        """
        {"id": "s", "name": "S", "type": {"dataType": "set", "values":
          [{"id": "a", "name": "=A"}, {"id": "b", "name": "Web"}]}}""";
    String json =
        document(
            set + "," + text("t", "T"),
            record(
                    "one",
                    answer("s", "[\"b\", \"a\", \"+new;one\"]")
                        + ","
                        + answer("t", "[\"x\", \"@x\", \"\", -5, \"-5\", \"\\tx\"]"))
                + ","
                + record("two", answer("s", "[\"a\", \"b\"]") + "," + answer("t", "[-5, \"=x\"]")));

    assertThat(wide(json, encoding))
        .isEqualTo(
            """
            ownerId,lastUpdateDate,S,T
            one,,Web;'=A;'+new\\;one,x;'@x;;-5;'-5;'\tx
            two,,'=A;Web,'-5;'=x
            """);
  }
}
