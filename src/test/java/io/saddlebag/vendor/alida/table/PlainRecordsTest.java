package io.saddlebag.vendor.alida.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.bench.RandomActivity;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is read straight from the bytes is what a parser reads, and whatever the parser refuses is
 * refused with the same words, the place in the file among them.
 */
class PlainRecordsTest {
  private static final int DOCUMENTS = 3000;
  private static final ReadingLimits LIMITS = ReadingLimits.ofHeap(1L << 30);

  private static final String DEFINITION =
      """
      "definition":{"fields":[{"id":"f-1","type":{"dataType":"enum","values":[{"id":"o-1"}]}},
       {"id":"f-2","type":{"dataType":"string"}}]}""";

  @TempDir Path folder;

  /** What came of a document. */
  private record Outcome(List<String> records, String counts, String refusal) {}

  private Path write(byte[] document) throws IOException {
    return Files.write(folder.resolve("activity.json"), document);
  }

  private static byte[] document(String records) {
    return ("{" + DEFINITION + ",\"records\":[" + records + "],\"more\":[1]}")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String record(String answers) {
    return "{\"ownerId\":\"m-1\",\"lastUpdateDate\":\"d\",\"fields\":[" + answers + "]}";
  }

  private static String values(String values) {
    return record("{\"id\":\"f-2\",\"values\":[" + values + "]}");
  }

  /** How many records were read; with a window of no bytes, all by the parser. */
  private static Outcome read(Path file, int smallest, int largest) throws IOException {
    List<String> records = new ArrayList<>();
    String counts = "";
    String refusal = "";
    try {
      ActivityDocument document = new ActivityDocument(file.toFile(), LIMITS);
      Catalog catalog = new Catalog(document.fields());
      ResponseRecord record = new ResponseRecord(catalog, LIMITS);
      RecordSink sink = next -> records.add(told(next, catalog));
      RecordReader parser = new RecordReader(record, sink);
      try {
        if (largest == 0) {
          document.records(parser::read);
        } else {
          document.records(new PlainRecords(record, sink, smallest, largest)::read, parser::read);
        }
      } finally {
        counts =
            record.repeatedAnswers()
                + " "
                + catalog.unknownFields()
                + " "
                + catalog.unknownFieldAnswers()
                + " "
                + catalog.unknownOptions()
                + " "
                + catalog.unknownOptionAnswers();
      }
    } catch (UnreadableDocument e) {
      refusal = e.getMessage();
    }
    return new Outcome(records, counts, refusal);
  }

  private static String told(ResponseRecord record, Catalog catalog) {
    StringBuilder told =
        new StringBuilder()
            .append(slice(record, record.ownerFrom(), record.ownerTo()))
            .append(slice(record, record.dateFrom(), record.dateTo()));
    for (int answer = 0; answer < record.answers(); answer++) {
      int field = record.fieldOf(answer);
      told.append("\n")
          .append(catalog.entries().get(field).field().id())
          .append(record.skipped(answer) ? " skipped" : "")
          .append(record.answerOf(field) == answer ? "" : " repeated");
      for (int value = record.firstValue(answer); value < record.endValue(answer); value++) {
        told.append(" ")
            .append(record.kind(value))
            .append(slice(record, record.from(value), record.to(value)));
      }
    }
    return told.toString();
  }

  private static String slice(ResponseRecord record, int from, int to) {
    // Byte by byte: decoded as UTF-8, all that is not well-formed would look the same.
    return "<" + new String(record.bytes(), from, to - from, StandardCharsets.ISO_8859_1) + ">";
  }

  /** With windows of these sizes, each the smallest and, grown so many times, the largest. */
  private Outcome assertSame(byte[] document, int times, int... sizes) throws IOException {
    Path file = write(document);
    Outcome expected = read(file, 0, 0);
    for (int size : sizes) {
      assertThat(read(file, size, size * times))
          .as("%s %s %s", size, times, new String(document, StandardCharsets.UTF_8))
          .isEqualTo(expected);
    }
    return expected;
  }

  private Outcome assertSame(byte[] document) throws IOException {
    return assertSame(document, 8, FileWindow.SMALLEST);
  }

  /** How many bytes of the list the parser was spared. */
  private long reach(byte[] document) throws IOException {
    Path file = write(document);
    int start = new String(document, StandardCharsets.ISO_8859_1).indexOf("\"records\":[") + 11;
    ActivityDocument source = new ActivityDocument(file.toFile(), LIMITS);
    ResponseRecord record = new ResponseRecord(new Catalog(source.fields()), LIMITS);
    return new PlainRecords(record, next -> {}).read(file.toFile(), start) - start;
  }

  @Test
  void hostile_documents_are_read_or_refused_as_the_parser_does() throws IOException {
    Random windows = new Random(9);
    int refused = 0;
    for (int seed = 0; seed < DOCUMENTS; seed++) {
      Outcome outcome =
          assertSame(
              new HostileDocument(seed).bytes(),
              1 + windows.nextInt(40),
              1 + windows.nextInt(200),
              FileWindow.SMALLEST);
      refused += outcome.refusal().isEmpty() ? 0 : 1;
    }
    assertThat(refused).isBetween(DOCUMENTS / 4, DOCUMENTS * 3 / 4);
  }

  @Test
  void a_window_may_end_at_any_byte_and_a_record_may_be_larger_than_it() throws IOException {
    String each =
        record(
            "{\"id\":\"f-1\",\"values\":[\"o-1\",null]},{\"id\":\"f-2\",\"values\":"
                + "[\"a\\nb \\ud83d\\ude00 日本 😀\",-1.50e+21,true]},{\"id\":\"f-2\",\"values\":null}");
    byte[] document = document(each + ",\n" + each + "," + each);
    int[] sizes = IntStream.rangeClosed(1, document.length).toArray();

    assertSame(document, 1, sizes);
    assertSame(document, 1 << 10, sizes);
  }

  @Test
  void a_document_may_be_cut_at_any_byte() throws IOException {
    byte[] document = document(values("\"a\\u00e9\", 1.5e3") + "," + values("\"日\", null"));
    for (int end = 0; end < document.length; end++) {
      assertSame(Arrays.copyOf(document, end), 8, 64);
    }
  }

  @Test
  void each_byte_may_be_another() throws IOException {
    byte[] document = document(values("\"a\\u00e9\", -1.5e3") + "," + values("\"日\", null"));
    Random random = new Random(5);
    for (int at = 0; at < document.length; at++) {
      for (int i = 0; i < 4; i++) {
        byte[] harmed = document.clone();
        harmed[at] = (byte) random.nextInt(256);
        assertSame(harmed);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0x80, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3,
        0xF4, 0xF5, 0xF7, 0xF8, 0xFF
      })
  void what_begins_like_a_character_is_judged_as_the_parser_does(int head) throws IOException {
    byte[] document = document(values("\"????\""));
    int at = new String(document, StandardCharsets.UTF_8).indexOf("????");
    for (int second : new int[] {0x22, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF}) {
      for (int third : new int[] {0x41, 0x80, 0xBF, 0xC2}) {
        byte[] strange = document.clone();
        strange[at] = (byte) head;
        strange[at + 1] = (byte) second;
        strange[at + 2] = (byte) third;
        assertSame(strange);
        strange[at + 3] = (byte) 0x80;
        assertSame(strange);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 49, 50, 51, 900, 990, 1000, 1100, 60_000})
  void depth_is_judged_as_the_parser_does(int depth) throws IOException {
    String lists = "[".repeat(depth) + "]".repeat(depth);
    String objects = "{\"a\":".repeat(depth) + "1" + "}".repeat(depth);
    String open = "[".repeat(depth);
    for (String nested : List.of(lists, objects, open)) {
      assertSame(document(record("") + ",{\"x\":" + nested + "}"), 256, 4096);
      assertSame(document(record("{\"id\":\"f-1\",\"x\":" + nested + "}")), 256, 4096);
      assertSame(document(values(nested)), 256, 4096);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 199, 200, 201, 999, 1000, 1001, 50_000, 60_000, 2_000_000})
  void length_is_judged_as_the_parser_does(int length) throws IOException {
    String digits = "1".repeat(length);
    assertSame(document(values(digits)), 256, 4096);
    assertSame(document(values("0." + digits + "e" + digits)), 256, 4096);
    assertSame(document("{\"x\":" + digits + "}"), 256, 4096);
    assertSame(document("{\"" + digits + "\":1}"), 256, 4096);
    assertSame(document(values("\"" + digits + "\"")), 256, 4096);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32BE"})
  void other_encodings_are_the_parsers(String encoding) throws IOException {
    String text = new String(document(values("\"ö\"")), StandardCharsets.UTF_8);
    byte[] document = text.getBytes(Charset.forName(encoding));

    assertSame(document);
    assertThat(read(folder.resolve("activity.json"), 64, 64).records()).hasSize(1);
  }

  @Test
  void a_byte_order_mark_does_not_shift_anything() throws IOException {
    String text = "\uFEFF" + new String(document(values("\"ö\"")), StandardCharsets.UTF_8);

    assertSame(text.getBytes(StandardCharsets.UTF_8), 4096, 64);
    assertThat(read(folder.resolve("activity.json"), 64, 1024).records()).hasSize(1);
  }

  @Test
  void the_parser_is_spared_all_that_the_vendor_is_known_to_send() throws IOException {
    Path file = folder.resolve("random.json");
    new RandomActivity(3).write(file, 300_000);
    byte[] document = Files.readAllBytes(file);
    long list = new String(document, StandardCharsets.ISO_8859_1).indexOf("\"records\":[") + 11;

    assertThat(reach(document)).isEqualTo(document.length - 2 - list);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"ownerId\": 1, \"ownerId\": 1}",
        "{\"lastUpdateDate\": 1, \"x\": 2, \"lastUpdateDate\": 1}",
        "{\"fields\": [], \"fields\": []}",
        "{\"fields\": null, \"fields\": []}",
        "{\"fields\": [{\"id\": \"f-2\", \"values\": [], \"id\": \"f-1\"}]}",
        "{\"fields\": [{\"values\": null, \"values\": [], \"id\": \"f-1\"}]}"
      })
  void a_member_that_stands_twice_is_refused_by_name_and_place(String twice) throws IOException {
    byte[] document = document(record("") + "," + twice);

    assertThat(assertSame(document, 8, 16, 64).refusal())
        .containsPattern("the document has \"\\w+\" twice in one record or answer at byte \\d+");
    assertThat(assertSame(document(record("") + ",{\"x\": [{\"id\": 1, \"id\": 2}]}")).refusal())
        .isEmpty();
  }

  @Test
  void rare_things_in_a_record_do_not_end_it() throws IOException {
    String rare =
        """
        { "more" : {"fields": [{"id": null}], "": [[], {}, "\\u0064", -0.5E+7]},
         "lastUpdateDate": null, "ownerId": "\\uD800\\/",
         "fields" : [ { "values": "alone", "x": true, "id": "f-2" }, {} ] }""";
    String odd = values("{\"x\": [1]}");

    assertSame(document(rare + "," + odd + "," + rare), 16, 64);
    assertThat(reach(document(rare + "," + odd + "," + rare))).isEqualTo(rare.length());
  }
}
