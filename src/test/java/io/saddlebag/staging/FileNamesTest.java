package io.saddlebag.staging;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names from vendors, made safe, and where they are written. */
class FileNamesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../etc/passwd",
        "..\\..\\windows\\win.ini",
        "/etc/passwd",
        "C:\\autoexec.bat",
        "a\u0000b.zip",
        "\u202Egpj.exe",
        "..",
        ".",
        "",
        "   ",
        ".hidden",
        "con",
        "NUL.txt",
        "a\nb",
        "a/b/",
        "name.",
        "ok.zip ",
        "\u001B[2J.zip",
        "LONG"
      })
  void any_name_becomes_a_safe_base_name(String written) {
    String candidate = written.equals("LONG") ? "😀".repeat(100) + ".zip" : written;
    String name = FileNames.safe(candidate, "fallback.zip");

    assertThat(name)
        .isNotEmpty()
        .doesNotContain("/", "\\", "\u0000", "\n", "\u202E", "\u001B")
        .doesNotStartWith(".");
    assertThat(name.getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(200);
    assertThat(Path.of("folder").resolve(name).normalize().getParent())
        .isEqualTo(Path.of("folder"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "attachment; filename=Test-API-Export.csv | Test-API-Export.csv",
        "attachment; filename=\"a b.zip\" | a b.zip",
        "attachment; filename =\"NAME.zip\" | NAME.zip",
        "attachment; filename=x.zip; filename*=UTF-8''%C3%A9t%C3%A9.zip | été.zip",
        "attachment; filename=\"a\\\"b.zip\" | a\"b.zip",
        "attachment; filename=ssaw_1%20All.zip | ssaw_1 All.zip"
      })
  void file_names_are_read_in_the_forms_that_vendors_send(String header, String expected) {
    assertThat(ContentDisposition.fileName(header)).contains(expected);
  }

  @Test
  void a_header_without_a_name_has_none() {
    assertThat(ContentDisposition.fileName("attachment")).isEmpty();
    assertThat(ContentDisposition.fileName(null)).isEmpty();
  }
}
