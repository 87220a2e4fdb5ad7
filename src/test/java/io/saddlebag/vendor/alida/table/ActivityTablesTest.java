package io.saddlebag.vendor.alida.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.vendor.alida.table.TableOptions.Headers;
import io.saddlebag.vendor.alida.table.TableOptions.LineEnd;
import io.saddlebag.vendor.alida.table.TableOptions.Sensitive;
import io.saddlebag.vendor.alida.table.TableOptions.Sets;
import io.saddlebag.vendor.alida.table.TableOptions.Values;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The flattening specification of the sheet, section 2.6, and what its section 2.5 warns of. */
class ActivityTablesTest {
  /** The sheet's example, section 2.5. */
  private static final String SAMPLE =
      """
      {"id": "b-1", "datasetId": "d-1",
       "exportOptions": {"fieldIds": ["f-1", "f-2", "f-3"], "sinceDatetime": "2024-01-01T00:00:00Z", "untilDatetime": "2024-02-01T00:00:00Z"},
       "exportDate": "2024-02-01T08:00:00Z", "lastSyncDate": "2024-02-01T07:55:00Z",
       "definition": {
        "fields": [
         {"id": "f-1", "name": "Q1_Taste", "isSensitive": false,
          "type": {"dataType": "enum", "values": [{"id": "o-1", "name": "Poor"}, {"id": "o-2", "name": "Good"}]},
          "meta": {"description": "Rate the product", "visibility": "active", "isSystem": false, "isRequired": true}},
         {"id": "f-2", "name": "Q1_Price", "isSensitive": false,
          "type": {"dataType": "enum", "values": [{"id": "o-1", "name": "Poor"}, {"id": "o-2", "name": "Good"}]},
          "meta": {"description": "Rate the product", "visibility": "active", "isSystem": false}},
         {"id": "f-3", "name": "Q2", "isSensitive": true, "type": {"dataType": "string"},
          "meta": {"description": "Any remarks?", "visibility": "active", "isSystem": false}}],
        "fieldGroups": [{"id": "g-1", "name": "Q1", "fieldIds": ["f-1", "f-2"], "meta": {"description": "Rate the product"}}]},
       "records": [
        {"ownerId": "m-1", "lastUpdateDate": "2024-01-15T10:00:00Z",
         "fields": [{"id": "f-1", "values": ["o-2"]}, {"id": "f-2", "values": null}]}]}
      """;

  private static final String SET =
      """
      {"id": "s", "name": "Used", "type": {"dataType": "set", "values":
        [{"id": "a", "name": "Mail; phone"}, {"id": "b", "name": "Web"}]}}""";

  @TempDir Path folder;

  private static TableOptions options(Headers headers, Sets sets, Sensitive sensitive) {
    return new TableOptions(
        headers,
        Values.LABELS,
        sets,
        ";",
        "SKIPPED",
        "",
        sensitive,
        true,
        true,
        false,
        false,
        false,
        LineEnd.LF);
  }

