package io.saddlebag.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import org.junit.jupiter.api.Test;

class CsvHeaderTest {
  private static List<String> read(String text) throws IOException {
    return CsvHeader.read(new StringReader(text), ',');
  }

  @Test
  void names_end_with_the_line() throws IOException {
    assertThat(read("id,name\n1,x\n")).containsExactly("id", "name");
    assertThat(read("id,name\r\n1,x\r\n")).containsExactly("id", "name");
    assertThat(read("id")).containsExactly("id");
  }

  @Test
  void quoted_names_hold_delimiters_line_breaks_and_quotes() throws IOException {
    assertThat(read("\"a,b\",\"c\nd\",\"e\"\"f\"\n1,2,3\n")).containsExactly("a,b", "c\nd", "e\"f");
  }

  @Test
  void a_byte_order_mark_is_no_part_of_a_name() throws IOException {
    assertThat(read("\uFEFFid,name\n")).containsExactly("id", "name");
  }

  @Test
  void a_file_without_names_is_refused() {
    assertThatThrownBy(() -> read("")).hasMessageContaining("at place 1");
    assertThatThrownBy(() -> read("a,,c\n")).hasMessageContaining("at place 2");
    assertThatThrownBy(() -> read("x".repeat(2 << 20))).hasMessageContaining("no CSV");
  }
}
