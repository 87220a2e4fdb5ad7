package io.saddlebag.vendor.commcare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommCareTableTest {
  @ParameterizedTest
  @CsvSource({
    "#.csv, Forms.csv",
    "#|form|child|#.csv, form.child.csv",
    "#|#export_tag|#.csv, export_tag.csv",
    "#|location_|#.csv, location_.csv",
    "Cases.csv, Cases.csv",
    "Visits/Forms.csv, Visits/Forms.csv",
    "Visits/#|form|a:b|#.csv, Visits/form.a-b.csv",
    "#, Forms",
  })
  void names_of_tables_are_made_usable(String entry, String usable) {
    assertThat(TableName.of(entry)).isEqualTo(usable);
  }

  @Test
  void dashes_of_missing_values_become_empty_fields_and_nothing_else_changes() throws Exception {
    String given =
        "\uFEFFid,---,name\r\n0,---,\"---\"\r\n1,\"a, ---\n---\",----\r\n2,-,\"\"\"---\"\"\"\r\n---,--,\"x\"\"---\"\n3,,---";

    assertThat(shaped(given))
        .isEqualTo(
            "\uFEFFid,---,name\r\n0,,\r\n1,\"a, ---\n---\",----\r\n2,-,\"\"\"---\"\"\"\r\n,--,\"x\"\"---\"\n3,,");
  }

  @Test
  void fields_across_the_blocks_come_out_right() throws Exception {
    String row = "0,---,\u044f\u044f\u044f,\"---\",words\r\n";
    String given = "a,b,c,d,e\r\n" + row.repeat(20_000);

    assertThat(shaped(given))
        .isEqualTo("a,b,c,d,e\r\n" + "0,,\u044f\u044f\u044f,,words\r\n".repeat(20_000));
  }

  private static String shaped(String text) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new MissingFields(
            "Forms.csv", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), out)
        .copy();
    return out.toString(StandardCharsets.UTF_8);
  }
}
