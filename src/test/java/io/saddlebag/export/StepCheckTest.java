package io.saddlebag.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.apache.camel.component.kamelet.KameletComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Kamelets after {@code from}: wrong parameters are found before anything is fetched. */
class StepCheckTest {
  private static final String STAMP =
      """
      apiVersion: camel.apache.org/v1
      kind: Kamelet
      metadata:
        name: stamp-action
        labels:
          camel.apache.org/kamelet.type: action
      spec:
        definition:
          title: Stamp
          description: Puts a stamp on the message
          type: object
          required: [ink]
          properties:
            ink:
              title: Ink
              description: The colour
              type: string
              enum: [red, blue]
            text:
              title: Text
              description: What the stamp says
              type: string
              default: seen
            secretProperty:
              title: Secret property
              description: The name of the property that holds the stamp's secret
              type: string
              format: secret-property
            connection:
              title: Connection
              description: The prefix of the stamp office's properties
              type: string
          x-rules:
            - needs: [secretProperty, connection]
          x-connection:
            required: [office]
            properties:
              office:
                title: Office
                description: The office
                type: string
        template:
          from:
            uri: kamelet:source
            steps:
              - setVariable:
                  name: stamp
                  constant: "{{text}}"
      """;

  private static final String EACH =
      """
      apiVersion: camel.apache.org/v1
      kind: Kamelet
      metadata:
        name: each-action
      spec:
        definition:
          title: Each
          description: Hands the message to the steps inside it, twice
          type: object
          properties: {}
        template:
          from:
            uri: kamelet:source
            steps:
              - to: kamelet:sink
              - to: kamelet:sink
      """;

  @TempDir Path folder;
  private final Properties properties = new Properties();

  @BeforeEach
  void declare() throws Exception {
    Files.writeString(folder.resolve("stamp-action.kamelet.yaml"), STAMP);
    Files.writeString(folder.resolve("each-action.kamelet.yaml"), EACH);
  }

  private List<String> problems(String steps) throws Exception {
    try (DefaultCamelContext camel = new DefaultCamelContext(false)) {
      camel.getPropertiesComponent().setOverrideProperties(properties);
      camel.build();
      Kamelets kamelets = new Kamelets(List.of(Path.of("routes/vendors"), folder));
      ExportCheck check = new ExportCheck(camel, kamelets, new Connections(camel, kamelets));
      return check
          .check(ExportFile.parse(Path.of("mine.camel.yaml"), route(steps)), id -> Optional.empty())
          .problems()
          .stream()
          .map(Problem::toString)
          .toList();
    }
  }

  private static String route(String steps) {
    return "- route:\n    id: mine\n    from:\n      uri: direct:mine\n      steps:\n"
        + steps.indent(8);
  }

  @Test
  void right_steps_pass_wherever_they_stand() throws Exception {
    properties.put("stamps.office", "main");
    properties.put("letters.password", "p");

    assertThat(
            problems(
                """
                - to: kamelet:stamp-action?ink=red&text=RAW(a&b)
                - choice:
                    when:
                      - simple: "${body} != null"
                        steps:
                          - to:
                              uri: kamelet:stamp-action
                              parameters:
                                ink: blue
                                connection: stamps
                                secretProperty: letters.password
                - kamelet:
                    name: each-action
                    steps:
                      - to: kamelet:stamp-action?ink=red
                - to: kamelet:sink
                """))
        .isEmpty();
  }

  @Test
  void wrong_parameters_are_found_however_deep_the_step_is() throws Exception {
    assertThat(
            problems(
                """
                - multicast:
                    steps:
                      - pipeline:
                          steps:
                            - kamelet:
                                name: each-action
                                steps:
                                  - to:
                                      uri: kamelet:stamp-action
                                      parameters: { ink: green, txet: hello }
                """))
        .anySatisfy(
            problem ->
                assertThat(problem)
                    .contains("mine.camel.yaml: stamp-action (line 14): ink: ", "red, blue"))
        .anySatisfy(
            problem -> assertThat(problem).contains("txet", "did you mean text?", "docs/recipes"));
  }

