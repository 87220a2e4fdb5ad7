package io.saddlebag.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.saddlebag.kamelet.ExactText;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.camel.RouteTemplateContext;
import org.apache.camel.component.kamelet.KameletComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.LocalBeanRegistry;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is written for a parameter of a Kamelet that shapes or delivers is what its bean gets, or
 * the check refuses it with a sentence. Beans are replaced by one that remembers what it was given;
 * the way there is the Kamelets' own.
 */
class StepParametersTest {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final Path DELIVERY = Path.of("routes/delivery");

  private static final List<String> VALUES =
      List.of(
          "plain",
          "\\N",
          "a\\b",
          "\\",
          "\\\\x\\",
          " / ",
          " ",
          "a ",
          "\t",
          "a\tb",
          "a\nb",
          "\n",
          "\r\n",
          "\"",
          "\"q\"",
          "'",
          "it's",
          "a&b",
          "a&b=c",
          "&",
          "100 %",
          "%26",
          "%41ü",
          "a+b",
          "#",
          "#x",
          "#bean:x",
          "#class:java.lang.Object",
          "$1",
          "${body}",
          "RAW(1)&2",
          "RAW{x}",
          // The names of beans in the Kamelets.
          "tables",
          "table",
          "csvRows",
          "copy",
          "limits",
          "folderDelivery",
          "RAW(",
          "a,b",
          ",",
          ";",
          "a)b",
          "(a)",
          "ü😀",
          "\u00a0x",
          "\ud83d",
          "",
          "true",
          "false",
          "null",
          "NULL",
          "~",
          "5",
          "-5",
          "1e5",
          "007",
          "{x}",
          "a=b",
          "?a",
          "file:x",
          "*x",
          "!x",
          "[x]",
          "{{nope}}",
          "{{there}}",
          "x{{there}}y",
          "exact~~5c~N",
          "exact~",
          "|",
          "- x",
          "a: b",
          "a # b",
          "tab",
          "C:\\data\\new",
          "/srv/a, b (c)/\"d\"/{name}",
          "{name}\\x",
          "r--r-----");

  @TempDir Path folder;
  private final Properties properties = new Properties();

  /** Remembers what it is given. */
  public static final class Recorder {
    private static final List<List<String>> GIVEN = new ArrayList<>();

    private Recorder(Object... given) {
      GIVEN.add(Stream.of(given).map(String::valueOf).toList());
    }

    public Recorder(Object a) {
      this(new Object[] {a});
    }

    public Recorder(Object a, Object b) {
      this(new Object[] {a, b});
    }

    public Recorder(Object a, Object b, Object c) {
      this(new Object[] {a, b, c});
    }

    public Recorder(Object a, Object b, Object c, Object d) {
      this(new Object[] {a, b, c, d});
    }

    public Recorder(Object a, Object b, Object c, Object d, Object e) {
      this(new Object[] {a, b, c, d, e});
    }

    public Recorder(Object a, Object b, Object c, Object d, Object e, Object f) {
      this(new Object[] {a, b, c, d, e, f});
    }

    public Recorder(
        Object a, Object b, Object c, Object d, Object e, Object f, Object g, Object h) {
      this(new Object[] {a, b, c, d, e, f, g, h});
    }

    public Recorder(
        Object a, Object b, Object c, Object d, Object e, Object f, Object g, Object h, Object i) {
      this(new Object[] {a, b, c, d, e, f, g, h, i});
    }

    public Recorder(
        Object a,
        Object b,
        Object c,
        Object d,
        Object e,
        Object f,
        Object g,
        Object h,
        Object i,
        Object j) {
      this(new Object[] {a, b, c, d, e, f, g, h, i, j});
    }

    /** What a step calls. */
    public void go() {}
  }

  @AfterEach
  void forget() {
    Recorder.GIVEN.clear();
  }

