package io.saddlebag.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every route that we write, in files, Kamelets and pages, is valid by Camel's own schema and free
 * of the compact notation, which Camel deprecates.
 */
class RouteSchemaTest {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```yaml\\n(.*?)^```");
  private static final Set<String> LANGUAGES =
      Set.of(
          "constant",
          "simple",
          "jsonpath",
          "jq",
          "method",
          "header",
          "variable",
          "tokenize",
          "xpath",
          "xtokenize",
          "exchangeProperty",
          "ref",
          "language",
          "csimple");

  /** Keys whose value is an expression by itself. */
  private static final Set<String> EXPRESSIONS =
      Set.of(
          "expression",
          "handled",
          "continued",
          "retryWhile",
          "onWhen",
          "correlationExpression",
          "completionPredicate",
          "completionSizeExpression",
          "completionTimeoutExpression");

  private static final JsonSchema SCHEMA = schema();

  /** Routes, and where they stand. */
  record Written(String place, JsonNode routes) {
    @Override
    public String toString() {
      return place;
    }
  }

  private static JsonSchema schema() {
    try (InputStream in =
        RouteSchemaTest.class.getClassLoader().getResourceAsStream("schema/camelYamlDsl.json")) {
      return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4)
          .getSchema(Objects.requireNonNull(in));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  static List<Written> written() throws IOException {
    List<Written> all = new ArrayList<>();
    for (String folder : List.of("routes", "src/main/resources/samples")) {
      for (Path file : files(Path.of(folder), ".yaml")) {
        JsonNode document = YAML.readTree(file.toFile());
        all.add(new Written(file.toString(), document.isArray() ? document : template(document)));
      }
    }
    List<Path> pages = new ArrayList<>(files(Path.of("docs"), ".md"));
    pages.add(Path.of("README.md"));
    for (Path page : pages) {
      Matcher block = BLOCK.matcher(Files.readString(page));
      while (block.find()) {
        JsonNode document = YAML.readTree(block.group(1));
        if (document.isArray() && document.path(0).has("route")) {
          all.add(new Written(page + " at " + block.start(), document));
        }
      }
    }
    return all;
  }

  /** What a Kamelet is made of, as the route template that Camel makes of it. */
  private static JsonNode template(JsonNode kamelet) {
    ObjectNode template = kamelet.path("spec").path("template").deepCopy();
    template.put("id", kamelet.path("metadata").path("name").asText());
    ArrayNode routes = YAML.createArrayNode();
    routes.addObject().set("routeTemplate", template);
    return routes;
  }

  private static List<Path> files(Path folder, String ending) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("written")
  void routes_are_valid_by_the_schema_of_camel(Written written) {
    assertThat(SCHEMA.validate(written.routes())).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("written")
  void routes_are_free_of_the_compact_notation(Written written) {
    List<String> compact = new ArrayList<>();
    look(written.routes(), "", compact);
    assertThat(compact).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "steps: [{to: 'direct:x'}]",
        "steps: [{setBody: {constant: x}}]",
        "steps: [{setBody: {expression: {constant: x}}}]",
        "steps: [{choice: {when: [{simple: {expression: x}, steps: []}]}}]",
        "steps: [{split: {tokenize: {token: x}, steps: []}}]",
        "steps: [{log: x}]",
        "from: 'direct:x'"
      })
  void the_compact_notation_is_recognized(String yaml) throws IOException {
    List<String> compact = new ArrayList<>();
    look(YAML.readTree(yaml), "", compact);
    assertThat(compact).hasSize(1);
  }

  @Test
  void routes_were_found_in_files_kamelets_and_pages() throws IOException {
    assertThat(written())
        .extracting(Written::place)
        .anyMatch(place -> place.endsWith("altcraft.camel.yaml"))
        .anyMatch(place -> place.endsWith("s3-sink.kamelet.yaml"))
        .anyMatch(place -> place.startsWith("README.md"))
        .anyMatch(place -> place.contains("recipes"));
  }

  @Test
  void what_the_schema_does_not_know_is_refused() throws IOException {
    assertThat(
            SCHEMA.validate(
                YAML.readTree(
                    "[{route: {from: {uri: 'direct:x', steps: [{setBodi: {expression: {}}}]}}}]")))
        .isNotEmpty();
  }

  private static void look(JsonNode node, String key, List<String> compact) {
    if (node.isArray()) {
      for (JsonNode element : node) {
        if (key.equals("steps") && element.isObject()) {
          element.fields().forEachRemaining(step -> requireMap(step, compact));
        }
        look(element, key, compact);
      }
      return;
    }
    Iterator<Map.Entry<String, JsonNode>> fields = node.fields();
    while (fields.hasNext()) {
      Map.Entry<String, JsonNode> field = fields.next();
      if (field.getKey().equals("from") && !key.equals("parameters")) {
        requireMap(field, compact);
      }
      if (LANGUAGES.contains(field.getKey()) && !key.equals("parameters")) {
        if (EXPRESSIONS.contains(key)) {
          requireMap(field, compact);
        } else if (field.getValue().isObject()
            || Set.of("constant", "simple", "jsonpath").contains(field.getKey())) {
          compact.add(field + ": write it below expression:");
        }
      }
      look(field.getValue(), field.getKey(), compact);
    }
  }

  private static void requireMap(Map.Entry<String, JsonNode> field, List<String> compact) {
    if (!field.getValue().isObject()) {
      compact.add(field + ": write its parts as a map");
    }
  }
}
