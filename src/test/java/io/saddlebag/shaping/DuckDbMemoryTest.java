package io.saddlebag.shaping;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DuckDbMemoryTest {
  @ParameterizedTest
  @CsvSource({
    "auto, 8, 256MiB, 122880, true",
    "auto, 100, 256MiB, 57344, true",
    "auto, 1000, 256MiB, 2048, true",
    "auto, 2000, 448MiB, 2048, true",
    "auto, 4000, 832MiB, 2048, true",
    "auto, 16000, 1024MiB, 2048, false",
    "256MiB, 2000, 256MiB, 2048, false",
    "4GiB, 16000, 4096MiB, 2048, true",
  })
  void memory_and_groups_of_rows_follow_the_columns(
      String memory, int columns, String limit, long rowsOfGroup, boolean suffices) {
    DuckDbMemory space = DuckDbMemory.setting(memory).of(columns);

    assertThat(space.limit()).isEqualTo(limit);
    assertThat(space.rowsOfGroup()).isEqualTo(rowsOfGroup);
    assertThat(space.suffices()).isEqualTo(suffices);
  }
}