  private static TableOptions skipping() {
    return options(Headers.NAME, Sets.JOINED, Sensitive.KEEP);
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

  private Path source(String json) throws IOException {
    return Files.writeString(folder.resolve("poll.json"), json);
  }

  private TableSummary summary;

  private String wide(TableOptions options, String json) throws IOException {
    Path table = folder.resolve("poll.csv");
    summary = new ActivityTables(options).wide(source(json).toFile(), table);
    return Files.readString(table);
  }

  private String tall(TableOptions options, String json) throws IOException {
    Path table = folder.resolve("long.csv");
    summary = new ActivityTables(options).tall(source(json).toFile(), table);
    return Files.readString(table);
  }

  @Test
  void the_worked_sample_of_the_sheet_comes_out_byte_for_byte() throws IOException {
    assertThat(wide(skipping(), SAMPLE))
        .isEqualTo(
            """
            ownerId,lastUpdateDate,Q1_Taste,Q1_Price,Q2
            m-1,2024-01-15T10:00:00Z,Good,SKIPPED,
            """);
    assertThat(summary).isEqualTo(TableSummary.plain(1, 1, 5));
  }

  @Test
  void any_order_of_keys_gives_the_same_table() throws IOException {
    String turned =
        """
        {"records": [{"fields": [{"values": ["o-2"], "id": "f-1"}, {"values": null, "id": "f-2"}],
           "lastUpdateDate": "2024-01-15T10:00:00Z", "ownerId": "m-1"}],
         "more": {"definition": [1, {"records": []}]},
         "definition": {"fieldGroups": [], "fields": [
          {"meta": {}, "type": {"values": [{"name": "Good", "id": "o-2"}], "dataType": "enum"}, "name": "Q1_Taste", "id": "f-1"},
          {"type": {"dataType": "enum"}, "name": "Q1_Price", "id": "f-2"},
          {"type": {"dataType": "string"}, "name": "Q2", "id": "f-3"}]}}
        """;

    assertThat(wide(skipping(), turned)).isEqualTo(wide(skipping(), SAMPLE));
  }

  @Test
  void the_rows_of_a_grid_stand_together_in_the_order_of_their_group() throws IOException {
    String json =
        "{\"definition\": {\"fields\": ["
            + text("a", "A")
            + ","
            + text("g1", "G_1")
            + ","
            + text("b", "B")
            + ","
            + text("g2", "G_2")
            + "], \"fieldGroups\": [{\"name\": \"G\", \"fieldIds\": [\"g2\", \"g1\", \"gone\"]}]},"
            + " \"records\": []}";

    assertThat(wide(skipping(), json)).isEqualTo("ownerId,lastUpdateDate,A,G_2,G_1,B\n");
  }

  @Test
  void several_answers_are_joined_so_that_they_can_be_taken_apart() throws IOException {
    assertThat(
            wide(
                skipping(),
                document(SET, record("m", answer("s", "[\"a\", null, \"b\", \"new;one\"]")))))
        .isEqualTo("ownerId,lastUpdateDate,Used\nm,,Mail\\; phone;Web;new\\;one\n");
    assertThat(summary.unknownOptions()).isEqualTo(1);
    assertThat(summary.unknownOptionAnswers()).isEqualTo(1);
  }

  @Test
  void a_column_for_each_option_tells_chosen_from_not_chosen_skipped_and_never_seen()
      throws IOException {
    String records =
        String.join(
            ",",
            record("m-1", answer("s", "[\"b\"]")),
            record("m-2", answer("s", "null")),
            record("m-3", ""),
            record("m-4", answer("s", "[]")),
            record("m-5", answer("s", "[\"old\", \"b\"]")));

    assertThat(wide(options(Headers.NAME, Sets.COLUMNS, Sensitive.KEEP), document(SET, records)))
        .isEqualTo(
            """
            ownerId,lastUpdateDate,Used[Mail; phone],Used[Web],Used[old]
            m-1,,0,1,0
            m-2,,SKIPPED,SKIPPED,SKIPPED
            m-3,,,,
            m-4,,0,0,0
            m-5,,0,1,1
            """);
    assertThat(summary.rows()).isEqualTo(5);
    assertThat(summary.unknownOptionAnswers()).isEqualTo(1);
  }

  @Test
  void answers_to_unknown_fields_become_columns_and_are_counted_once() throws IOException {
    String records =
        record("m-1", answer("a", "[\"x\"]"))
            + ","
            + record("m-2", answer("gone", "[\"1\", \"2\"]") + "," + answer("a", "[]"));

    assertThat(wide(skipping(), document(text("a", "A"), records)))
        .isEqualTo("ownerId,lastUpdateDate,A,gone\nm-1,,x,\nm-2,,,1;2\n");
    assertThat(summary.unknownFields()).isEqualTo(1);
    assertThat(summary.unknownFieldAnswers()).isEqualTo(1);
    assertThat(summary.records()).isEqualTo(2);
  }

  @Test
  void equal_headers_are_told_apart_and_never_collide() throws IOException {
    String fields =
        String.join(",", text("1", "Q"), text("2", "Q"), text("3", "Q (2)"), text("4", "ownerId"));

    assertThat(wide(skipping(), document(fields, "")))
        .isEqualTo("ownerId,lastUpdateDate,Q,Q (3),Q (2),ownerId (2)\n");
  }

  @Test
  void descriptions_lose_their_markup_and_grids_keep_their_rows_names() throws IOException {
    String field = "{\"id\": \"%s\", \"name\": \"%s\", \"meta\": {\"description\": \"%s\"}}";
    String fields =
        String.join(
            ",",
            field.formatted("1", "G_1", "<p>Rate&nbsp;<b>it</b></p>"),
            field.formatted("2", "G_2", "Rate it"),
            field.formatted("3", "Q", "5 &lt; 6 &amp; 7 < 8 &#8364;\\n?"),
            text("4", "Plain"));

    assertThat(
            wide(options(Headers.DESCRIPTION, Sets.JOINED, Sensitive.KEEP), document(fields, "")))
        .isEqualTo("ownerId,lastUpdateDate,Rate it (G_1),Rate it (G_2),5 < 6 & 7 < 8 € ?,Plain\n");
  }

  @Test
  void cells_are_quoted_as_the_rfc_says_and_line_breaks_are_kept() throws IOException {
    assertThat(
            wide(
                skipping(),
                document(
                    text("a", "A, \\\"b\\\""),
                    record("m", answer("a", "[\"one, \\\"two\\\"\\r\\nthree\"]")))))
        .isEqualTo("ownerId,lastUpdateDate,\"A, \"\"b\"\"\"\nm,,\"one, \"\"two\"\"\r\nthree\"\n");
  }

  @Test
  void sensitive_questions_and_unknown_ones_are_dropped_or_masked() throws IOException {
    String sensitive =
        "{\"id\": \"a\", \"name\": \"A\", \"isSensitive\": \"True\", \"type\": {\"dataType\": \"string\"}}";
    String json =
        document(
            sensitive + "," + text("b", "B"),
            record(
                "m",
                answer("a", "[\"secret\"]")
                    + ","
                    + answer("b", "[\"open\"]")
                    + ","
                    + answer("gone", "[\"?\"]")));

    assertThat(wide(options(Headers.NAME, Sets.JOINED, Sensitive.DROP), json))
        .isEqualTo("ownerId,lastUpdateDate,B\nm,,open\n");
    assertThat(summary.unknownFields()).isEqualTo(1);
    assertThat(wide(options(Headers.NAME, Sets.COLUMNS, Sensitive.MASK), json))
        .isEqualTo("ownerId,lastUpdateDate,A,B,gone\nm,,***,open,***\n");
    assertThat(tall(options(Headers.NAME, Sets.JOINED, Sensitive.MASK), json))
        .doesNotContain("secret");
    assertThat(tall(options(Headers.NAME, Sets.JOINED, Sensitive.DROP), json))
        .doesNotContain("secret")
        .doesNotContain("gone");
  }

  @Test
  void every_script_survives_and_half_a_character_does_no_harm() throws IOException {
    assertThat(
            wide(
                skipping(),
                document(
                    text("a", "Größe"),
                    record("m", answer("a", "[\"日本 😀 \\uD83D\\uDE00 \\uD800!\"]")))))
        .isEqualTo("ownerId,lastUpdateDate,Größe\nm,,日本 😀 😀 \uFFFD!\n");
  }

  @Test
  void numbers_words_and_parts_are_written_as_they_stand() throws IOException {
    assertThat(
            wide(
                skipping(),
                document(
                    text("a", "A"),
                    record("m", answer("a", "[3.0, 1e21, true, {\"x\": [1]}, \"\"]"))
                        + ","
                        + record("n", answer("a", "\"alone\"")))))
        .isEqualTo("ownerId,lastUpdateDate,A\nm,,\"3.0;1e21;true;{\"\"x\"\":[1]};\"\nn,,alone\n");
  }

  @Test
  void a_participant_who_comes_again_is_kept_and_counted() throws IOException {
    String records = record("m", "") + "," + record("n", "") + "," + record("m", "");

    assertThat(wide(skipping(), document(text("a", "A"), records))).hasLineCount(4);
    assertThat(summary.duplicateOwners()).isEqualTo(1);
    assertThat(summary.unusual()).isTrue();
    assertThat(summary.toMap()).containsEntry("duplicateOwners", 1L);
  }

  @Test
  void participants_beyond_the_limit_are_not_compared_and_that_is_said() {
    OwnerIds owners = new OwnerIds(3000);
    for (int i = 0; i < 4000; i++) {
      byte[] id = ("member-" + i).getBytes(java.nio.charset.StandardCharsets.UTF_8);
      owners.see(id, 0, id.length);
      owners.see(id, 0, id.length);
    }

    assertThat(owners.duplicates()).isEqualTo(3000);
    assertThat(owners.complete()).isFalse();
  }

  @Test
  void the_last_of_two_answers_to_one_field_counts_in_the_wide_table() throws IOException {
    String json =
        document(
            text("a", "A"),
            record("m", answer("a", "[\"first\"]") + "," + answer("a", "[\"last\"]")));

    assertThat(wide(skipping(), json)).endsWith("m,,last\n");
    assertThat(summary.repeatedAnswers()).isEqualTo(1);
    assertThat(tall(skipping(), json)).contains("first").contains("last");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "\"text\"",
        "{}",
        "{\"records\": []}",
        "{\"definition\": {}}",
        "{\"definition\": {}, \"records\": {}}",
        "{\"definition\": {}, \"records\": [1]}",
        "{\"definition\": {}, \"records\": [{\"fields\": 1}]}",
        "{\"definition\": {}, \"records\": [{\"fields\": [1]}]}",
        "{\"definition\": {}, \"records\": []",
        "{\"definition\": {}, \"records\": [], \"records\": []}",
        "{\"definition\": {}, \"records\": []} {}",
        "{\"definition\": {}, \"records\": [{\"ownerId\": \"m\"}, ]}",
        "{\"definition\": {\"fields\": [",
        "<html></html>"
      })
  void what_is_no_whole_document_is_refused(String json) throws IOException {
    Path source = source(json);
    ActivityTables tables = new ActivityTables(skipping());

    assertThatThrownBy(() -> tables.wide(source.toFile(), folder.resolve("a")))
        .isInstanceOf(UnreadableDocument.class);
    assertThatThrownBy(() -> tables.tall(source.toFile(), folder.resolve("b")))
        .isInstanceOf(UnreadableDocument.class);
  }

