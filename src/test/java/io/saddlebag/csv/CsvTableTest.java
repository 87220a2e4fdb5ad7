package io.saddlebag.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.saddlebag.csv.CsvFailure.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CsvTableTest {
  static List<CsvCorpus.Case> cases() throws IOException {
    return CsvCorpus.cases();
  }

  private static List<List<@Nullable String>> read(byte[] bytes, Charset encoding, char delimiter)
      throws IOException {
    try (CsvTable table = CsvTable.open(new ByteArrayInputStream(bytes), encoding, delimiter)) {
      return CsvCorpus.table(table);
    }
  }

  private static CsvFailure failure(byte[] bytes, Charset encoding) {
    return catchThrowableOfType(CsvFailure.class, () -> read(bytes, encoding, ','));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void a_file_is_the_table_of_the_corpus_or_is_refused_by_reason_and_line(CsvCorpus.Case file)
      throws Exception {
    char delimiter = file.delimiter().charAt(0);
    if (file.table() == null) {
      assertThatThrownBy(() -> read(file.bytes(), StandardCharsets.UTF_8, delimiter))
          .isInstanceOfSatisfying(
              CsvFailure.class,
              failure -> {
                assertThat(failure.reason()).as(failure.getMessage()).isEqualTo(file.reason());
                assertThat(failure.line()).as(failure.getMessage()).isEqualTo(file.line());
                assertThat(failure).as("it would quote what stands there").hasNoCause();
              });
    } else {
      assertThat(read(file.bytes(), StandardCharsets.UTF_8, delimiter)).isEqualTo(file.table());
    }
  }

  @Test
  void a_row_of_exactly_the_longest_is_a_row_and_one_character_more_is_not() throws Exception {
    // Before the text there are a field of one character and what parts the two.
    String text = "x".repeat(CsvTable.LONGEST_ROW - 2);

    assertThat(
            read(("a,b\n1," + text).getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8, ','))
        .hasSize(2);
    CsvFailure failure =
        failure(("a,b\n1,x" + text).getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);

    assertThat(failure.reason()).isEqualTo(Reason.ROW_TOO_LONG);
    assertThat(failure.line()).isEqualTo(2);
  }

  @Test
  void a_row_of_many_short_fields_has_the_same_limit() {
    CsvFailure failure =
        failure(
            ("a,b\n" + "x,".repeat(CsvTable.LONGEST_ROW)).getBytes(StandardCharsets.UTF_8),
            StandardCharsets.UTF_8);

    assertThat(failure.reason()).isEqualTo(Reason.ROW_TOO_LONG);
  }

  @Test
  void a_first_line_of_more_columns_than_any_table_has_is_refused() {
    StringBuilder names = new StringBuilder("c");
    for (int i = 0; i <= CsvTable.MOST_COLUMNS; i++) {
      names.append(",c").append(i);
    }

    assertThat(failure(names.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
        .extracting(CsvFailure::reason)
        .isEqualTo(Reason.COLUMN_COUNT);
  }

  @ParameterizedTest
  @CsvSource({"UTF-16LE", "UTF-16BE"})
  void UTF_16_is_read_with_its_mark_or_by_its_signs(String order) throws Exception {
    Charset charset = Charset.forName(order);
    for (String text : List.of("\uFEFFid,n\n1,\u4e00\n", "id,n\n1,\u4e00\n")) {
      for (Charset said : List.of(charset, StandardCharsets.UTF_16)) {
        assertThat(read(text.getBytes(charset), said, ','))
            .containsExactly(List.of("id", "n"), List.of("1", "\u4e00"));
      }
    }
  }

  @Test
  void UTF_16_that_tells_no_order_is_refused() {
    CsvFailure failure =
        failure("\u4e01\u540d".getBytes(StandardCharsets.UTF_16LE), StandardCharsets.UTF_16);

    assertThat(failure.reason()).isEqualTo(Reason.ENCODING);
    assertThat(failure).hasMessageContaining("write UTF-16LE or UTF-16BE as its encoding");
  }

  @Test
  void a_mark_of_UTF_8_is_no_part_of_a_name_in_another_encoding_but_a_refusal() {
    CsvFailure failure =
        failure("\uFEFFid\n1\n".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);

    assertThat(failure.reason()).isEqualTo(Reason.ENCODING);
    assertThat(failure).hasMessageContaining("it is in UTF-8, though it should be in ISO-8859-1");
  }

  @Test
  void a_fault_is_told_when_the_rows_before_it_were_read() throws Exception {
    byte[] bytes = "id\n1\n2\n\u00ff\n".getBytes(StandardCharsets.ISO_8859_1);
    try (CsvTable table =
        CsvTable.open(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8, ',')) {
      assertThat(table.next()).isTrue();
      assertThat(table.next()).isTrue();
      assertThat(table.row().text(0)).isEqualTo("2");
      assertThatThrownBy(table::next).isInstanceOf(CsvFailure.class).hasMessageContaining("line 4");
      assertThat(table.rows()).isEqualTo(2);
    }
  }

  @Test
  void the_file_is_closed_with_the_table_and_when_it_is_none() throws Exception {
    for (String text : List.of("id\n1\n", "id,\n", "")) {
      AtomicBoolean closed = new AtomicBoolean();
      InputStream in =
          new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)) {
            @Override
            public void close() {
              closed.set(true);
            }
          };
      try (CsvTable table = CsvTable.open(in, StandardCharsets.UTF_8, ',')) {
        assertThat(table.columns()).containsExactly("id");
      } catch (CsvFailure e) {
        assertThat(text).isNotEqualTo("id\n1\n");
      }
      assertThat(closed).isTrue();
    }
  }

  @Test
  void a_disk_that_fails_is_no_fault_of_the_table() {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("the disk is gone");
          }
        };

    assertThatThrownBy(() -> CsvTable.open(broken, StandardCharsets.UTF_8, ','))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(CsvFailure.class)
        .hasMessage("the disk is gone");
  }
}
