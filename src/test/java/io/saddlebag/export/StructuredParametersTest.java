package io.saddlebag.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists, maps and numbers as parameters: what is right, and what is refused in which words. */
class StructuredParametersTest {
  private static final String KAMELET =
      """
      metadata:
        name: list-source
        annotations: {saddlebag.io/flow: list}
      spec:
        definition:
          properties:
            connection: {type: string}
            ids: {type: array, items: {type: integer}}
            kinds: {type: array, items: {type: string, enum: [a, b]}, default: [a]}
            any: {type: array}
            filter:
              type: object
              additionalProperties: false
              required: [field]
              properties:
                field: {type: string}
                values: {type: array, items: {type: number}}
            free: {type: object}
            share: {type: number}
            word: {type: string}
          x-connection:
            properties:
              server: {type: string}
        template: {from: {uri: "direct:x", steps: [{to: kamelet:sink}]}}
      """;

  @TempDir private Path folder;
  private final Properties properties = new Properties();

  @BeforeEach
  void configure() throws Exception {
    Files.writeString(folder.resolve("list-source.kamelet.yaml"), KAMELET);
    properties.putAll(
        Map.of(
            "c.server", "https://example.org",
            "own.ids", "[4, 5]",
            "own.word", "x\"}, {\"y"));
  }

  private ExportCheck.Result check(String parameters) throws Exception {
    CamelContext camel = new DefaultCamelContext(false);
    camel.getPropertiesComponent().setOverrideProperties(properties);
    camel.build();
    Kamelets kamelets = new Kamelets(List.of(folder));
    String yaml =
        "- route:\n    id: mine\n    from:\n      uri: kamelet:list-source\n      parameters:\n"
            + "        connection: c\n"
            + parameters.indent(8)
            + "      steps:\n        - log: x\n";
    return new ExportCheck(camel, kamelets, new Connections(camel, kamelets))
        .check(ExportFile.parse(Path.of("mine.camel.yaml"), yaml), id -> Optional.empty());
  }

  private Object value(String name, String written) throws Exception {
    ExportCheck.Result result = check(name + ": " + written);
    assertThat(result.problems()).isEmpty();
    return result.definitions().get(0).parameters().get(name);
  }

  @Test
  void what_is_declared_decides_the_type() throws Exception {
    assertThat(value("ids", "[1, \"2\", 003]")).isEqualTo(List.of(1L, 2L, 3L));
    assertThat(value("ids", "'[1, 2]'")).isEqualTo(List.of(1L, 2L));
    assertThat(value("ids", "\"{{own.ids}}\"")).isEqualTo(List.of(4L, 5L));
    assertThat(value("ids", "[]")).isEqualTo(List.of());
    assertThat(value("kinds", "[b, a]")).isEqualTo(List.of("b", "a"));
    assertThat(value("word", "0640")).isEqualTo("0640");
    assertThat(value("share", "1.50")).isEqualTo(new BigDecimal("1.50"));
    assertThat(value("share", "-2e3")).isEqualTo(new BigDecimal("-2e3"));
    assertThat(value("filter", "{field: 7, values: [1.10, \"2\"]}"))
        .isEqualTo(
            Map.of("field", "7", "values", List.of(new BigDecimal("1.10"), new BigDecimal("2"))));
  }

  @Test
  void what_is_not_declared_is_what_it_is_written_as() throws Exception {
    assertThat(value("any", "[1, \"1\", 0640, yes, true, 1.50, {a: [x]}]").toString())
        .isEqualTo("[1, 1, 0640, yes, true, 1.50, {a=[x]}]");
    assertThat(value("free", "'{\"n\": 1, \"t\": \"1\"}'"))
        .isEqualTo(Map.of("n", java.math.BigInteger.ONE, "t", "1"));
  }

  @Test
  void a_property_cannot_break_out_of_its_text() throws Exception {
    assertThat(value("free", "{a: \"{{own.word}}\"}")).isEqualTo(Map.of("a", "x\"}, {\"y"));
    assertThat(value("free", "'{\"a\": \"{{own.word}}\"}'")).isEqualTo(Map.of("a", "x\"}, {\"y"));
  }

  @Test
  void a_default_may_be_a_list() throws Exception {
    assertThat(check("").definitions().get(0).parameters()).containsEntry("kinds", List.of("a"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "any: [a, {b: c}] # why\nids: [1]",
        "any:\n- a\n- b: c\n\nids: [1]",
        "any:   # why\n  - a\n  # between\n  - \"b\"\nids:\n    - 1\n",
        "any: [a,\n  \"😀\"]\nids: [1]",
        "free: {a: {b: [1]}}\nids: [1]",
        "free:\n  a:\n    b: 1\nids: [\n1\n]"
      })
  void camel_gets_a_text_without_lists_and_maps_in_the_same_lines(String written) throws Exception {
    String yaml =
        "- route:\n    id: mine\n    from:\n      uri: kamelet:list-source\n      parameters:\n"
            + "        connection: c\n"
            + written.indent(8)
            + "        word: after\n"
            + "      steps:\n        - log: x\n";

    String loadable = ExportFile.parse(Path.of("mine.camel.yaml"), yaml).loadable();

    var parameters =
        new ObjectMapper(new YAMLFactory()).readTree(loadable).get(0).at("/route/from/parameters");
    assertThat(parameters.path("ids").asText()).isEqualTo("-");
    assertThat(parameters.path("word").asText()).isEqualTo("after");
    assertThat(parameters).allMatch(JsonNode::isTextual);
    assertThat(loadable.lines().count()).isEqualTo(yaml.lines().count());
    assertThat(loadable.lines().toList().indexOf("        word: after"))
        .isEqualTo(yaml.lines().toList().indexOf("        word: after"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ids: 5 | 5 is not a list: write for example [a, b]",
        "ids: a,b | a,b is not a list: write for example [a, b]",
        "ids: {a: 1} | {\"a\":1} is not a list: write for example [a, b]",
        "ids: [1, x] | element 2: \"x\" is not a whole number: write digits alone",
        "ids: [1, ~] | element 2: is empty: write one value",
        "ids: [[1]] | element 1: is a list or a map: write one value",
        "kinds: [a, c] | element 2: \"c\" is not allowed: write one of a, b",
        "filter: [a] | [\"a\"] is not a map: write for example {a: 1}",
        "filter: {values: []} | field is missing: add it",
        "filter: {feild: x} | there is no feild",
        "filter: {field: x, values: [1, y]} | values: element 2: \"y\" is not a number",
        "share: 1.2.3 | \"1.2.3\" is not a number: write for example 12.5",
        "word: [a] | a list or a map does not fit: this is a string, write one value",
        "word: {a: b} | a list or a map does not fit: this is a string, write one value"
      })
  void what_does_not_fit_is_named_with_its_place(String written, String sentence) throws Exception {
    ExportCheck.Result result = check(written);

    assertThat(result.definitions()).isEmpty();
    assertThat(result.problems().get(0).toString())
        .startsWith("mine.camel.yaml: " + written.replaceFirst(":.*", ": "))
        .contains(sentence);
  }
}