  static List<String> kamelets() throws IOException {
    try (Stream<Path> files = Files.list(DELIVERY)) {
      return files
          .map(file -> file.getFileName().toString().replace(".kamelet.yaml", ""))
          .filter(name -> !name.equals("once-action"))
          .sorted()
          .toList();
    }
  }

  private static JsonNode declared(String kamelet) throws IOException {
    return YAML.readTree(DELIVERY.resolve(kamelet + ".kamelet.yaml").toFile());
  }

  private static boolean ownSteps(String kamelet) throws IOException {
    return declared(kamelet).path("spec").path("template").toString().contains("kamelet:sink");
  }

  /**
   * The Kamelet with beans that remember; for each the parameters in the order that it gets them.
   */
  private List<List<String>> probe(String kamelet) throws IOException {
    String text = Files.readString(DELIVERY.resolve(kamelet + ".kamelet.yaml"));
    int template = text.indexOf("  template:");
    JsonNode beans = declared(kamelet).at("/spec/template/beans");
    StringBuilder probe = new StringBuilder(text.substring(0, template));
    probe.append("  template:\n    beans:\n");
    List<List<String>> orders = new ArrayList<>();
    for (JsonNode bean : beans) {
      List<String> order = new ArrayList<>();
      orders.add(order);
      probe
          .append("      - name: ")
          .append(bean.path("name").asText())
          .append("\n        type: \"#class:")
          .append(Recorder.class.getName())
          .append("\"\n        constructors:\n");
      for (Map.Entry<String, JsonNode> argument : bean.path("constructors").properties()) {
        String given = argument.getValue().asText();
        probe.append("          \"" + argument.getKey() + "\": \"" + given + "\"\n");
        order.add(given.startsWith("{{") ? given.substring(2, given.length() - 2) : "");
      }
    }
    probe.append("    from:\n      uri: kamelet:source\n      steps:\n");
    for (JsonNode bean : beans) {
      probe.append(
          "        - bean: {ref: \"{{" + bean.path("name").asText() + "}}\", method: go}\n");
    }
    if (ownSteps(kamelet)) {
      probe.append("        - to: kamelet:sink\n");
    }
    Files.writeString(folder.resolve(kamelet + ".kamelet.yaml"), probe);
    return orders;
  }

