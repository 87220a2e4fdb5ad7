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