  @Test
  void a_document_cut_anywhere_is_refused_without_a_word_of_its_answers() throws IOException {
    byte[] whole = SAMPLE.strip().getBytes(java.nio.charset.StandardCharsets.UTF_8);
    ActivityTables tables = new ActivityTables(skipping());
    Path source = folder.resolve("cut.json");
    for (int end = 0; end < whole.length; end++) {
      Files.write(source, java.util.Arrays.copyOf(whole, end));
      for (Shape shape : Shape.values()) {
        assertThatThrownBy(() -> shape.of(tables, source, folder.resolve("cut.csv")))
            .as("%s of the first %d bytes", shape, end)
            .isInstanceOf(UnreadableDocument.class)
            .hasMessageContaining("cut.json")
            .hasMessageNotContaining("m-1");
      }
    }
  }

  /** Every step that reads documents. */
  private enum Shape {
    WIDE,
    TALL,
    CODEBOOK,
    LINES;

    TableSummary of(ActivityTables tables, Path source, Path target) throws IOException {
      return switch (this) {
        case WIDE -> tables.wide(source.toFile(), target);
        case TALL -> tables.tall(source.toFile(), target);
        case CODEBOOK -> tables.codebook(source.toFile(), target);
        case LINES -> tables.lines(source.toFile(), target);
      };
    }
  }