  private static String quoted(String value) {
    StringBuilder quoted = new StringBuilder("\"");
    for (char c : value.toCharArray()) {
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ' || c >= 0x7f) {
        quoted.append("\\u%04x".formatted((int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }

  private static String route(String kamelet, Map<String, String> written) throws IOException {
    StringBuilder yaml = new StringBuilder("- route:\n    id: mine\n    from:\n");
    yaml.append("      uri: direct:mine\n      steps:\n");
    boolean own = ownSteps(kamelet);
    yaml.append(
        own
            ? "        - kamelet:\n            name: " + kamelet + "\n"
            : "        - to:\n            uri: kamelet:" + kamelet + "\n");
    if (!written.isEmpty()) {
      yaml.append("            parameters:\n");
    }
    written.forEach(
        (name, value) ->
            yaml.append("              ").append(name).append(": ").append(value).append('\n'));
    if (own) {
      yaml.append("            steps:\n              - to: log:x\n");
    }
    return yaml.toString();
  }

  /** What came of routes: problems, or what the beans of each step were given. */
  private record Outcome(List<Problem> problems, List<List<String>> calls) {
    List<String> given() {
      return calls.stream().flatMap(List::stream).toList();
    }
  }

  /** What the check says of routes that are not built. */
  private static List<Problem> problems(ExportCheck check, String yaml) throws Exception {
    return check
        .check(ExportFile.parse(Path.of("mine.camel.yaml"), yaml), id -> Optional.empty())
        .problems();
  }

  private static ExportCheck check(DefaultCamelContext camel, Path kamelets) {
    Kamelets known = new Kamelets(List.of(kamelets));
    return new ExportCheck(camel, known, new Connections(camel, known));
  }

  private DefaultCamelContext context(Path kamelets) {
    properties.setProperty("there", " \\t here&there");
    properties.setProperty("warehouse.url", "jdbc:postgresql://localhost/none");
    DefaultCamelContext camel = new DefaultCamelContext(false);
    camel.getShutdownStrategy().setTimeout(1);
    camel.getPropertiesComponent().setOverrideProperties(properties);
    camel.getComponent("kamelet", KameletComponent.class).setLocation("file:" + kamelets);
    camel.build();
    return camel;
  }

  private Outcome outcome(String yaml, Path kamelets) throws Exception {
    try (DefaultCamelContext camel = context(kamelets)) {
      ExportCheck check = check(camel, kamelets);
      ExportFile file = ExportFile.parse(Path.of("mine.camel.yaml"), yaml);
      List<Problem> problems = check.check(file, id -> Optional.empty()).problems();
      if (!problems.isEmpty()) {
        return new Outcome(problems, List.of());
      }
      Recorder.GIVEN.clear();
      String loadable = check.loadable(file);
      assertThat(loadable.lines().count()).isEqualTo(yaml.lines().count());
      PluginHelper.getRoutesLoader(camel)
          .loadRoutes(ResourceHelper.fromString("mine.camel.yaml", loadable));
      camel.start();
      for (ExportFile.DeclaredRoute route : file.routes()) {
        camel.createProducerTemplate().send("direct:" + route.id(), exchange -> {});
      }
      beans(camel);
      return new Outcome(
          List.of(),
          Recorder.GIVEN.stream()
              .map(given -> given.stream().map(ExactText::of).toList())
              .toList());
    }
  }

  private final Map<String, Object> beans = new HashMap<>();

  /** The beans of the Kamelets' routes, under the names that Camel has given them. */
  private void beans(DefaultCamelContext camel) {
    beans.clear();
    for (RouteDefinition route : camel.getRouteDefinitions()) {
      RouteTemplateContext made = route.getRouteTemplateContext();
      if (made != null && made.getLocalBeanRepository() instanceof LocalBeanRegistry registry) {
        for (String name : registry.keys()) {
          beans.put(name, registry.lookupByName(name));
        }
      }
    }
  }

  /** Right values for what must be given. */
  private static Map<String, String> needed(String kamelet) {
    Map<String, String> needed = new LinkedHashMap<>();
    if (kamelet.equals("postgres-copy-sink")) {
      needed.put("connection", "warehouse");
      needed.put("table", "applicants");
    }
    if (kamelet.equals("s3-sink")) {
      needed.put("bucket", "survey-exports");
    }
    return needed;
  }

  @ParameterizedTest
  @MethodSource("kamelets")
  void what_is_written_is_what_arrives_or_the_check_says_why_not(String kamelet) throws Exception {
    List<List<String>> orders = probe(kamelet);
    DefaultCamelContext unstarted = context(folder);
    ExportCheck check = check(unstarted, folder);
    for (String parameter : new TreeMap<>(properties(kamelet)).keySet()) {
      List<String> order =
          orders.stream().filter(one -> one.contains(parameter)).findFirst().orElse(List.of());
      if (order.isEmpty()) {
        continue;
      }
      List<String> right = new ArrayList<>();
      List<String> values = new ArrayList<>(VALUES);
      properties(kamelet).get(parameter).path("enum").forEach(one -> values.add(one.asText()));
      for (String value : values) {
        List<Problem> problems =
            problems(check, route(kamelet, written(kamelet, parameter, value)));
        if (problems.isEmpty()) {
          right.add(value);
        }
        assertThat(problems)
            .as("%s of %s written as %s", parameter, kamelet, quoted(value))
            .allSatisfy(
                problem -> {
                  assertThat(problem.toString()).contains(parameter);
                  assertThat(problem.sentence()).contains(" ");
                });
      }
      if (right.isEmpty()) {
        // Of the form of a size, for example, which every_bean_reads_every_text_in_code has.
        continue;
      }
      StringBuilder all = new StringBuilder();
      for (int number = 0; number < right.size(); number++) {
        all.append(
            route(kamelet, written(kamelet, parameter, right.get(number)))
                .replace("id: mine", "id: mine" + number)
                .replace("direct:mine", "direct:mine" + number));
      }

      Outcome outcome = outcome(all.toString(), folder);

      assertThat(outcome.problems()).isEmpty();
      assertThat(
              outcome.calls().stream()
                  .filter(call -> call.size() == order.size())
                  .map(call -> call.get(order.indexOf(parameter))))
          .as("%s of %s", parameter, kamelet)
          .containsExactlyInAnyOrderElementsOf(
              right.stream().map(value -> value.replace("{{there}}", " \\t here&there")).toList());
    }
    unstarted.close();
  }

  private static Map<String, String> written(String kamelet, String parameter, String value) {
    Map<String, String> written = needed(kamelet);
    written.put(parameter, quoted(value));
    return written;
  }

  private static Map<String, JsonNode> properties(String kamelet) throws IOException {
    Map<String, JsonNode> properties = new HashMap<>();
    declared(kamelet)
        .at("/spec/definition/properties")
        .properties()
        .forEach(property -> properties.put(property.getKey(), property.getValue()));
    return properties;
  }

  @ParameterizedTest
  @MethodSource("kamelets")
  void every_bean_reads_every_text_in_code(String kamelet) throws Exception {
    for (Map.Entry<String, JsonNode> parameter : properties(kamelet).entrySet()) {
      JsonNode declaration = parameter.getValue();
      if (!declaration.path("type").asText().equals("string")
          || declaration.has("enum")
          || Set.of("owner", "group").contains(parameter.getKey())) {
        continue;
      }
      String value =
          switch (declaration.path("format").asText() + declaration.path("pattern").asText()) {
            case "character" -> "\t";
            case "charset" -> "ISO-8859-1";
            case "layout" -> " {name}+&";
            case "size" -> "512MiB";
            case "secret-property|.*(password|secret)" -> "my.password";
            case "([r-][w-][x-]){3}|unchanged" -> "---------";
            case "[A-Za-z0-9_.:-]+" -> "8859_1";
            case "[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]" -> "2024";
            default ->
                !parameter.getKey().equals("connection")
                    ? " \\N+&ü"
                    : kamelet.equals("s3-sink") ? "store" : "warehouse";
          };
      properties.setProperty("store.region", "eu-central-1");
      properties.setProperty("my.password", "p");
      Map<String, String> written = needed(kamelet);
      if (parameter.getKey().equals("kmsKeyId")) {
        written.put("serverSideEncryption", "aws:kms");
      }
      written.put(parameter.getKey(), quoted(value));

      Outcome outcome = outcome(route(kamelet, written), DELIVERY);

      assertThat(outcome.problems()).as("%s of %s", parameter.getKey(), kamelet).isEmpty();
      assertThat(beans).as("beans of %s", kamelet).isNotEmpty();
      assertThat(texts(beans.values(), new IdentityHashMap<>()))
          .as("%s of %s", parameter.getKey(), kamelet)
          .noneMatch(text -> text.contains("exact~"));
    }
  }

  /** All texts that can be reached from our own objects. */
  private static List<String> texts(Object of, Map<Object, Object> seen) throws Exception {
    List<String> texts = new ArrayList<>();
    if (of == null || seen.put(of, of) != null) {
      return texts;
    }
    if (of instanceof Collection<?> many) {
      for (Object one : List.copyOf(many)) {
        texts.addAll(texts(one, seen));
      }
    } else if (of.getClass().getName().startsWith("io.saddlebag.")) {
      for (Field field : of.getClass().getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers())) {
          field.setAccessible(true);
          texts.addAll(texts(field.get(of), seen));
        }
      }
    } else if (!(of instanceof Enum<?>)) {
      texts.add(of.toString());
    }
    return texts;
  }

  private Outcome separator(String written) throws Exception {
    probe("alida-to-csv-action");
    return outcome(
        route("alida-to-csv-action", new LinkedHashMap<>(Map.of("separator", written))), folder);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "' / '",
        "\" / \"",
        "RAW( / )",
        "\" / \" # between answers",
        "\"\\x20/\\u0020\"",
        "\"\\\n                \\ /\\\n                \\ \""
      })
  void a_value_is_the_text_that_yaml_has_however_it_is_quoted(String written) throws Exception {
    Outcome outcome = separator(written);

    assertThat(outcome.problems()).isEmpty();
    assertThat(outcome.given().get(1)).isEqualTo(" / ");
  }

  @Test
  void a_value_of_lines_keeps_them_and_what_comes_after_it_its_place() throws Exception {
    probe("alida-to-csv-action");
    Map<String, String> written = new LinkedHashMap<>();
    written.put("separator", "|\n                a\\b\n                c");
    written.put("skipped", "after");

    Outcome outcome = outcome(route("alida-to-csv-action", written), folder);

    assertThat(outcome.given().subList(1, 3)).containsExactly("a\\b\nc\n", "after");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NULL => in YAML NULL means nothing: write \"NULL\" in quotes",
        "~ => in YAML ~ means nothing: write \"~\" in quotes",
        " => it has no value: write one, \"\" for an empty text",
        "\"\" => separator",
        "&a x => an alias, anchor or tag of YAML does not reach a step",
        "!!str 5 => an alias, anchor or tag of YAML does not reach a step",
        "[a, b] => a list or a map does not fit"
      })
  void what_cannot_be_a_text_is_refused_with_what_to_write(String case_) throws Exception {
    String[] parts = case_.split(" => ", -1);

    assertThat(separator(parts[0]).problems())
        .singleElement()
        .asString()
        .contains("separator", parts[1]);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?separator=%20/%20&skipped=\\N",
        "?separator=RAW( / )&skipped=\\N",
        "?skipped=\\N&separator=RAW( / )"
      })
  void values_in_an_address_arrive_as_an_address_means_them(String query) throws Exception {
    probe("alida-to-csv-action");

    Outcome outcome =
        outcome(
            "- route:\n    id: mine\n    from:\n      uri: direct:mine\n      steps:\n"
                + "        - to: kamelet:alida-to-csv-action"
                + query
                + "\n        - log: done\n",
            folder);

    assertThat(outcome.problems()).isEmpty();
    assertThat(outcome.given().subList(1, 4)).containsExactly(" / ", "\\N", "");
  }

  @Test
  void a_value_in_an_address_with_escapes_is_refused() throws Exception {
    probe("alida-to-csv-action");

    assertThat(
            outcome(
                    "- route:\n    id: mine\n    from:\n      uri: direct:mine\n      steps:\n"
                        + "        - to: \"kamelet:alida-to-csv-action?skipped=\\\\N\"\n",
                    folder)
                .problems())
        .singleElement()
        .asString()
        .contains("skipped", "write it under parameters");
  }

  @Test
  void a_default_out_of_a_property_that_does_not_arrive_is_refused() throws Exception {
    probe("folder-sink");
    properties.setProperty("delivery.folder", "2024");
    assertThat(outcome(route("folder-sink", Map.of()), folder).problems())
        .singleElement()
        .asString()
        .contains("folder", "its default {{delivery.folder:out}} is \"2024\"");

    properties.setProperty("delivery.folder", "/srv/a, b (c)/C:\\d");
    assertThat(outcome(route("folder-sink", Map.of()), folder).given())
        .first()
        .isEqualTo("/srv/a, b (c)/C:\\d");
    properties.setProperty("delivery.folder", "2024");
    assertThat(
            outcome(route("folder-sink", Map.of("folder", "\"{{delivery.folder}}\"")), folder)
                .given())
        .first()
        .isEqualTo("2024");
  }
}
