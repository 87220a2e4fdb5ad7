package io.saddlebag.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
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

/** Every wrong input of a user's is found before anything is sent, in a sentence with a remedy. */
class ExportCheckTest {
  private final Properties properties = new Properties();
  private CamelContext camel;

  @BeforeEach
  void configure() {
    properties.putAll(
        Map.of(
            "hq.server", "https://hq.example.org",
            "hq.user", "exporter",
            "hq.password", "a&b%22 $1{}",
            "marketing.server", "https://ru.altkraft.com",
            "marketing.token", "token-of-the-test"));
  }

  private ExportCheck.Result check(String yaml) throws Exception {
    return check(yaml, Path.of("routes/vendors"), Path.of("routes/delivery"));
  }

  private ExportCheck.Result check(String yaml, Path... kameletFolders) throws Exception {
    camel = new DefaultCamelContext(false);
    camel.getPropertiesComponent().setOverrideProperties(properties);
    camel.build();
    Kamelets kamelets = new Kamelets(List.of(kameletFolders));
    ExportCheck check = new ExportCheck(camel, kamelets, new Connections(camel, kamelets));
    return check.check(
        ExportFile.parse(Path.of("routes/exports/mine.camel.yaml"), yaml),
        id ->
            id.equals("taken") ? Optional.of("routes/exports/other.camel.yaml") : Optional.empty());
  }

  private static String route(String id, String kamelet, String... parameters) {
    return "- route:\n"
        + (id.isEmpty() ? "" : "    id: " + id + "\n")
        + "    from:\n      uri: kamelet:"
        + kamelet
        + "\n      parameters:\n"
        + String.join("\n", List.of(parameters).stream().map(line -> "        " + line).toList())
        + "\n      steps:\n        - to: direct:to-folder\n";
  }

  private static String survey(String... more) {
    String[] all = new String[more.length + 1];
    System.arraycopy(more, 0, all, 1, more.length);
    all[0] = "questionnaire: 74e2d30854914e24af6beae9be64130c$1";
    return route("mine", "survey-solutions-export-source", all);
  }

  private void assertProblem(String yaml, String parameter, String... words) throws Exception {
    ExportCheck.Result result = check(yaml);
    assertThat(result.definitions()).isEmpty();
    assertThat(result.problems()).isNotEmpty();
    Problem problem = result.problems().get(0);
    assertThat(problem.parameter()).isEqualTo(parameter);
    assertThat(problem.toString()).contains(words);
  }

  @Test
  void a_right_export_is_understood_with_its_defaults() throws Exception {
    ExportCheck.Result result =
        check(survey("connection: hq", "schedule: 0 0 2 * * ?", "timeZone: Africa/Nairobi"));

    assertThat(result.problems()).isEmpty();
    ExportDefinition export = result.definitions().get(0);
    assertThat(export.flow()).isEqualTo("survey-solutions");
    assertThat(export.parameters())
        .containsEntry("exportType", "Tabular")
        .containsEntry("questionnaire", "74e2d30854914e24af6beae9be64130c$1");
    assertThat(export.deadline()).hasHours(6);
    assertThat(export.timeZone().getId()).isEqualTo("Africa/Nairobi");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a&b", "a%22b", "100%", "$1", "{x}", "a+b c", "#?=", "\"quoted\"", "naïve"})
  void values_arrive_exactly_as_they_are_written(String value) throws Exception {
    String yaml =
        route(
            "mine",
            "webadmit-export-source",
            "connection: admissions",
            "identity: '" + value + "'",
            "export: 1");
    properties.put("admissions.api-key", "0123456789");

    ExportCheck.Result result = check(yaml);

    assertThat(result.problems()).isEmpty();
    assertThat(result.definitions().get(0).parameters()).containsEntry("identity", value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "windowMargin: 1h | windowMargin, incremental | has no effect without incremental",
        "windowOverlap: 1h | windowOverlap, incremental | has no effect without incremental",
        "includeMeta: false; api: v1 | includeMeta=false, api=v1 | does not work with that value",
        "includeMeta: true; api: v1 | includeMeta, api=v1 | does not work with that value",
        "from: 2026-04-01T00:00:00Z; api: v1 | from, api=v1 | does not work with that value"
      })
  void what_would_reach_no_request_is_refused(String written, String names, String words)
      throws Exception {
    String[] lines = ("connection: hq;" + written).split(";\\s*");

    assertProblem(survey(lines), names, words);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "from: 2026-04-01T00:00:00Z",
        "to: 2026-04-01T00:00:00Z",
        "windowMargin: 5m",
        "includeMeta: false",
        "incremental: true;windowMargin: 1h",
        "incremental: false;windowOverlap: 0s"
      })
  void what_reaches_a_request_or_changes_nothing_is_taken(String written) throws Exception {
    assertThat(check(survey(("connection: hq;" + written).split(";"))).problems()).isEmpty();
  }