  private void refused(Shape shape, ActivityTables tables, String json, String... words)
      throws IOException {
    Path source = source(json);
    assertThatThrownBy(() -> shape.of(tables, source, folder.resolve("refused")))
        .as("%s of %s", shape, json)
        .isInstanceOf(UnreadableDocument.class)
        .hasMessageContainingAll(words);
  }

  @ParameterizedTest
  @EnumSource
  void what_stands_behind_a_document_is_refused_by_every_step(Shape shape) throws IOException {
    ActivityTables tables = new ActivityTables(skipping());
    assertThat(shape.of(tables, source(SAMPLE + " \n"), folder.resolve("whole")).rows())
        .isPositive();

    refused(shape, tables, SAMPLE + "{}", "goes on after the end");
    refused(shape, tables, SAMPLE + "x", "no whole JSON document");
    refused(shape, tables, "{\"definition\": {\"fields\": []}}", "no list of records");
    refused(
        shape, tables, "{\"definition\": [], \"records\": []}", "a definition that is no object");
    refused(shape, tables, "{\"error\": 403}", "no activity document of Alida");
  }

  @ParameterizedTest
  @EnumSource
  void a_name_that_stands_twice_is_refused_by_every_step(Shape shape) throws IOException {
    ActivityTables tables = new ActivityTables(options(Headers.NAME, Sets.JOINED, Sensitive.DROP));
    String definition = "\"definition\": {\"fields\": []}";

    refused(
        shape,
        tables,
        "{" + definition + "," + definition + ", \"records\": []}",
        "\"definition\" twice");
    refused(
        shape,
        tables,
        "{" + definition + ", \"records\": [], " + definition + "}",
        "\"definition\" twice");
    refused(
        shape,
        tables,
        "{\"records\": [], " + definition + ", \"records\": []}",
        "\"records\" twice");
    refused(
        shape,
        tables,
        document("{\"id\": \"a\", \"isSensitive\": true, \"isSensitive\": false}", ""),
        "says \"isSensitive\" twice in one place of its definition");
  }

