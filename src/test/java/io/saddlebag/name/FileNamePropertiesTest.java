package io.saddlebag.name;

import static org.assertj.core.api.Assertions.assertThat;

import java.text.Normalizer;
import java.util.HashSet;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** What holds for every name, whoever made it up. */
class FileNamePropertiesTest {
  @Provide
  Arbitrary<String> names() {
    Arbitrary<String> letters =
        Arbitraries.strings()
            .withChars("aZ0._-~ ")
            .withChars("éяक中\u0301\u200D\u1F3D\u202E\u0085")
            .ofMaxLength(400);
    Arbitrary<String> emoji =
        Arbitraries.of("👩‍👩‍👧", "🇫🇷", "👍🏽", "e\u0301", "한", "я", "\uD83D", "a")
            .list()
            .ofMaxSize(90)
            .map(parts -> String.join("", parts));
    Arbitrary<String> endings = Arbitraries.of("", ".csv", ".tar.gz", ".csv.zip", ".", ".x y");
    return net.jqwik.api.Combinators.combine(
            Arbitraries.oneOf(letters, emoji, Arbitraries.strings().all().ofMaxLength(300)),
            endings)
        .as(String::concat);
  }

  @Property
  void a_shortened_name_fits_and_is_whole_text(
      @ForAll("names") String name, @ForAll @IntRange(min = 40, max = 255) int longest) {
    String clean = FileName.clean(name);

    String shortened = FileName.shortened(clean, longest);

    assertThat(FileName.bytes(shortened)).isLessThanOrEqualTo(longest);
    assertThat(shortened.codePoints()).noneMatch(c -> Character.getType(c) == Character.SURROGATE);
    assertThat(FileName.shortened(shortened, longest)).isEqualTo(shortened);
    if (FileName.bytes(clean) > longest) {
      assertThat(shortened).endsWith(FileName.extension(clean));
    } else {
      assertThat(shortened).isEqualTo(clean);
    }
  }

  @Property
  void a_clean_name_stays_as_it_is(@ForAll("names") String name) {
    String clean = FileName.clean(name);

    assertThat(FileName.clean(clean)).isEqualTo(clean);
    assertThat(Normalizer.isNormalized(clean, Normalizer.Form.NFC)).isTrue();
    assertThat(clean.codePoints()).noneMatch(FileName::unseen);
  }

  @Property
  void names_made_distinct_fit_and_are_unlike_all_others(
      @ForAll("names") String name, @ForAll @IntRange(min = 60, max = 200) int longest) {
    String clean = FileName.shortened("x" + FileName.clean(name), longest);
    Set<String> taken = new HashSet<>();
    for (int i = 0; i < 12; i++) {
      String distinct = FileName.distinct(clean, taken::contains, 2, longest);
      assertThat(taken.add(distinct)).isTrue();
      assertThat(FileName.bytes(distinct)).isLessThanOrEqualTo(longest);
      assertThat(distinct).endsWith(FileName.extension(clean));
    }
  }
}
