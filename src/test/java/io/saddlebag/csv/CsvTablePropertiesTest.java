package io.saddlebag.csv;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/** What is written as CSV, in whatever way, is read as it was. */
class CsvTablePropertiesTest {
  @Provide
  Arbitrary<List<List<@Nullable String>>> tables() {
    Arbitrary<String> texts =
        Arbitraries.strings()
            .withChars("\"\r\n\t,;|\\. x1-\u00e9\u4e00\u2028\u0085'#\uFEFF")
            .ofMaxLength(6);
    return Arbitraries.integers()
        .between(1, 4)
        .flatMap(
            columns ->
                texts
                    .injectNull(0.2)
                    .list()
                    .ofSize(columns)
                    .list()
                    .ofMaxSize(6)
                    .map(
                        rows -> {
                          List<List<@Nullable String>> table = new ArrayList<>();
                          List<@Nullable String> names = new ArrayList<>();
                          for (int i = 0; i < columns; i++) {
                            names.add("column \"" + i + "\",\n;|");
                          }
                          table.add(names);
                          table.addAll(rows);
                          return table;
                        }));
  }

  @Provide
  Arbitrary<Charset> encodings() {
    return Arbitraries.of(
        StandardCharsets.UTF_8,
        StandardCharsets.UTF_16LE,
        StandardCharsets.UTF_16BE,
        Charset.forName("GB18030"));
  }

  @Property(tries = 2000)
  void a_table_is_read_as_it_was_written_in_whatever_way(
      @ForAll("tables") List<List<@Nullable String>> table,
      @ForAll("encodings") Charset encoding,
      @ForAll Random random)
      throws IOException {
    char delimiter = ",;|\t".charAt(random.nextInt(4));
    boolean mark = !encoding.name().equals("GB18030") && random.nextBoolean();
    byte[] written = new CsvWriting(random, delimiter).write(table, encoding, mark);

    try (CsvTable read = CsvTable.open(new ByteArrayInputStream(written), encoding, delimiter)) {
      assertThat(CsvCorpus.table(read)).isEqualTo(table);
      assertThat(read.rows()).isEqualTo(table.size() - 1);
    }
  }

  @Property(tries = 2000)
  void whatever_the_bytes_are_they_are_a_table_or_a_refusal_with_a_line(@ForAll byte[] bytes)
      throws IOException {
    try (CsvTable read =
        CsvTable.open(new ByteArrayInputStream(bytes), StandardCharsets.ISO_8859_1, ',')) {
      assertThat(CsvCorpus.table(read)).hasSize((int) read.rows() + 1);
    } catch (CsvFailure e) {
      assertThat(e.line()).isPositive();
      assertThat(e.reason()).isNotEqualTo(CsvFailure.Reason.OTHER);
    }
  }
}