  @Test
  void a_kamelet_that_would_lose_files_where_it_stands_is_refused() throws Exception {
    assertThat(problems("- to: kamelet:each-action"))
        .singleElement()
        .asString()
        .contains("each-action hands files to the steps inside it");
    assertThat(problems("- kamelet: each-action")).hasSize(1);
    assertThat(
            problems(
                """
                - kamelet:
                    name: stamp-action
                    parameters: { ink: red }
                    steps:
                      - to: direct:next
                """))
        .singleElement()
        .asString()
        .contains("stamp-action has no use for steps inside it");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "# - kamelet:\n#     name: each-action\n- kamelet:\n    name: each-action\n    steps: [{to: direct:a}]",
        "- multicast:\n    steps: [to: kamelet:stamp-action, {to: \"kamelet:stamp-action?ink=red\"}]",
        "- toD: kamelet:stamp-action\n- {\"to\": 'kamelet:stamp-action'}",
        "- wireTap:\n    uri: kamelet:stamp-action # to: kamelet:stamp-action\n- to: kamelet:stamp-action",
      })
  void every_kamelet_has_its_id_however_it_is_written(String steps) throws Exception {
    ExportFile file = ExportFile.parse(Path.of("mine.camel.yaml"), route(steps));

    String loadable = file.loadable();

    assertThat(file.stepRoutes(file.routes().get(0)))
        .isNotEmpty()
        .allMatch(id -> loadable.contains("/" + id));
    assertThat(loadable).doesNotContainPattern("#.*/mine-");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "- to: \"kamelet\\u003astamp-action?ink=red\"",
        "- to: >-\n    kamelet:stamp-action?ink=red",
        "- to: &mine kamelet:stamp-action?ink=red",
      })
  void a_kamelet_whose_name_is_hidden_is_not_loaded(String step) throws Exception {
    assertThat(problems(step))
        .singleElement()
        .asString()
        .startsWith("mine.camel.yaml: stamp-action (line 6): ")
        .contains("write kamelet: and the name in one line");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "- setHeader: {name: stamp-action, constant: stamp-action}\n- to: kamelet:@\n",
        "- setProperty:\n    name: stamp-action\n    constant: kamelet:stamp-action\n- to: kamelet:@\n",
        "- kamelet:\n    # name: stamp-action\n    name: @\n",
        "- kamelet:\n    parameters: {name: stamp-action}\n    name: @\n",
        "- log: 'to: kamelet:stamp-action'\n- log: |\n    - to: kamelet:stamp-action\n- to: 'kamelet:@'\n",
        "- setHeader: {name: 🐪, constant: stamp-action}\n- toD: \"kamelet:@?ink=ü\"\n",
      })
  void what_is_only_named_like_a_kamelet_takes_no_id(String steps) throws Exception {
    ExportFile file =
        ExportFile.parse(Path.of("mine.camel.yaml"), route(steps.replace("@", "stamp-action")));

    assertThat(file.stepRoutes(file.routes().get(0))).hasSize(1);
    assertThat(file.loadable())
        .isEqualTo(
            route(
                steps.replace(
                    "@", "stamp-action/" + file.stepRoutes(file.routes().get(0)).get(0))));
  }

  @Test
  void a_value_that_no_other_step_may_have_is_named_with_both_steps() throws Exception {
    String unique = STAMP.replace("    x-rules:", "    x-unique: [text]\n    x-rules:");
    Files.writeString(folder.resolve("stamp-action.kamelet.yaml"), unique);

    assertThat(
            problems(
                """
                - to: kamelet:stamp-action?ink=red&text=a
                - to: kamelet:stamp-action?ink=red&text=b
                - to: kamelet:stamp-action?ink=red&text=a
                - to: kamelet:stamp-action?ink=red
                - to: kamelet:stamp-action?ink=red
                """))
        .containsExactly(
            "mine.camel.yaml: stamp-action (line 8): text: stamp-action (line 6) has \"a\", too,"
                + " and one of the two would get nothing: give each its own");
  }

  @Test
  void each_kamelet_among_the_steps_is_loaded_under_an_id_of_its_own() throws Exception {
    String steps =
        """
        - kamelet:
            name: each-action
            steps:
              - kamelet: { name: "each-action/mine", steps: [ { to: direct:a } ] }
        - to: kamelet:stamp-action?ink=red
        """;
    ExportFile file = ExportFile.parse(Path.of("mine.camel.yaml"), route(steps));

    assertThat(file.loadable())
        .containsPattern("name: each-action/mine-1-[0-9a-f]+\\n")
        .containsPattern("name: \"each-action/mine-2-[0-9a-f]+\", steps")
        .containsPattern("kamelet:stamp-action/mine-3-[0-9a-f]+\\?ink=red");
    assertThat(ExportFile.parse(file.path(), file.text() + "\n").loadable())
        .doesNotContain(file.loadable().strip());
  }

  @Test
  void a_missing_parameter_and_a_missing_connection_are_named() throws Exception {
    assertThat(problems("- to: kamelet:stamp-action"))
        .singleElement()
        .asString()
        .contains("ink", "add it under the parameters of stamp-action");
    assertThat(problems("- to: kamelet:stamp-action?ink=red&connection=stamps"))
        .singleElement()
        .asString()
        .contains("the connection \"stamps\" is not configured: add stamps.office");
  }

  @Test
  void an_unknown_kamelet_is_named_with_the_one_meant() throws Exception {
    assertThat(problems("- to: kamelet:stam-action?ink=red"))
        .singleElement()
        .asString()
        .contains("no Kamelet \"stam-action\"", "did you mean stamp-action?");
    assertThat(problems("- to: kamelet:webadmit-export-source"))
        .singleElement()
        .asString()
        .contains("no Kamelet \"webadmit-export-source\" for a step");
  }

  @Test
  void a_secret_is_given_by_the_name_of_its_property() throws Exception {
    properties.put("stamps.office", "main");

    assertThat(
            problems("- to: kamelet:stamp-action?ink=red&connection=stamps&secretProperty=hunter2"))
        .singleElement()
        .asString()
        .contains("secretProperty", "not the name of a property for a secret")
        .doesNotContain("hunter2");
    assertThat(
            problems(
                "- to: kamelet:stamp-action?ink=red&connection=stamps&secretProperty=my.password"))
        .singleElement()
        .asString()
        .contains("the property my.password has no value");
  }

  @Test
  void a_value_that_would_be_cut_on_its_way_wants_raw() throws Exception {
    String step =
        """
        - to:
            uri: kamelet:stamp-action
            parameters: { ink: red, text: "%s" }
        """;

    assertThat(problems(step.formatted("salt & pepper")))
        .singleElement()
        .asString()
        .contains("text", "write it as RAW(value)");
    assertThat(problems(step.formatted("RAW(salt & pepper)"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{export}/{date}/{run}-{name}", "a b", "a=b", "#x", "ä", "a/b:c", "**/*.csv", "?"})
  void other_values_reach_the_step_as_they_are_written(String value) throws Exception {
    assertThat(stamped(value)).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"salt & pepper", "100 %", "%41", "a+b"})
  void raw_values_reach_the_step_as_they_are_written(String value) throws Exception {
    assertThat(stamped("RAW(" + value + ")")).isEqualTo(value);
  }

  private Object stamped(String value) throws Exception {
    String yaml =
        route(
            """
            - to:
                uri: kamelet:stamp-action
                parameters: { ink: red, text: "%s" }
            """
                .formatted(value));
    try (DefaultCamelContext camel = new DefaultCamelContext()) {
      camel.getComponent("kamelet", KameletComponent.class).setLocation("file:" + folder);
      PluginHelper.getRoutesLoader(camel)
          .loadRoutes(ResourceHelper.fromString("mine.camel.yaml", yaml));
      camel.start();
      return camel
          .createProducerTemplate()
          .send("direct:mine", exchange -> {})
          .getVariable("stamp");
    }
  }
}
