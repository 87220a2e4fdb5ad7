package io.saddlebag.staging;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.name.FileName;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Whatever a vendor sends as a name, what comes of it is a safe one. */
class VendorNamesPropertiesTest {
  @Provide
  Arbitrary<String> headers() {
    Arbitrary<String> scraps =
        Arbitraries.of(
                "filename",
                "*",
                "*0*",
                "=",
                "\"",
                "\\",
                ";",
                ",",
                "'",
                "''",
                "UTF-8''",
                "%2F",
                "%",
                "%E2%82",
                "..",
                "/",
                "=?UTF-8?B?",
                "=?utf-8?Q?",
                "?=",
                "=2F",
                "0L4=",
                " ",
                "a.csv",
                "\u0085",
                "\u00E9",
                "\u00C3\u00A9",
                "\u202E",
                "\u0000",
                "CON",
                "attachment")
            .list()
            .ofMaxSize(25)
            .map(parts -> String.join("", parts));
    return Arbitraries.oneOf(
        scraps.map("attachment; filename="::concat),
        scraps,
        Arbitraries.strings().all().ofMaxLength(400).map("attachment; filename="::concat),
        Arbitraries.strings().all().ofMaxLength(200).map("filename*=UTF-8''"::concat));
  }

  @Property(tries = 3000)
  void any_header_gives_a_safe_base_name(
      @ForAll("headers") String header, @ForAll @IntRange(min = 80, max = 200) int longest) {
    String name =
        FileNames.safe(ContentDisposition.fileName(header).orElse(null), "fallback", longest);

    assertSafe(name, longest);
  }

  @Property(tries = 3000)
  void any_text_gives_a_safe_base_name_that_stays_as_it_is(
      @ForAll("headers") String text, @ForAll @IntRange(min = 80, max = 200) int longest) {
    String name = FileNames.safe(text, "fallback", longest);

    assertSafe(name, longest);
    assertThat(FileNames.safe(name, "other", longest)).isEqualTo(name);
  }

  @Property
  void any_link_gives_a_safe_base_name_or_none(@ForAll("headers") String text) {
    LinkName.of("https://files.example.org/" + text, FileKind.ZIP, "x.zip")
        .ifPresent(name -> assertSafe(name, 204));
  }

  @Provide
  Arbitrary<String> plainNames() {
    return Combinators.combine(
            Arbitraries.strings()
                .withChars("abzÄéяж中".toCharArray())
                .withChars('0', '9')
                .ofMinLength(1)
                .ofMaxLength(30)
                .filter(text -> text.codePoints().noneMatch(FileName::unseen)),
            Arbitraries.of(".csv", ".zip", ".tar.gz"))
        .as(String::concat);
  }

  @Property
  void a_plain_name_arrives_whole_in_every_form(@ForAll("plainNames") String name) {
    String encoded = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);

    assertThat(read("filename*=UTF-8''" + encoded)).isEqualTo(name);
    assertThat(read("filename=\"" + encoded + "\"")).isEqualTo(name);
    assertThat(read("filename=\"" + new String(bytes, StandardCharsets.ISO_8859_1) + "\""))
        .isEqualTo(name);
    assertThat(read("filename=\"=?UTF-8?B?" + Base64.getEncoder().encodeToString(bytes) + "?=\""))
        .isEqualTo(name);
    assertThat(read("filename=\"=?UTF-8?Q?" + encoded.replace('%', '=') + "?=\"")).isEqualTo(name);
  }

  private static String read(String parameter) {
    return FileNames.safe(
        ContentDisposition.fileName("attachment; " + parameter).orElse(null), "none");
  }

  private static void assertSafe(String name, int longest) {
    assertThat(name).isNotBlank().doesNotContain("/", "\\", "..").doesNotStartWith(".");
    assertThat(name).doesNotMatch("(?si).*%(25)*(2f|5c).*").doesNotMatch("(?s).*[. ]$");
    assertThat(name.codePoints()).noneMatch(FileName::unseen);
    assertThat(FileName.bytes(name)).isLessThanOrEqualTo(longest);
    assertThat(Path.of("folder").resolve(name).normalize().getParent())
        .isEqualTo(Path.of("folder"));
  }
}
