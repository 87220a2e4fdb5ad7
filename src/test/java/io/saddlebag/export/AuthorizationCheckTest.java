package io.saddlebag.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a Kamelet may say about credentials: a word that nobody knows would send none. */
class AuthorizationCheckTest {
  private static final String EXPORT =
      """
      - route:
          id: menu
          from:
            uri: kamelet:acme-menu-source
            parameters: {connection: kitchen, course: soup}
            steps:
              - to: direct:to-folder
      """;

  @TempDir Path folder;
  private final Properties properties = new Properties();

  private List<String> problems(String from, String to) throws IOException {
    String kamelet =
        Files.readString(
            Path.of("src/test/resources/adding-a-vendor/acme-menu-source.kamelet.yaml"));
    assertThat(kamelet).contains(from);
    Files.writeString(folder.resolve("acme-menu-source.kamelet.yaml"), kamelet.replace(from, to));
    properties.put("kitchen.server", "https://kitchen.example");
    CamelContext camel = new DefaultCamelContext(false);
    camel.getPropertiesComponent().setOverrideProperties(properties);
    camel.build();
    Kamelets kamelets = new Kamelets(List.of(folder));
    ExportCheck check = new ExportCheck(camel, kamelets, new Connections(camel, kamelets));
    List<String> problems = new ArrayList<>();
    check
        .check(
            ExportFile.parse(Path.of("routes/exports/menu.camel.yaml"), EXPORT),
            id -> Optional.empty())
        .problems()
        .forEach(problem -> problems.add(problem.toString()));
    return problems;
  }

  private static String declared(String schemes) {
    return "    x-connection:\n      x-authorization: {" + schemes + "}\n";
  }

  @Test
  void a_word_that_nobody_knows_is_refused_with_the_file_and_the_words_there_are()
      throws Exception {
    properties.put("kitchen.token", "t0ken-of-acme");

    assertThat(problems("default: bearer\n          enum: [bearer]", "default: baerer"))
        .anySatisfy(
            problem ->
                assertThat(problem)
                    .contains(
                        "acme-menu-source.kamelet.yaml",
                        "x-connection.authorization",
                        "\"baerer\"",
                        "did you mean bearer?",
                        "api-key, basic, bearer, body, digest, none, oauth2, user-api-key"));
  }

  @Test
  void a_word_in_a_list_is_looked_at_too() throws Exception {
    properties.put("kitchen.token", "t0ken-of-acme");

    assertThat(problems("enum: [bearer]", "enum: [bearer, Bearer]"))
        .singleElement()
        .asString()
        .contains("acme-menu-source.kamelet.yaml", "\"Bearer\"");
  }

  @Test
  void a_word_of_a_connection_is_refused_where_the_kamelet_lists_none() throws Exception {
    properties.put("kitchen.token", "t0ken-of-acme");
    properties.put("kitchen.authorization", "kerberos");

    assertThat(problems("          enum: [bearer]\n", ""))
        .singleElement()
        .asString()
        .contains("application.properties", "kitchen.authorization", "\"kerberos\"", "bearer");
  }

  @Test
  void the_settings_of_a_declared_way_are_needed() throws Exception {
    properties.put("kitchen.authorization", "acme");

    assertThat(
            problems(
                "          enum: [bearer]\n        token:\n",
                "        user: {title: User, description: x, type: string}\n        token:\n"))
        .anySatisfy(problem -> assertThat(problem).contains("\"acme\""));
    properties.put("kitchen.authorization", "user-api-key");
    assertThat(problems("          enum: [bearer]\n", "").toString())
        .contains("kitchen.user", "kitchen.api-key");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "acme: {X-Acme: '{tokn}'} ; tokn (did you mean token?)",
        "acme: {X-Acme: '{server}'} ; format: password",
        "acme: {Host: '{token}'} ; \"Host\"",
        "acme: {'X Acme': '{token}'} ; \"X Acme\"",
        "acme: {X-Acme: '{token'} ; neither plain text",
        "acme: {X-Acme: '{base65({token})}'} ; neither plain text",
        "acme: {X-Acme: \"a\\n{token}\"} ; neither plain text",
        "acme: {} ; it sends nothing",
        "basic: {X-Acme: '{token}'} ; has a meaning already"
      })
  void a_declaration_that_cannot_work_is_refused_with_its_place(String schemes, String words)
      throws Exception {
    properties.put("kitchen.token", "t0ken-of-acme");

    assertThat(problems("    x-connection:\n", declared(schemes)))
        .anySatisfy(
            problem ->
                assertThat(problem)
                    .contains(
                        "acme-menu-source.kamelet.yaml", "x-connection.x-authorization", words));
  }

  @Test
  void a_word_whose_setting_is_not_declared_is_refused() throws Exception {
    assertThat(problems("default: bearer\n          enum: [bearer]", "default: basic").toString())
        .contains("\"basic\" needs the setting user", "\"basic\" needs the setting password");
  }
}
