package io.saddlebag.shaping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import net.lingala.zip4j.model.ZipParameters;
import net.lingala.zip4j.model.enums.CompressionMethod;
import net.lingala.zip4j.model.enums.EncryptionMethod;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The Kamelet as a user writes it. */
class UnpackActionTest {
  @TempDir Path folder;
  private final Properties properties = new Properties();
  private final List<String> seen = new ArrayList<>();
  private Path work;
  private KameletContext context;

  @BeforeEach
  void prepare() {
    work = folder.resolve("work");
    context = new KameletContext(work, properties);
    context.camel().getRegistry().bind("seen", (org.apache.camel.Processor) this::see);
  }

  @AfterEach
  void stop() throws Exception {
    context.close();
  }

  private void see(Exchange exchange) throws Exception {
    File body = (File) exchange.getMessage().getBody();
    seen.add(
        exchange.getMessage().getHeader("to", "", String.class)
            + exchange.getMessage().getHeader(Exchange.FILE_NAME)
            + "="
            + Files.readString(body.toPath())
            + " of "
            + exchange.getVariable("archiveName"));
  }

  @Test
  void each_entry_goes_through_the_steps_of_the_action() throws Exception {
    Path zip = zip("a.csv", "one", "deep/b.csv", "two");
    context.routes(route("first", ""));

    Exchange done = context.send("direct:first", zip);

    assertThat(done.getException()).isNull();
    assertThat(seen)
        .containsExactly("firsta.csv=one of data.zip", "firstdeep/b.csv=two of data.zip");
    assertThat(work).isEmptyDirectory();
    assertThat(zip).exists();
  }

  @Test
  void two_exports_with_the_same_action_have_each_their_own_steps_by_a_name() throws Exception {
    Path zip = zip("a.csv", "one");
    context.routes(route("first", "") + route("second", ""));

    context.send("direct:first", zip);
    context.send("direct:second", zip);

    assertThat(seen).containsExactly("firsta.csv=one of data.zip", "seconda.csv=one of data.zip");
  }

  @Test
  void two_actions_that_Camel_takes_for_one_give_nobody_the_files_of_the_other() throws Exception {
    String routes = route("first", "") + route("second", "");
    context.routes(routes.replaceAll("unpack-action/\\w+", "unpack-action"));

    Exchange done = context.send("direct:first", zip("a.csv", "one"));

    assertThat(done.getException())
        .hasMessageContaining("unpack-action/")
        .hasMessageContaining("more than once");
    assertThat(seen).isEmpty();
  }

  @Test
  void without_steps_of_its_own_it_fails_and_says_how_it_is_written() throws Exception {
    context.routes(
        """
        - route:
            from:
              uri: direct:first
              steps:
                - to: kamelet:unpack-action
                - process: {ref: seen}
        """);

    Exchange done = context.send("direct:first", zip("a.csv", "one"));

    assertThat(done.getException()).hasMessageContaining("no steps of its own");
    assertThat(seen).isEmpty();
  }

  @Test
  void only_wanted_entries_go_on_and_flattened_names_that_meet_get_a_number() throws Exception {
    context.routes(route("first", "{entries: '**/*.csv', folders: flatten}"));

    context.send("direct:first", zip("x/a.csv", "1", "a.txt", "2", "y/a.csv", "3", "z/", ""));

    assertThat(seen).containsExactly("firsta.csv=1 of data.zip", "firsta (2).csv=3 of data.zip");
  }

  @Test
  void the_steps_of_the_first_entry_that_fails_end_the_delivery() throws Exception {
    context.routes(
        route("first", "")
            .replace(
                "- process",
                "- filter: {simple: '${header.CamelFileName} == \"b.csv\"', steps: [{throwException: {message: no room, exceptionType: java.io.IOException}}]}\n              - process"));

    Exchange done = context.send("direct:first", zip("a.csv", "1", "b.csv", "2", "c.csv", "3"));

    assertThat(done.getException()).hasMessageContaining("no room");
    assertThat(seen).containsExactly("firsta.csv=1 of data.zip");
    assertThat(work).isEmptyDirectory();
  }

  @Test
  void headers_stay_those_of_the_archive_but_for_name_and_length() throws Exception {
    context
        .camel()
        .getRegistry()
        .bind(
            "headers",
            (org.apache.camel.Processor)
                exchange -> seen.add(new TreeMap<>(exchange.getMessage().getHeaders()).toString()));
    context.routes(
        """
        - route:
            from:
              uri: direct:first
              steps:
                - kamelet:
                    name: unpack-action
                    steps:
                      - process: {ref: headers}
                - setBody: {simple: "after ${header.CamelFileName}"}
        """);

    Exchange done = context.send("direct:first", zip("a.csv", "one"));

    assertThat(seen)
        .containsExactly(
            "{CamelFileLength=3, CamelFileName=a.csv, SaddlebagReceipt=receipt of the archive}");
    assertThat(done.getMessage().getBody()).isEqualTo("after data.zip");
  }

