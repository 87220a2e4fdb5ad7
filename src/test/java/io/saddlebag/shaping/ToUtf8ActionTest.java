package io.saddlebag.shaping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The Kamelet as a user writes it. */
class ToUtf8ActionTest {
  @TempDir Path folder;
  private final List<byte[]> seen = new ArrayList<>();
  private KameletContext context;

  @BeforeEach
  void prepare() {
    context = new KameletContext(folder.resolve("work"), new Properties());
    context
        .camel()
        .getRegistry()
        .bind(
            "seen",
            (Processor)
                exchange -> {
                  File body = (File) exchange.getMessage().getBody();
                  assertThat(exchange.getMessage().getHeaders())
                      .as("the digest and the type are the original's")
                      .doesNotContainKeys("SaddlebagSha256", "SaddlebagContentType")
                      .containsKey("SaddlebagReceipt");
                  assertThat(exchange.getMessage().getHeader(Exchange.FILE_LENGTH))
                      .isEqualTo(body.length());
                  seen.add(Files.readAllBytes(body.toPath()));
                });
  }

  @AfterEach
  void stop() throws Exception {
    context.close();
  }

  @Test
  void a_file_in_latin_1_goes_on_in_UTF8_and_stays_as_it_came() throws Exception {
    Path file = file("name\nJos\u00e9 \u00d1and\u00fa\n".getBytes(StandardCharsets.ISO_8859_1));
    context.routes(route(""));

    Exchange done = context.send("direct:shape", file);

    assertThat(done.getException()).isNull();
    assertThat(seen)
        .containsExactly("name\nJos\u00e9 \u00d1and\u00fa\n".getBytes(StandardCharsets.UTF_8));
    assertThat(Files.size(file)).isEqualTo(16);
    assertThat(done.getMessage().getHeader(Exchange.FILE_NAME)).isEqualTo("applicants.csv");
    assertThat(folder.resolve("work")).isEmptyDirectory();
  }

