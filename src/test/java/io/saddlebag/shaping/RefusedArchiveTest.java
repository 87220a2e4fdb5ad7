package io.saddlebag.shaping;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Archives that are damaged, beyond the limits, or none. */
class RefusedArchiveTest extends UnpackTest {
  @Test
  void a_gzip_that_was_cut_off_gives_nothing() throws Exception {
    context.routes(route("first", ""));
    Path gzip = folder.resolve("data.csv.gz");
    try (var out = new GZIPOutputStream(Files.newOutputStream(gzip))) {
      out.write("one".repeat(1000).getBytes(StandardCharsets.UTF_8));
    }
    byte[] whole = Files.readAllBytes(gzip);
    Files.write(gzip, Arrays.copyOf(whole, whole.length - 9));

    assertThat(context.send("direct:first", gzip).getException())
        .hasMessageContaining("the archive data.csv.gz is broken");
    assertThat(seen).isEmpty();
  }

  @Test
  void what_is_no_archive_fails_or_passes_as_the_user_says() throws Exception {
    Path plain = Files.writeString(folder.resolve("plain.csv"), "plain");
    context.routes(route("first", "") + route("second", "{onNotArchive: pass}"));

    assertThat(context.send("direct:first", plain).getException())
        .hasMessageContaining("plain.csv is no zip and no gzip archive");
    context.send("direct:second", plain);

    assertThat(seen).containsExactly("secondplain.csv=plain of plain.csv");
  }

  @Test
  void an_archive_without_a_wanted_entry_fails_or_ends_as_the_user_says() throws Exception {
    context.routes(
        route("first", "{entries: '*.tab'}")
            + route("second", "{entries: '*.tab', onNoEntry: pass}"));
    Path zip = zip("a.csv", "one");

    assertThat(context.send("direct:first", zip).getException())
        .hasMessageContaining("has no entry that is wanted");
    assertThat(context.send("direct:second", zip).getException()).isNull();
    assertThat(seen).isEmpty();
  }

  @Test
  void of_a_damaged_entry_nothing_goes_on() throws Exception {
    context.routes(route("first", ""));
    Path zip = zip("a.csv", "one", "b.csv", "other words for the second");
    byte[] bytes = Files.readAllBytes(zip);
    int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("b.csv") + 5;
    bytes[at + 6] ^= 0x10;
    Files.write(zip, bytes);

    assertThat(context.send("direct:first", zip).getException())
        .hasMessageContaining("the archive data.zip is broken: member 2");
    assertThat(seen).containsExactly("firsta.csv=one of data.zip");
    assertThat(work).isEmptyDirectory();
  }

  @Test
  void an_archive_that_was_cut_off_gives_nothing() throws Exception {
    context.routes(route("first", ""));
    Path zip = zip("a.csv", "one");
    byte[] whole = Files.readAllBytes(zip);
    Files.write(zip, Arrays.copyOf(whole, whole.length - 9));

    assertThat(context.send("direct:first", zip).getException())
        .hasMessageContaining("it has no end record");
    assertThat(seen).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"maxRatio: 1000, maxRatio", "maxBytes: 1000, maxBytes", "maxEntries: 1, maxEntries"})
  void beyond_a_limit_nothing_goes_on(String limit, String named) throws Exception {
    context.routes(route("first", "{" + limit + "}"));
    Path zip = folder.resolve("data.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      out.putNextEntry(new ZipEntry("small.csv"));
      out.putNextEntry(new ZipEntry("zeros.csv"));
      for (int mebibyte = 0; mebibyte < 32; mebibyte++) {
        out.write(new byte[1 << 20]);
      }
    }

    assertThat(context.send("direct:first", zip).getException())
        .hasMessageContaining("raise " + named + " of unpack-action");
    assertThat(seen).isEmpty();
  }

  @Test
  void a_gzip_beyond_a_limit_is_given_up_in_its_middle() throws Exception {
    context.routes(route("first", "{maxBytes: 1000}"));
    Path gzip = folder.resolve("data.csv.gz");
    try (var out = new GZIPOutputStream(Files.newOutputStream(gzip))) {
      out.write(new byte[1 << 20]);
    }

    assertThat(context.send("direct:first", gzip).getException())
        .hasMessageContaining("raise maxBytes");
  }
}
