package io.saddlebag.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read without Camel is what Camel reads, or is left to it. */
class PlainPropertiesTest {
  @TempDir Path folder;

  private Path file(String text) throws Exception {
    Path file = folder.resolve("application.properties");
    Files.writeString(file, text);
    return file;
  }

  private static Optional<String> camels(Path file, String name) {
    CamelContext camel = new DefaultCamelContext(false);
    io.saddlebag.Settings.winOverEnvironment(camel);
    camel.getPropertiesComponent().setLocation("file:" + file);
    camel.build();
    return camel.getPropertiesComponent().resolveProperty(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "the.value = plain",
        "the.value = two words, and = more",
        "the.value = {{the.other}}\nthe.other = deep",
        "the.value = {{the.other}}/x/{{the.third:y}}\nthe.other = deep",
        "the.value = {{no.such.thing:and:colons}}",
        "the.value = {{no.such.thing:}}",
        "the.value = {{env:PATH}}",
        "the.value = {{env:NO_SUCH_VARIABLE_HERE:else}}",
        "the.value = {{env:NO_SUCH_VARIABLE_HERE:}}",
        "the.value =",
        "the.value = \\u00e4",
      })
  void a_value_is_as_camel_reads_it(String text) throws Exception {
    Path file = file(text);
    PlainProperties plain = PlainProperties.read(file, Map.of()).orElseThrow();

    assertThat(plain.leaves("the.value")).isFalse();
    assertThat(plain.find("the.value")).isEqualTo(camels(file, "the.value"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "the.value = {{sys:user.name}}",
        "the.value = {{secret:x}}",
        "the.value = {{?no.such}}",
        "the.value = {{bean:x}}",
        "the.value = {{the.value}}",
        "the.value = {{a{{b.c}}}}\nb.c = x",
        "the.value = RAW(x)",
      })
  void what_is_more_than_text_is_left_to_camel(String text) throws Exception {
    assertThat(PlainProperties.read(file(text), Map.of())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{{no.such.thing}}", "{{env:NO_SUCH_VARIABLE_HERE}}"})
  void what_is_missing_is_camel_s_to_tell(String value) throws Exception {
    PlainProperties plain =
        PlainProperties.read(file("the.value = " + value + "\nother.value = 1"), Map.of())
            .orElseThrow();

    assertThat(plain.leaves("the.value")).isTrue();
    assertThat(plain.leaves("other.value")).isFalse();
  }

  @Test
  void what_is_set_on_the_command_line_wins() throws Exception {
    PlainProperties plain =
        PlainProperties.read(
                file("the.value = {{the.other}}\nthe.other = file"), Map.of("the.other", "line"))
            .orElseThrow();

    assertThat(plain.find("the.value")).contains("line");
  }

  @Test
  void secrets_are_known_by_their_names_and_in_addresses() throws Exception {
    PlainProperties plain =
        PlainProperties.read(
                file("a.password = hidden-1\nledger.url = jdbc:postgresql://u:hidden-2@host/db"),
                Map.of())
            .orElseThrow();

    assertThat(plain.secrets()).contains("hidden-1", "hidden-2");
  }
}
