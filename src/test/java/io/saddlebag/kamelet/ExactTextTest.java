package io.saddlebag.kamelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts in code, which Camel leaves alone, and what is read out of them. */
class ExactTextTest {
  @Test
  void any_text_comes_out_of_its_code_and_the_code_is_safe() {
    Random random = new Random(23);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder(random.nextInt(5) == 0 ? "exact~" : "");
      for (int count = random.nextInt(8); count > 0; count--) {
        text.append(
            switch (random.nextInt(5)) {
              case 0 -> (char) random.nextInt(0x80);
              case 1 -> (char) random.nextInt(0x10000);
              case 2 -> '~';
              case 3 -> Character.toString(0x1F600 + random.nextInt(50));
              default -> (char) ('a' + random.nextInt(26));
            });
      }
      String coded = ExactText.coded(text.toString());

      assertThat(coded).matches("exact~[A-Za-z0-9._/~-]*");
      assertThat(ExactText.of(coded)).isEqualTo(text.toString());
      if (ExactText.safe(text.toString())) {
        assertThat(ExactText.of(text.toString())).isEqualTo(text.toString());
      }
    }
  }

  @Test
  void the_code_is_short_enough_to_be_written_by_hand() {
    assertThat(ExactText.coded("\\N")).isEqualTo("exact~~5c~N");
    assertThat(ExactText.coded(" / ")).isEqualTo("exact~~20~/~20~");
    assertThat(ExactText.character("exact~~9~")).isEqualTo("\t");
    assertThat(ExactText.character("tab")).isEqualTo("\t");
    assertThat(ExactText.of("tab")).isEqualTo("tab");
  }

  @ParameterizedTest
  @ValueSource(strings = {"exact~~", "exact~a~5c", "exact~~zz~", "exact~~110000~", "exact~~5C~"})
  void a_broken_code_is_refused_with_what_is_right(String broken) {
    assertThatThrownBy(() -> ExactText.of(broken))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(broken)
        .hasMessageContaining("exact~~5c~N");
  }
}