  @ParameterizedTest
  @EnumSource(names = {"WIDE", "TALL", "LINES"})
  void a_name_that_stands_twice_in_a_record_is_refused(Shape shape) throws IOException {
    for (Sensitive sensitive : Sensitive.values()) {
      ActivityTables tables = new ActivityTables(options(Headers.NAME, Sets.JOINED, sensitive));
      for (String twice :
          List.of(
              "{\"ownerId\": \"m\", \"ownerId\": \"n\"}",
              "{\"fields\": [{\"id\": \"a\", \"values\": [1], \"values\": [2]}]}",
              "{\"fields\": [], \"x\": {}, \"fields\": []}")) {
        refused(
            shape,
            tables,
            document(text("a", "A"), record("m", "") + "," + twice),
            "twice in one record or answer");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void what_is_beyond_the_limits_of_the_parser_is_named_as_that(Shape shape) throws IOException {
    ActivityTables tables = new ActivityTables(skipping(), new ReadingLimits(1_000_000, 8 << 20));
    String text = "x".repeat(1_200_000);
    String[] named = {"poll.json", "beyond what this step reads", "may be whole"};

    refused(
        shape,
        tables,
        document("{\"id\": \"a\", \"name\": \"" + text + "\"}", ""),
        "a text of more than 1000000 characters",
        named[1]);
    refused(
        shape,
        tables,
        document(
            text("a", "A"), record("m", "{\"more\": " + "[".repeat(1100) + "]".repeat(1100) + "}")),
        "values nested too deeply",
        named[2]);
    if (shape == Shape.CODEBOOK) {
      return;
    }
    for (String[] beyond :
        new String[][] {
          {"\"" + text + "\"", "a text of more than 1000000 characters"},
          {"\"\\n" + text + "\"", "a text of more than 1000000 characters"},
          {"1".repeat(2000), "a number of too many digits"},
          {"{\"" + "n".repeat(60_000) + "\": 1}", "a name that is too long"}
        }) {
      refused(
          shape,
          tables,
          document(text("a", "A"), record("m", answer("a", "[" + beyond[0] + "]"))),
          beyond[1]);
      refused(
          shape,
          tables,
          document(text("a", "A"), record("m", answer("a", "[" + beyond[0] + "]"))),
          named);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"WIDE", "TALL"})
  void a_record_that_is_too_large_is_named_as_that(Shape shape) throws IOException {
    ActivityTables tables = new ActivityTables(skipping(), new ReadingLimits(2_000_000, 1 << 20));
    String answers =
        answer("a", "[\"\\n" + "x".repeat(900_000) + "\", \"" + "y".repeat(900_000) + "\"]");

    refused(
        shape,
        tables,
        document(text("a", "A"), record("m", answers)),
        "a record with more than 1 MiB of text");
  }

  @Test
  void limits_follow_the_heap() {
    assertThat(ReadingLimits.ofHeap(64 << 20)).isEqualTo(new ReadingLimits(2 << 20, 8 << 20));
    assertThat(ReadingLimits.ofHeap(1L << 40)).isEqualTo(new ReadingLimits(20_000_000, 1 << 30));
    assertThat(ReadingLimits.ofHeap(1)).isEqualTo(new ReadingLimits(1_000_000, 4_000_000));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '|',
      textBlock =
          """
          "isSensitive": true                      , 1, 0
          "isSensitive": "TRUE "                   , 1, 0
          "isSensitive": 1                         , 1, 0
          "isSensitive": 1.0                       , 1, 0
          "isSensitive": "1"                       , 1, 0
          "isSensitive": "Yes"                     , 1, 0
          "issensitive": true                      , 1, 0
          "meta": {"isSensitive": "yes"}           , 1, 0
          |"meta": {"isSensitive": 1}, "isSensitive": false| , 1, 0
          "isSensitive": "confidential"            , 1, 1
          "isSensitive": 2                         , 1, 1
          "isSensitive": {}                        , 1, 1
          "isSensitive": ["false"]                 , 1, 1
          "isSensitive": false                     , 0, 0
          "isSensitive": "False"                   , 0, 0
          "isSensitive": "no"                      , 0, 0
          "isSensitive": 0                         , 0, 0
          "isSensitive": null                      , 0, 0
          "isSensitive": ""                        , 0, 0
          "meta": {"isSensitive": false}           , 0, 0
          "name": "isSensitive"                    , 0, 0
          """)
  void a_question_is_sensitive_however_it_is_said(String said, int sensitive, int unclear)
      throws IOException {
    String json =
        document(
            "{\"id\": \"a\", \"type\": {\"dataType\": \"string\"}, " + said + "}",
            record("m", answer("a", "[\"health\"]")));

    for (Shape shape : Shape.values()) {
      Path target = folder.resolve("out");
      TableSummary met =
          shape.of(
              new ActivityTables(options(Headers.ID, Sets.JOINED, Sensitive.MASK)),
              source(json),
              target);

      assertThat(met.unclearSensitive()).as("%s", shape).isEqualTo(unclear);
      assertThat(met.unusual()).isEqualTo(unclear > 0);
      if (shape != Shape.CODEBOOK) {
        assertThat(Files.readString(target).contains("health"))
            .as("%s", shape)
            .isEqualTo(sensitive == 0);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"set", "Set", "SET", " set "})
  void words_for_types_may_have_other_letters(String word) throws IOException {
    String json =
        document(
            SET.replace("\"set\"", "\"" + word + "\"")
                + ","
                + SET.replace("\"s\"", "\"e\"").replace("\"set\"", "\"Enum\""),
            record("m", answer("s", "[\"b\", \"a\"]") + "," + answer("e", "[\"b\"]")));

    assertThat(wide(skipping(), json))
        .isEqualTo("ownerId,lastUpdateDate,Used,Used (2)\nm,,Web;Mail\\; phone,Web\n");
    assertThat(wide(options(Headers.NAME, Sets.COLUMNS, Sensitive.KEEP), json))
        .endsWith("m,,1,1,Web\n");
  }

  @ParameterizedTest
  @EnumSource
  void half_a_character_is_the_same_mark_in_every_step(Shape shape) throws IOException {
    String half = "\\ud83dx\\udc00\\ud83d";
    String json =
        document(
            "{\"id\": \"a\", \"name\": \""
                + half
                + "\", \"type\": {\"dataType\": \"set\", \"values\":"
                + " [{\"id\": \""
                + half
                + "\", \"name\": \""
                + half
                + "\"}]}}",
            record(half, answer("a", "[\"" + half + "\", \"new" + half + "\"]")));

    Path target = folder.resolve("out");
    TableSummary met = shape.of(new ActivityTables(skipping()), source(json), target);

    assertThat(Files.readString(target)).contains("\uFFFDx\uFFFD\uFFFD").doesNotContain("?");
    assertThat(met.unknownOptions()).isEqualTo(shape == Shape.WIDE || shape == Shape.TALL ? 1 : 0);
  }

  @Test
  void more_unknown_fields_than_can_be_meant_are_refused() throws IOException {
    StringBuilder answers = new StringBuilder(answer("x", "null"));
    for (int i = 0; i < 1000; i++) {
      answers.append(",").append(answer("x" + i, "null"));
    }
    Path source = source(document("", record("m", answers.toString())));

    assertThatThrownBy(
            () -> new ActivityTables(skipping()).wide(source.toFile(), folder.resolve("a")))
        .hasMessageContaining("do not belong together");
  }
}
