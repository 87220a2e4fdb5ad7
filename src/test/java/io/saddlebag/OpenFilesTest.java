package io.saddlebag;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OpenFilesTest {
  @Test
  void a_limit_that_is_too_low_is_told_with_what_is_needed() {
    Settings settings = new Settings(name -> java.util.Optional.empty());
    long needed = OpenFiles.needed(settings.engine("node"), settings.http());

    assertThat(needed).isBetween(300L, 1024L);
    assertThat(OpenFiles.problem(needed, needed)).isEmpty();
    assertThat(OpenFiles.problem(256, needed).orElseThrow())
        .contains("only 256", String.valueOf(needed), "LimitNOFILE");
  }
}
