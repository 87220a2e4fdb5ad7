package io.saddlebag.vendor.alida.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.saddlebag.vendor.alida.table.TableOptions.Sensitive;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Lines of JSON whose sensitive answers are left out or masked. */
class AnswerGuardTest {
  private static final List<Field> FIELDS = List.of(field("open", false), field("secret", true));

  private static final String RECORD =
      """
      {"ownerId": "m-1", "fields": [
        {"id": "open", "values": [3.0, "ü"], "more": {"a": [1e21]}},
        {"values": ["my illness"], "id": "secret", "comment": "my illness"},
        {"id": "secret", "values": null},
        {"id": "secret", "values": []},
        {"id": "secret", "values": "my illness"},
        {"id": "deleted", "values": ["my illness"]},
        {"values": ["my illness"]},
        {"id": ["open"], "values": ["my illness"]}], "later": null}""";

  private static Field field(String id, boolean sensitive) {
    return new Field(
        id, id, "", "string", List.of(), sensitive, false, false, false, false, "", true);
  }

  private static String lines(String records, Sensitive sensitive) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonParser parser = new JsonFactory().createParser("[" + records + "]")) {
      assertThat(parser.nextToken()).isEqualTo(JsonToken.START_ARRAY);
      new RecordLines(out, new AnswerGuard(FIELDS, sensitive)).read(parser, 0);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void sensitive_answers_and_unknown_ones_are_left_out() throws Exception {
    assertThat(lines(RECORD + ", {\"fields\": null}", Sensitive.DROP))
        .isEqualTo(
            """
            {"ownerId":"m-1","fields":[{"id":"open","values":[3.0,"ü"],"more":{"a":[1e21]}}],"later":null}
            {"fields":null}
            """);
  }

  @Test
  void masked_answers_keep_their_id_and_whether_they_were_given_and_nothing_else()
      throws Exception {
    assertThat(lines(RECORD, Sensitive.MASK))
        .doesNotContain("illness")
        .isEqualTo(
            """
            {"ownerId":"m-1","fields":[{"id":"open","values":[3.0,"ü"],"more":{"a":[1e21]}},\
            {"id":"secret","values":["***"]},{"id":"secret","values":null},\
            {"id":"secret","values":null},{"id":"secret","values":["***"]},\
            {"id":"deleted","values":["***"]},\
            {"id":null,"values":["***"]},{"id":"","values":["***"]}],"later":null}
            """);
  }

  @ParameterizedTest
  @EnumSource(names = {"DROP", "MASK"})
  void what_alida_does_not_describe_is_refused_and_not_let_through(Sensitive sensitive) {
    for (String record :
        List.of(
            "\"my illness\"",
            "{\"fields\": {\"secret\": 1}}",
            "{\"fields\": [\"my illness\"]}",
            "{\"fields\": [{\"id\": \"open\", \"id\": \"secret\", \"values\": [\"my illness\"]}]}",
            "{\"fields\": [], \"fields\": [{\"id\": \"secret\", \"values\": [\"my illness\"]}]}")) {
      assertThatThrownBy(() -> lines(record, sensitive))
          .isInstanceOf(UnreadableDocument.class)
          .hasMessageNotContaining("illness");
    }
  }
}
