package io.saddlebag.kamelet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.camel.Exchange;
import org.apache.camel.component.kamelet.KameletComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In a Camel project of somebody else's, where nobody checks a route when it is loaded. */
class GivenParametersTest {
  @TempDir Path folder;

  private Exchange sent(String parameters) throws Exception {
    Path document =
        Files.writeString(
            folder.resolve("a.json"),
            """
            {"definition": {"fields": [{"id": "a", "type": {"dataType": "string"}},
              {"id": "b", "type": {"dataType": "string"}}]},
             "records": [{"fields": [{"id": "a", "values": ["x", "y"]}, {"id": "b"}]}]}""");
    try (DefaultCamelContext camel = new DefaultCamelContext()) {
      camel.getShutdownStrategy().setTimeout(1);
      camel
          .getComponent("kamelet", KameletComponent.class)
          .setLocation("file:" + Path.of("routes/delivery").toAbsolutePath());
      PluginHelper.getRoutesLoader(camel)
          .loadRoutes(
              ResourceHelper.fromString(
                  "mine.camel.yaml",
                  "- route:\n    id: mine\n    from:\n      uri: direct:mine\n      steps:\n"
                      + "        - to:\n            uri: kamelet:alida-to-csv-action\n"
                      + "            parameters: {workFolder: "
                      + folder.resolve("work")
                      + ", "
                      + parameters
                      + "}\n        - convertBodyTo: {type: String}\n"));
      camel.start();
      return camel
          .createProducerTemplate()
          .send("direct:mine", exchange -> exchange.getMessage().setBody(document.toFile()));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      quoteCharacter = '`',
      textBlock =
          """
          separator: ' / ', skipped: '\\N' => x / y,\\N
          separator: RAW(a&b), skipped: RAW(<&>) => xa&by,<&>
          separator: exact~~9~, skipped: exact~~5c~N => x\ty,\\N
          """)
  void what_camel_leaves_alone_and_what_is_in_code_arrives(String parameters, String cells)
      throws Exception {
    Exchange sent = sent(parameters);

    assertThat(sent.getException()).isNull();
    assertThat(sent.getMessage().getBody(String.class)).endsWith(",," + cells + "\n");
  }

  @ParameterizedTest
  @CsvSource({"separator: a&x=c, x", "skiped: NA, skiped"})
  void a_parameter_that_is_cut_or_unknown_is_refused(String parameters, String name)
      throws Exception {
    assertThat(sent(parameters).getException())
        .hasMessageContaining("alida-to-csv-action has no parameter " + name)
        .hasMessageContaining("RAW(value)");
  }

  @Test
  void a_use_without_parameters_is_right() throws Exception {
    assertThat(sent("bom: false").getException()).isNull();
  }
}
