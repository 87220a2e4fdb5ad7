package io.saddlebag.destination;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.name.FileName;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;

/** Whatever users lay out and vendors send: one file below the folder, with room for a receipt. */
class LayoutPropertiesTest {
  private static final DefaultCamelContext CAMEL = new DefaultCamelContext();

  @Provide
  Arbitrary<String> layouts() {
    return Arbitraries.of(
            "{export}",
            "{name}",
            "{run}",
            "{jobId}",
            "{vendor}",
            "{date}",
            "{position}",
            "/",
            "-",
            "a",
            "..",
            "{",
            "x".repeat(200),
            "é".repeat(40))
        .list()
        .ofMinSize(1)
        .ofMaxSize(8)
        .map(parts -> String.join("", parts));
  }

  @Provide
  Arbitrary<String> names() {
    return Arbitraries.oneOf(
        Arbitraries.strings().all().ofMaxLength(300),
        Arbitraries.of(
                "../", "/", "%2F", "..", "{name}", "я", "😀", "a\u0301", ".csv", ".zip", "\u0000")
            .list()
            .ofMaxSize(80)
            .map(parts -> String.join("", parts)));
  }

  private static Exchange message(String name, String job) {
    Exchange exchange = new DefaultExchange(CAMEL);
    exchange.getMessage().setHeader("SaddlebagExport", "e".repeat(100));
    exchange.getMessage().setHeader("SaddlebagVendor", "webadmit");
    exchange.getMessage().setHeader("SaddlebagRun", "e".repeat(100) + "@2026-04-05T23:59:00.120Z");
    exchange.getMessage().setHeader("SaddlebagPosition", 3);
    exchange.getMessage().setHeader("SaddlebagJobId", job);
    exchange.getMessage().setHeader(Exchange.FILE_NAME, name);
    return exchange;
  }

  @Property
  void every_part_fits_on_a_disk_and_leads_nowhere_else(
      @ForAll("layouts") String layout, @ForAll("names") String name, @ForAll("names") String job) {
    Assume.that(Layout.fault(layout).isEmpty());
    String path = pathOf(layout, name, job);
    Assume.that(!path.isEmpty());

    List<String> parts = List.of(path.split("/", -1));

    assertThat(parts).hasSameSizeAs(layout.split("/", -1)).doesNotContain("", ".", "..");
    assertThat(parts).allMatch(part -> FileName.bytes(part) <= FileName.LONGEST);
    assertThat(FileName.bytes(parts.get(parts.size() - 1) + FileName.RECEIPT))
        .isLessThanOrEqualTo(FileName.LONGEST);
    assertThat(path.codePoints()).noneMatch(FileName::unseen);
    assertThat(Path.of("folder").resolve(path).normalize()).startsWithRaw(Path.of("folder"));
    assertThat(pathOf(layout, name, job)).isEqualTo(path);
  }

  /** Empty where nothing is left of a name. */
  private static String pathOf(String layout, String name, String job) {
    try {
      return Layout.parse(layout).of(message(name, job));
    } catch (IllegalArgumentException nothingLeft) {
      assertThat(nothingLeft).hasMessageContaining("nothing is left of {");
      return "";
    }
  }

  @Property(tries = 200)
  void keys_fit_where_the_folders_count_too(@ForAll("names") String name) {
    Exchange exchange = message("x" + name, "1");
    String key = Layout.parse("{export}/" + "y/".repeat(300) + "{run}-{name}").of(exchange, 1011);

    assertThat(FileName.bytes(key + FileName.RECEIPT)).isLessThanOrEqualTo(1024);
  }
}