  @Test
  void a_missing_parameter_is_named() throws Exception {
    assertProblem(
        route("mine", "survey-solutions-export-source", "connection: hq"),
        "questionnaire",
        "routes/exports/mine.camel.yaml",
        "needs this parameter",
        "add it");
  }

  @Test
  void an_unknown_parameter_is_named_with_the_one_that_was_meant() throws Exception {
    assertProblem(
        survey("connection: hq", "exporttype: Tabular"), "exporttype", "did you mean exportType?");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "exportType: Parquet | exportType | Tabular, STATA",
        "includeMeta: perhaps | includeMeta | neither true nor false",
        "pollMin: soon | pollMin | 30s, 5m or 6h",
        "schedule: every night | schedule | 0 0 2 * * ?",
        "schedule: 99 99 99 * * ? | schedule | Quartz",
        "schedule: 0 0 99 * * ? | schedule | out of range",
        "schedule: 0 0 2 31 2 ? | schedule | never comes",
        "timeZone: Middle/Earth | timeZone | Europe/Berlin",
        "from: yesterday | from | not a time in UTC",
        "deadline: -5h | deadline | not a duration"
      })
  void a_value_of_the_wrong_kind_is_named_with_a_right_one(
      String line, String parameter, String words) throws Exception {
    assertProblem(survey("connection: hq", line), parameter, words.strip());
  }

  @Test
  void a_number_that_is_none_is_named() throws Exception {
    assertProblem(
        route(
            "mine",
            "altcraft-form-fills-source",
            "connection: marketing",
            "formId: abc",
            "period: today"),
        "formId",
        "not a whole number");
  }

  @Test
  void parameters_that_exclude_each_other_are_named_together() throws Exception {
    assertProblem(
        route(
            "mine",
            "altcraft-form-fills-source",
            "connection: marketing",
            "formId: 1",
            "formShortname: x",
            "period: today"),
        "formId, formShortname",
        "only one");
    assertProblem(
        route(
            "mine",
            "altcraft-form-fills-source",
            "connection: marketing",
            "formId: 1",
            "dateFrom: 2026-04-01"),
        "dateFrom, dateTo, incremental",
        "needs one of the others");
    assertProblem(
        route("mine", "altcraft-form-fills-source", "connection: marketing", "formId: 1"),
        "period, dateFrom",
        "one of these is needed");
  }

  @Test
  void poll_bounds_the_wrong_way_round_are_named() throws Exception {
    assertProblem(
        survey("connection: hq", "pollMin: 1h", "pollMax: 1s"), "pollMin", "longer than pollMax");
  }

  @Test
  void an_unknown_connection_is_named_with_the_properties_to_add() throws Exception {
    assertProblem(
        survey("connection: headquarters"),
        "headquarters.*",
        "application.properties",
        "headquarters.password");
    assertProblem(survey("connection: hp"), "hp.*", "is not configured (did you mean hq?): add");
  }

  @Test
  void a_value_is_read_as_it_is_written() throws Exception {
    String step =
        survey("connection: hq")
            .replace(
                "- to: direct:to-folder",
                "- to: {uri: kamelet:folder-sink, parameters: {permissions: 0640, receipt: yes}}");

    assertThat(check(step).problems())
        .extracting(Problem::toString)
        .satisfiesExactlyInAnyOrder(
            problem ->
                assertThat(problem)
                    .contains("folder-sink (line 9): permissions: \"0640\" has not the form")
                    .endsWith("write for example rw-r-----"),
            problem ->
                assertThat(problem)
                    .contains("receipt: \"yes\" is neither true nor false: write one of them"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "to-utf8-action | from: utf9 | \"utf9\" is no character set that Java knows",
        "to-parquet-action | delimiter: ab | \"ab\" is not one character: write one alone",
      })
  void a_character_set_and_a_character_are_checked(String kamelet, String line, String words)
      throws Exception {
    String step = "- to: {uri: \"kamelet:" + kamelet + "\", parameters: {" + line + "}}";

    assertThat(check(survey("connection: hq").replace("- to: direct:to-folder", step)).problems())
        .singleElement()
        .asString()
        .contains(kamelet + " (line 9): ", words);
  }

  @Test
  void a_file_that_is_not_yaml_is_told_in_one_sentence_with_its_place() {
    assertThat(fault("- route:\n    id: a\n   from: b\n"))
        .matches("the file is not YAML: line 3, column \\d+: [^\n]+; look there for [^\n]+");
    assertThat(fault("- route:\n    id: a: b\n"))
        .matches("the file is not YAML: line 2, column \\d+: [^\n]+; look there for [^\n]+");
    assertThat(fault("- route:\n    id: a\n    id: b\n"))
        .contains("line 3", "\"id\" stands there a second time: remove one of the two");
  }

  private static String fault(String text) {
    try {
      LocatedYaml.parse(text);
      throw new AssertionError("read: " + text);
    } catch (JsonProcessingException e) {
      return LocatedYaml.fault(e);
    }
  }

  @Test
  void a_missing_credential_is_named() throws Exception {
    properties.remove("hq.password");

    assertProblem(survey("connection: hq"), "hq.password", "give it a value");
  }

  @Test
  void a_bearer_connection_needs_its_token() throws Exception {
    properties.put("hq.authorization", "bearer");

    assertProblem(survey("connection: hq"), "hq.token", "give it a value");
  }

  @ParameterizedTest
  @CsvSource({
    "hq.example.org, write https://hq.example.org",
    "localhost:8080, write https://localhost:8080",
    "ftp://hq.example.org, write for example https://hq.example.org",
    "https:///path, write for example https://hq.example.org",
    "https://hq example.org, write for example https://hq.example.org",
  })
  void a_server_that_cannot_be_called_is_refused(String server, String remedy) throws Exception {
    properties.put("hq.server", server);

    assertProblem(
        survey("connection: hq"),
        "hq.server",
        "\"" + server + "\" is not an http or https address with a host: " + remedy);
  }

  @Test
  void a_password_in_an_address_is_not_repeated() throws Exception {
    properties.put("hq.server", "exporter:geheim@hq.example.org");

    assertProblem(survey("connection: hq"), "hq.server", "what is written is not an http");
    assertThat(check(survey("connection: hq")).problems().toString()).doesNotContain("geheim");
  }

  @Test
  void an_unknown_connection_setting_is_named() throws Exception {
    properties.put("hq.pasword", "x");

    assertProblem(survey("connection: hq"), "hq.pasword", "did you mean password?");
  }

  @Test
  void a_missing_environment_variable_is_named() throws Exception {
    properties.put("hq.password", "{{env:SADDLEBAG_NO_SUCH_VARIABLE}}");

    assertProblem(survey("connection: hq"), "hq.password", "SADDLEBAG_NO_SUCH_VARIABLE");
  }

  @Test
  void an_export_without_id_is_named() throws Exception {
    ExportCheck.Result result =
        check(route("", "survey-solutions-export-source", "connection: hq"));

    assertThat(result.problems().get(0).toString()).contains("no id");
  }

  @Test
  void an_id_that_stands_elsewhere_is_named() throws Exception {
    ExportCheck.Result result = check(survey("connection: hq").replace("id: mine", "id: taken"));

    assertThat(result.problems().get(0).toString())
        .isEqualTo(
            "routes/exports/mine.camel.yaml: id: a route of routes/exports/other.camel.yaml is called"
                + " \"taken\", too: give one of the two another id");
  }

  @Test
  void an_id_that_cannot_be_a_file_name_is_named() throws Exception {
    ExportCheck.Result result =
        check(survey("connection: hq").replace("id: mine", "id: ../../mine"));

    assertThat(result.problems().get(0).toString()).contains("cannot be a name");
  }

  @Test
  void an_unknown_kamelet_is_named_with_the_one_that_was_meant() throws Exception {
    assertProblem(
        survey("connection: hq")
            .replace("survey-solutions-export-source", "survey-solution-export-source"),
        "from",
        "did you mean survey-solutions-export-source?");
  }

  @Test
  void a_missing_property_in_a_parameter_is_named() throws Exception {
    assertProblem(
        survey("connection: hq", "translation: '{{no.such.property}}'"),
        "translation",
        "no.such.property");
  }

  @Test
  void no_problem_ever_shows_a_secret() throws Exception {
    properties.put("hq.authorization", "nonsense");
    properties.put("hq.token", "planted-secret-token");

    assertThat(check(survey("connection: hq")).problems().toString())
        .doesNotContain("planted-secret-token")
        .doesNotContain("a&b%22");
  }

  @Test
  void the_samples_are_right_once_their_secrets_are_there() throws Exception {
    properties.put("admissions.api-key", "0123456789");
    for (String sample : List.of("household-survey", "nightly-applicants", "signup-form")) {
      ExportCheck.Result result =
          check(Files.readString(Path.of("routes/exports/" + sample + ".camel.yaml")));
      assertThat(result.problems()).as(sample).isEmpty();
    }
  }

  @Test
  void a_kamelet_that_is_no_yaml_is_named_for_the_exports_that_use_it_alone(@TempDir Path folder)
      throws Exception {
    Path good = Path.of("routes/vendors/survey-solutions-export-source.kamelet.yaml");
    Files.copy(good, folder.resolve(good.getFileName()));
    Path broken = Files.writeString(folder.resolve("broken-source.kamelet.yaml"), "a: [\n");

    assertThat(check(survey("connection: hq"), folder).problems()).isEmpty();
    assertThat(check(route("mine", "broken-source", "connection: hq"), folder).problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.file()).isEqualTo(broken.toString());
              assertThat(problem.sentence()).contains("line 1, column 5");
            });
  }
}
