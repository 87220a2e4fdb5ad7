package io.saddlebag.shaping;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the files of an archive are called when they go on. */
class EntryNamesTest extends UnpackTest {
  @Test
  void only_wanted_entries_go_on_and_flattened_names_that_meet_get_a_number() throws Exception {
    context.routes(route("first", "{entries: '**/*.csv', folders: flatten}"));

    context.send("direct:first", zip("x/a.csv", "1", "a.txt", "2", "y/a.csv", "3", "z/", ""));

    assertThat(seen).containsExactly("firsta.csv=1 of data.zip", "firsta (2).csv=3 of data.zip");
  }

  @ParameterizedTest
  @CsvSource({
    "../../evil.csv, evil.csv",
    "/etc/passwd, etc/passwd",
    "C:\\dir\\a.csv, dir/a.csv",
    "a/./../b.csv, a/b.csv",
    ".., entry",
  })
  void a_name_never_leads_out_of_its_folder(String name, String safe) throws Exception {
    context.routes(route("first", ""));

    context.send("direct:first", zip(name, "one"));

    assertThat(seen).containsExactly("first" + safe + "=one of data.zip");
  }

  @Test
  void control_characters_and_endless_names_are_made_usable() throws Exception {
    context.routes(route("first", ""));

    context.send("direct:first", zip("a\nb\u0000.csv", "1", "я".repeat(5000) + ".csv", "2"));

    assertThat(seen.get(0)).isEqualTo("firsta_b_.csv=1 of data.zip");
    assertThat(seen.get(1)).matches("first" + "я".repeat(93) + "~[0-9a-f]{8}[.]csv=2 of data.zip");
  }

  @Test
  void names_without_the_sign_of_UTF8_are_of_the_code_page() throws Exception {
    context.routes(route("first", "") + route("second", "{nameCharset: IBM866}"));
    Path zip = zip(Charset.forName("IBM866"), "ответы.csv", "1");

    context.send("direct:first", zip);
    context.send("direct:second", zip);

    assertThat(seen.get(0))
        .isEqualTo(
            "first"
                + new String(
                    "ответы.csv".getBytes(Charset.forName("IBM866")), Charset.forName("IBM437"))
                + "=1 of data.zip");
    assertThat(seen.get(1)).isEqualTo("secondответы.csv=1 of data.zip");
  }
}
