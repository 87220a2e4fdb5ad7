package io.saddlebag.shaping;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import net.lingala.zip4j.model.ZipParameters;
import net.lingala.zip4j.model.enums.CompressionMethod;
import net.lingala.zip4j.model.enums.EncryptionMethod;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Archives that only a password opens. */
class EncryptedArchiveTest extends UnpackTest {
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
}
