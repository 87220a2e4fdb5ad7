package io.saddlebag.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Layouts: what users write, what vendors' names may not do. */
class LayoutTest {
  private final Exchange exchange = new DefaultExchange(new DefaultCamelContext());

  LayoutTest() {
    header("SaddlebagExport", "nightly");
    header("SaddlebagVendor", "webadmit");
    header("SaddlebagRun", "nightly@2026-04-05T23:59:00.120Z");
    header("SaddlebagPosition", 0);
    header("SaddlebagJobId", "task/7");
    header(Exchange.FILE_NAME, "Applicants 2026.csv");
  }

  private void header(String name, Object value) {
    exchange.getMessage().setHeader(name, value);
  }

  @ParameterizedTest
  @CsvSource({
    "{export}/{date}/{run}-{name},"
        + " nightly/2026-04-05/nightly@2026-04-05T235900.120Z-Applicants 2026.csv",
    "{vendor}/{year}/{month}/{day}/{position}.csv, webadmit/2026/04/05/0.csv",
    "{export}/latest/{name}, nightly/latest/Applicants 2026.csv",
    "{jobId}-{name}, task_7-Applicants 2026.csv"
  })
  void words_are_filled_in(String layout, String expected) {
    assertThat(Layout.fault(layout)).isEmpty();
    assertThat(Layout.parse(layout).of(exchange)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "../../etc/passwd, _._etc_passwd",
    "a/b.csv, a_b.csv",
    "a\\..\\b.csv, a_._b.csv",
    "x..csv, x.csv",
    ".hidden, hidden",
    "'a\u0000\nb\u202e.csv', ab.csv",
    "{export}.csv, export.csv",
    "данные.csv, данные.csv"
  })
  void a_name_stays_one_safe_name(String name, String expected) {
    header(Exchange.FILE_NAME, name);

    assertThat(Layout.parse("{name}").of(exchange)).isEqualTo(expected);
  }

  @Test
  void the_same_file_of_the_same_run_gets_the_same_name() {
    Layout layout = Layout.parse("{run}/{name}");

    assertThat(layout.of(exchange)).isEqualTo(layout.of(exchange));
  }

  @Test
  void a_vendor_without_jobs_has_the_job_none() {
    exchange.getMessage().removeHeader("SaddlebagJobId");

    assertThat(Layout.parse("{jobId}/{name}").of(exchange)).isEqualTo("none/Applicants 2026.csv");
  }

  @Test
  void a_file_without_a_name_in_its_message_has_its_own() {
    exchange.getMessage().removeHeader(Exchange.FILE_NAME);
    exchange.getMessage().setBody(new File("/tmp/own.csv"));

    assertThat(Layout.parse("{name}").of(exchange)).isEqualTo("own.csv");
  }

  @Test
  void a_message_that_lacks_a_word_says_which_header() {
    exchange.getMessage().removeHeader("SaddlebagRun");

    assertThatThrownBy(() -> Layout.parse("{run}-{name}").of(exchange))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("SaddlebagRun");
  }

  @Test
  void an_unknown_word_is_named_with_those_that_exist() {
    assertThat(Layout.fault("{exprt}/{name}"))
        .hasValueSatisfying(
            fault ->
                assertThat(fault).contains("{exprt}").contains("{export}").contains("{jobId}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "/{name}",
        "{name}/",
        "a//{name}",
        "../{name}",
        "a/./{name}",
        "{name",
        "name}",
        "{}/{name}",
        "a\\{name}",
        "{export}.csv",
        "{run}",
        "a\n{name}",
        "{{name}}"
      })
  void what_is_no_layout_has_a_fault(String text) {
    assertThat(Layout.fault(text)).isPresent();
    assertThatThrownBy(() -> Layout.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