  @Test
  void a_gzip_is_one_entry_without_its_ending() throws Exception {
    context.routes(route("first", ""));
    Path gzip = folder.resolve("data.csv.gz");
    try (var out = new GZIPOutputStream(Files.newOutputStream(gzip))) {
      out.write("one".getBytes(StandardCharsets.UTF_8));
    }

    context.send("direct:first", gzip);

    assertThat(seen).containsExactly("firstdata.csv=one of data.csv.gz");
  }

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
    assertThat(seen.get(1)).isEqualTo("first" + "я".repeat(98) + ".csv=2 of data.zip");
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

  @ParameterizedTest
  @EnumSource(
      value = EncryptionMethod.class,
      names = {"ZIP_STANDARD", "AES"})
  void an_encrypted_archive_is_opened_by_the_password_of_the_property(EncryptionMethod method)
      throws Exception {
    properties.setProperty("hq.archive-password", "3f5d&9%a+1");
    context.routes(route("first", "{passwordProperty: hq.archive-password}"));

    Exchange done = context.send("direct:first", encrypted(method, "3f5d&9%a+1"));

    assertThat(done.getException()).isNull();
    assertThat(seen)
        .containsExactly("firsta.csv=one of data.zip", "firststored.csv=two of data.zip");
  }

  @ParameterizedTest
  @EnumSource(
      value = EncryptionMethod.class,
      names = {"ZIP_STANDARD", "AES"})
  void a_wrong_password_is_named_by_its_property_and_never_shown(EncryptionMethod method)
      throws Exception {
    properties.setProperty("hq.archive-password", "wrong-and-secret");
    context.routes(route("first", "{passwordProperty: hq.archive-password}"));

    Exchange done = context.send("direct:first", encrypted(method, "right"));

    assertThat(done.getException())
        .hasMessageContaining("the password in the property hq.archive-password does not open");
    assertThat(done.getException().toString() + done.getException().getCause())
        .doesNotContain("wrong-and-secret");
    assertThat(seen).isEmpty();
  }

  @Test
  void an_encrypted_archive_without_a_password_says_which_property_is_wanted() throws Exception {
    context.routes(route("first", "") + route("second", "{passwordProperty: hq.archive-password}"));
    Path zip = encrypted(EncryptionMethod.ZIP_STANDARD, "right");

    assertThat(context.send("direct:first", zip).getException())
        .hasMessageContaining("set passwordProperty");
    assertThat(context.send("direct:second", zip).getException())
        .hasMessageContaining("the property hq.archive-password that passwordProperty names");
  }

  @ParameterizedTest
  @CsvSource({
    "folders: neither, one of [keep",
    "nameCharset: IBM-none, no character set",
    "passwordProperty: hq.archive-key, must end in password or secret",
    "onNotArchive: maybe, one of [fail",
  })
  void a_parameter_that_cannot_be_is_refused_at_load(String parameter, String words) {
    assertThatThrownBy(() -> context.routes(route("first", "{" + parameter + "}")))
        .hasStackTraceContaining(words);
  }

  private Path encrypted(EncryptionMethod method, String password) throws Exception {
    Path zip = folder.resolve("data.zip");
    try (var out =
        new net.lingala.zip4j.io.outputstream.ZipOutputStream(
            Files.newOutputStream(zip), password.toCharArray())) {
      entry(out, method, CompressionMethod.DEFLATE, "a.csv", "one");
      entry(out, method, CompressionMethod.STORE, "stored.csv", "two");
    }
    return zip;
  }

  private static void entry(
      net.lingala.zip4j.io.outputstream.ZipOutputStream out,
      EncryptionMethod method,
      CompressionMethod compression,
      String name,
      String text)
      throws Exception {
    ZipParameters entry = new ZipParameters();
    entry.setEncryptFiles(true);
    entry.setEncryptionMethod(method);
    entry.setCompressionMethod(compression);
    entry.setFileNameInZip(name);
    if (compression == CompressionMethod.STORE) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      CRC32 crc = new CRC32();
      crc.update(bytes);
      entry.setEntrySize(bytes.length);
      entry.setEntryCRC(crc.getValue());
    }
    out.putNextEntry(entry);
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.closeEntry();
  }

  private static String route(String name, String parameters) {
    return """
    - route:
        from:
          uri: direct:%1$s
          steps:
            - kamelet:
                name: unpack-action/%1$s
                parameters: %2$s
                steps:
                  - setHeader: {name: to, constant: %1$s}
                  - process: {ref: seen}
    """
        .formatted(name, parameters.isEmpty() ? "{}" : parameters);
  }

  private Path zip(String... namesAndTexts) throws Exception {
    return zip(StandardCharsets.UTF_8, namesAndTexts);
  }

  private Path zip(Charset charset, String... namesAndTexts) throws Exception {
    Path zip = folder.resolve("data.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip), charset)) {
      for (int i = 0; i < namesAndTexts.length; i += 2) {
        out.putNextEntry(new ZipEntry(namesAndTexts[i]));
        out.write(namesAndTexts[i + 1].getBytes(StandardCharsets.UTF_8));
      }
    }
    return zip;
  }
}
