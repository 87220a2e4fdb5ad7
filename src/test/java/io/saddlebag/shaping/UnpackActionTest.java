package io.saddlebag.shaping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a user writes the Kamelet, and which steps get what. */
class UnpackActionTest extends UnpackTest {
  @Test
  void each_entry_goes_through_the_steps_of_the_action() throws Exception {
    Path zip = zip("a.csv", "one", "deep/b.csv", "two");
    context.routes(route("first", ""));

    Exchange done = context.send("direct:first", zip);

    assertThat(done.getException()).isNull();
    assertThat(seen)
        .containsExactly("firsta.csv=one of data.zip", "firstdeep/b.csv=two of data.zip");
    assertThat(work).isEmptyDirectory();
    assertThat(zip).exists();
  }

  @Test
  void two_exports_with_the_same_action_have_each_their_own_steps_by_a_name() throws Exception {
    Path zip = zip("a.csv", "one");
    context.routes(route("first", "") + route("second", ""));

    context.send("direct:first", zip);
    context.send("direct:second", zip);

    assertThat(seen).containsExactly("firsta.csv=one of data.zip", "seconda.csv=one of data.zip");
  }

  @Test
  void two_actions_that_Camel_takes_for_one_give_nobody_the_files_of_the_other() throws Exception {
    String routes = route("first", "") + route("second", "");
    context.routes(routes.replaceAll("unpack-action/\\w+", "unpack-action"));

    Exchange done = context.send("direct:first", zip("a.csv", "one"));

    assertThat(done.getException())
        .hasMessageContaining("unpack-action/")
        .hasMessageContaining("more than once");
    assertThat(seen).isEmpty();
  }

  @Test
  void without_steps_of_its_own_it_fails_and_says_how_it_is_written() throws Exception {
    context.routes(
        """
        - route:
            from:
              uri: direct:first
              steps:
                - to: kamelet:unpack-action
                - process: {ref: seen}
        """);

    Exchange done = context.send("direct:first", zip("a.csv", "one"));

    assertThat(done.getException()).hasMessageContaining("no steps of its own");
    assertThat(seen).isEmpty();
  }

  @Test
  void the_steps_of_the_first_entry_that_fails_end_the_delivery() throws Exception {
    context.routes(
        route("first", "")
            .replace(
                "- process",
                "- filter: {simple: '${header.CamelFileName} == \"b.csv\"', steps: [{throwException: {message: no room, exceptionType: java.io.IOException}}]}\n              - process"));

    Exchange done = context.send("direct:first", zip("a.csv", "1", "b.csv", "2", "c.csv", "3"));

    assertThat(done.getException()).hasMessageContaining("no room");
    assertThat(seen).containsExactly("firsta.csv=1 of data.zip");
    assertThat(work).isEmptyDirectory();
  }

  @Test
  void headers_stay_those_of_the_archive_but_for_name_and_length() throws Exception {
    context
        .camel()
        .getRegistry()
        .bind(
            "headers",
            (org.apache.camel.Processor)
                exchange -> seen.add(new TreeMap<>(exchange.getMessage().getHeaders()).toString()));
    context.routes(
        """
        - route:
            from:
              uri: direct:first
              steps:
                - kamelet:
                    name: unpack-action
                    steps:
                      - process: {ref: headers}
                - setBody: {simple: "after ${header.CamelFileName}"}
        """);

    Exchange done = context.send("direct:first", zip("a.csv", "one"));

    assertThat(seen)
        .containsExactly(
            "{CamelFileLength=3, CamelFileName=a.csv, SaddlebagReceipt=receipt of the archive}");
    assertThat(done.getMessage().getBody()).isEqualTo("after data.zip");
  }

  @Test
  void a_gzip_is_one_entry_without_its_ending() throws Exception {
    context.routes(route("first", ""));
    Path gzip = folder.resolve("data.csv.gz");
    try (var out = new GZIPOutputStream(Files.newOutputStream(gzip))) {
      out.write("one".getBytes(StandardCharsets.UTF_8));
    }

    context.send("direct:first", gzip);

    assertThat(seen).containsExactly("firstdata.csv=one of data.csv.gz");
  }

  @ParameterizedTest
  @CsvSource({
    "folders: neither, one of [keep",
    "nameCharset: IBM-none, no character set",
    "passwordProperty: hq.archive-key, must end in password or secret",
    "onNotArchive: maybe, one of [fail",
  })
  void a_parameter_that_cannot_be_is_refused_at_load(String parameter, String words) {
    assertThatThrownBy(() -> context.routes(route("first", "{" + parameter + "}")))
        .hasStackTraceContaining(words);
  }
}
