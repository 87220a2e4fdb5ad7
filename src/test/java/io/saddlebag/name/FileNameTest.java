package io.saddlebag.name;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Long names, and characters that no name may have. */
class FileNameTest {
  @ParameterizedTest
  @CsvSource({
    "a.csv, .csv",
    "a.tar.gz, .tar.gz",
    "Export.2026.CSV.ZIP, .CSV.ZIP",
    "archive.zip, .zip",
    "no extension, ''",
    ".hidden, ''",
    "v1. final version, ''",
    "a.an-ending-that-is-none-because-it-is-long, ''"
  })
  void the_extension_is_what_tells_the_kind(String name, String extension) {
    assertThat(FileName.extension(name)).isEqualTo(extension);
  }

  @Test
  void a_long_name_keeps_its_beginning_and_both_extensions() {
    String name = "данные-".repeat(30) + "конец.csv.zip";

    String shortened = FileName.shortened(name, 120);

    assertThat(FileName.bytes(shortened)).isBetween(115, 120);
    assertThat(shortened).startsWith("данные-данные-").matches(".*~[0-9a-f]{8}[.]csv[.]zip");
  }

  @Test
  void names_that_differ_only_at_their_end_stay_two() {
    String same = "x".repeat(300);

    assertThat(FileName.shortened(same + "1.csv", 100))
        .isNotEqualTo(FileName.shortened(same + "2.csv", 100));
  }

  @ParameterizedTest
  @CsvSource({"👩‍👩‍👧", "e\u0323\u0301", "🇫🇷", "👍🏽", "😀"})
  void a_name_is_cut_between_characters_as_people_see_them(String character) {
    String name = character.repeat(60) + ".zip";
    for (int longest = 60; longest < 100; longest++) {
      String stem = FileName.shortened(name, longest).replaceAll("~[0-9a-f]{8}[.]zip$", "");

      assertThat(stem.length() % character.length()).as("%s in %d", stem, longest).isZero();
    }
  }

  @Test
  void the_room_for_a_vendors_name_leaves_place_for_all_that_comes() {
    String run = "e".repeat(100) + "@2026-04-30T02:00:00.000Z";

    int room = FileName.room(run);

    assertThat(room).isGreaterThanOrEqualTo(80);
    assertThat(".part-".length() + run.length() + 1 + room + 24 - 20 + FileName.RECEIPT.length())
        .as("the longest export's name, its run, and the ending of its receipt")
        .isLessThanOrEqualTo(FileName.LONGEST);
    assertThat(FileName.room("survey@2026-04-30T02:00:00.000Z")).isBetween(150, 200);
  }

  @Test
  void nothing_that_hides_or_steers_stays_in_a_name() {
    assertThat(
            FileName.clean(
                "a\u0000b\u007Fc\u0080d\u009Fe\u2028f\u2029g\u200Bh\u202Ei\u2066j\uFEFFk\uFFFEl\uD83Dm\u3164n"))
        .isEqualTo("abcdefghijklmn");
    assertThat(FileName.clean("cafe\u0301 a\u2215b")).isEqualTo("café a_b");
  }
}