  @ParameterizedTest
  @CsvSource({
    "504b030414000000, unpack it first",
    "504b050600000000, unpack it first",
    "1f8b080000000000, unpack it first",
    "d0cf11e0a1b11ae1, take to-utf8-action out",
  })
  void an_archive_is_refused_and_never_converted(String bytes, String remedy) throws Exception {
    context.routes(route("{from: ISO-8859-1, onMalformed: replace}"));

    Exchange done = context.send("direct:shape", file(HexFormat.of().parseHex(bytes)));

    assertThat(done.getException())
        .isInstanceOf(ShapingFailure.class)
        .hasMessageContaining("applicants.csv is ")
        .hasMessageContaining(remedy);
    assertThat(seen).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"PK, ISO-8859-1", "'PK,name', ISO-8859-1", "PK1, UTF-16LE", "'PK,name', UTF-16BE"})
  void a_text_that_begins_with_the_letters_of_an_archive_is_a_text(String text, String from)
      throws Exception {
    context.routes(route("{from: " + from + "}"));

    context.send("direct:shape", file(text.getBytes(Charset.forName(from))));

    assertThat(seen).containsExactly(text.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource({
    "UTF-8, none, '\uFEFFa', a",
    "UTF-8, keep, '\uFEFFa', '\uFEFFa'",
    "UTF-8, keep, a, a",
    "UTF-8, add, a, '\uFEFFa'",
    "UTF-8, add, '\uFEFFa', '\uFEFFa'",
    "UTF-8, add, '', '\uFEFF'",
    "UTF-8, none, '', ''",
    "UTF-16LE, none, '\uFEFFa', a",
    "UTF-16LE, keep, '\uFEFFa', '\uFEFFa'",
    "UTF-16, none, a, a",
    "UTF-16, keep, a, '\uFEFFa'",
    "windows-1252, none, '\u201cquoted\u201d', '\u201cquoted\u201d'",
    "UTF-8, none, 'a\uD83D\uDE00b', 'a\uD83D\uDE00b'",
  })
  void the_mark_is_left_out_added_or_kept(String from, String bom, String given, String made)
      throws Exception {
    context.routes(route("{from: " + from + ", bom: " + bom + "}"));

    context.send("direct:shape", file(given.getBytes(Charset.forName(from))));

    assertThat(seen).containsExactly(made.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource({"UTF-16LE", "UTF-16BE"})
  void the_order_of_UTF_16_without_a_mark_is_seen_by_its_signs(String order) throws Exception {
    for (String text :
        List.of("id,name\r\n1,Zo\u00eb\r\n", "1", "\u4e00,\u540d\u524d\r\n1,\u4e00\u4e00\r\n")) {
      context.close();
      prepare();
      seen.clear();
      context.routes(route("{from: UTF-16}"));

      context.send("direct:shape", file(text.getBytes(Charset.forName(order))));

      assertThat(seen).containsExactly(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  @Test
  void a_text_in_UTF_16_that_tells_no_order_is_refused_by_the_parameter() throws Exception {
    context.routes(route("{from: UTF-16}"));

    Exchange done =
        context.send("direct:shape", file("\u4e01\u540d".getBytes(StandardCharsets.UTF_16LE)));

    assertThat(done.getException())
        .isInstanceOf(ShapingFailure.class)
        .hasMessageContaining("correct from of to-utf8-action to UTF-16LE or UTF-16BE");
    assertThat(seen).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "'id,name\n1,Zo\u00eb\n', UTF-16LE, ISO-8859-1",
    "'id,name\n1,Zo\u00eb\n', UTF-16BE, windows-1252",
    "'id,name\n1,Zo\u00eb\n', UTF-16LE, UTF-8",
    "'id,name\n1,Zo\u00eb\n', UTF-16LE, UTF-16BE",
    "'\uFEFFid', UTF-16LE, ISO-8859-1",
    "'\uFEFF\u4e01', UTF-16BE, UTF-8",
    "'\uFEFFid,name', UTF-8, ISO-8859-1",
    "'\uFEFFid,name', UTF-8, UTF-16",
  })
  void a_text_that_shows_another_character_set_is_refused_by_the_parameter(
      String text, String in, String from) throws Exception {
    context.routes(route("{from: " + from + ", onMalformed: replace}"));

    Exchange done = context.send("direct:shape", file(text.getBytes(Charset.forName(in))));

    assertThat(done.getException())
        .isInstanceOf(ShapingFailure.class)
        .hasMessage(
            "applicants.csv is in %s and not in %s: correct from of to-utf8-action to %s",
            in, Charset.forName(from), in);
    assertThat(seen).isEmpty();
  }

  @Test
  void a_zero_that_strayed_into_a_text_does_not_make_it_another_one() throws Exception {
    context.routes(route("{from: ISO-8859-1}"));

    context.send("direct:shape", file("id,name\n1,a\0b\n".getBytes(StandardCharsets.ISO_8859_1)));

    assertThat(seen).containsExactly("id,name\n1,a\0b\n".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void bytes_of_another_character_set_are_told_by_their_position() throws Exception {
    byte[] bytes = ("x".repeat(200_000) + "\u00e9\n").getBytes(StandardCharsets.ISO_8859_1);
    context.routes(route("{from: UTF-8}"));

    Exchange done = context.send("direct:shape", file(bytes));

    assertThat(done.getException()).hasMessageContaining("the byte at position 200000 is no");
    assertThat(seen).isEmpty();
    assertThat(folder.resolve("work")).isEmptyDirectory();
  }

  @Test
  void a_character_that_is_cut_off_at_the_end_is_an_error() throws Exception {
    context.routes(route("{from: UTF-8}"));

    Exchange done = context.send("direct:shape", file(new byte[] {'a', (byte) 0xC3}));

    assertThat(done.getException()).hasMessageContaining("the byte at position 1 is no");
  }

  @Test
  void bytes_of_another_character_set_are_replaced_where_the_user_says_so() throws Exception {
    context.routes(route("{from: UTF-8, onMalformed: replace}"));

    context.send("direct:shape", file(new byte[] {'a', (byte) 0xE9, 'b'}));

    assertThat(seen).containsExactly("a\uFFFDb".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void characters_across_the_blocks_come_out_whole() throws Exception {
    String text = "x" + "\u044f\uD83D\uDE00".repeat(100_000);
    context.routes(route("{from: UTF-8}"));

    context.send("direct:shape", file(text.getBytes(StandardCharsets.UTF_8)));

    assertThat(new String(seen.get(0), StandardCharsets.UTF_8)).isEqualTo(text);
  }

  @Test
  void a_character_set_that_there_is_not_is_refused_at_load() {
    assertThatThrownBy(() -> context.routes(route("{from: latin-one}")))
        .hasStackTraceContaining("latin-one, which is no character set of Java");
  }

  private Path file(byte[] bytes) throws Exception {
    return Files.write(folder.resolve("applicants.csv"), bytes);
  }

  private static String route(String parameters) {
    return """
    - route:
        from:
          uri: direct:shape
          steps:
            - to:
                uri: kamelet:to-utf8-action
                parameters: %s
            - process: {ref: seen}
    """
        .formatted(parameters.isEmpty() ? "{}" : parameters);
  }
}
