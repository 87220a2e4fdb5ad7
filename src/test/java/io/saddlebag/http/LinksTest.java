package io.saddlebag.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.run.StepFailure;
import java.net.URI;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LinksTest {
  private static final String FROM = "https://hq.example.org/a/b/file?k=1&l=%2B";

  @ParameterizedTest
  @CsvSource({
    "?dl=1, https://hq.example.org/a/b/file?dl=1",
    "'', https://hq.example.org/a/b/file?k=1&l=%2B",
    "#part, https://hq.example.org/a/b/file?k=1&l=%2B",
    "other, https://hq.example.org/a/b/other",
    "./other?x, https://hq.example.org/a/b/other?x",
    "../other, https://hq.example.org/a/other",
    "../../../../other, https://hq.example.org/other",
    "../.., https://hq.example.org/",
    "., https://hq.example.org/a/b/",
    "g;x=1/../y, https://hq.example.org/a/b/y",
    "/c/../d/./e, https://hq.example.org/d/e",
    "/c?d=/../e, https://hq.example.org/c?d=/../e",
    "//cdn.example.org/c, https://cdn.example.org/c",
    "//cdn.example.org, https://cdn.example.org/",
    "//cdn.example.org?x=1, https://cdn.example.org/?x=1",
    "/login?next=https://evil.example/x, https://hq.example.org/login?next=https://evil.example/x",
    "login?next=https://evil.example/x, https://hq.example.org/a/b/login?next=https://evil.example/x"
  })
  void a_reference_is_resolved_against_the_address_that_it_came_from(String link, String next) {
    assertThat(Links.resolve(FROM, link)).isEqualTo(next);
  }

  @ParameterizedTest
  @CsvSource({
    "HTTPS://Files.Example.ORG/A, https://files.example.org/A",
    "https://files.example.org:443/A, https://files.example.org/A",
    "http://files.example.org:80/A, http://files.example.org/A",
    "https://files.example.org:/A, https://files.example.org/A",
    "https://files.example.org:08443/A, https://files.example.org:8443/A",
    "https://[2001:DB8::1]:8443/A, https://[2001:db8::1]:8443/A",
    "https://b\u00FCcher.example/A, https://xn--bcher-kva.example/A",
    "https:\\\\files.example.org\\A\\B?c=\\d, https://files.example.org/A/B?c=%5Cd",
    "https://evil.example\\@hq.example.org/A, https://evil.example/@hq.example.org/A"
  })
  void scheme_and_host_are_read_as_browsers_read_them(String link, String next) {
    assertThat(Links.resolve(FROM, link)).isEqualTo(next);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "/a b/c.csv ; /a%20b/c.csv",
        "/\u043E\u0442\u0447\u0451\u0442?q=\u00E9 ; /%D0%BE%D1%82%D1%87%D1%91%D1%82?q=%C3%A9",
        "/\uD83D\uDE00 ; /%F0%9F%98%80",
        "/\uD83D ; /%EF%BF%BD",
        "/\"<>^{|}?\"<>^{|} ; /%22%3C%3E%5E%7B%7C%7D?%22%3C%3E%5E%7B%7C%7D",
        "/a`b ; /a%60b",
        "/100%/%zz?%= ; /100%/%zz?%=",
        "/[a]?f[x]=1 ; /[a]?f[x]=1"
      })
  void what_a_request_may_not_hold_is_encoded(String link, String target) {
    assertThat(Links.resolve(FROM, link)).isEqualTo("https://hq.example.org" + target);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://s3.example.org/k/e%20y//x/../y/.?X-Amz-Signature=a%2Bb%2f+c==&d=%7e~!$&'()*,;:@/?",
        "https://s3.example.org/?a",
        "https://s3.example.org/%E9"
      })
  void a_valid_address_is_not_changed_by_a_byte(String link) {
    assertThat(Links.resolve(FROM, link)).isEqualTo(link);
    assertThat(Links.resolve(FROM, link + "#part")).isEqualTo(link);
  }

  @Test
  void white_space_around_a_link_and_line_ends_within_it_are_dropped() {
    assertThat(Links.resolve(FROM, " \t/a\r\n\tb?c\n=d \u0000"))
        .isEqualTo("https://hq.example.org/ab?c=d");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/a\u0001b",
        "/a\u0000b",
        "/a\u007Fb",
        "ftp://hq.example.org/x",
        "javascript:alert(1)",
        "C:\\files\\x",
        "https:/x",
        "https:x",
        "https:///x",
        "https://",
        "https://user@hq.example.org/x",
        "https://user:pass@hq.example.org/x",
        "//hq.example.org@evil.example/x",
        "https://hq.example.org:99999/x",
        "https://hq.example.org:80a/x",
        "https://hq%2Eexample.org/x",
        "https://a b/x",
        "https://[::1/x",
        "https://[fe80::1%25eth0]/x",
        "https://stra\u00DFe.example/x"
      })
  void a_link_that_cannot_be_used_safely_is_refused_by_name(String link) {
    assertThatThrownBy(() -> Links.resolve(FROM, link))
        .isInstanceOfSatisfying(
            StepFailure.Rejected.class,
            failure -> assertThat(failure.failureName()).isEqualTo("LINK_REFUSED"))
        .hasMessageNotContaining("pass@");
  }

  @ParameterizedTest
  @CsvSource({
    "https://hq.example.org, /files/7?x, https://hq.example.org/files/7?x",
    "https://hq.example.org/app, /files/7?x, https://hq.example.org/app/files/7?x",
    "https://hq.example.org/app, /app/files/7, https://hq.example.org/app/files/7",
    "https://hq.example.org/app, /../files/7, https://hq.example.org/app/files/7",
    "https://hq.example.org/app, files/7, https://hq.example.org/app/api/jobs/files/7",
    "https://hq.example.org/app, ?x=1, https://hq.example.org/app/api/jobs/1?x=1",
    "https://hq.example.org/app, ../files/7, https://hq.example.org/app/api/files/7",
    "https://hq.example.org/app, //cdn.example.org/7, https://cdn.example.org/7",
    "https://hq.example.org/app, https://hq.example.org/7, https://hq.example.org/7"
  })
  void a_path_that_is_handed_out_stands_behind_the_servers_prefix(
      String server, String link, String address) {
    assertThat(Links.handedOut(URI.create(server), "/api/jobs/1", link)).isEqualTo(address);
  }

  @Test
  void a_handed_out_path_does_not_lead_out_of_the_servers_prefix() {
    URI server = URI.create("https://hq.example.org/app");

    assertThatThrownBy(() -> Links.handedOut(server, "/api/jobs/1", "../../../admin"))
        .isInstanceOf(StepFailure.Rejected.class);
  }

  @Test
  void raw_bytes_of_a_header_are_read_as_utf8_and_stay_what_they_are_otherwise() {
    assertThat(Links.ofHeader("/caf\u00C3\u00A9")).isEqualTo("/caf\u00E9");
    assertThat(Links.ofHeader("/caf\u00E9")).isEqualTo("/caf%E9");
    assertThat(Links.ofHeader("/cafe")).isEqualTo("/cafe");
  }

  @Test
  void the_path_of_an_address_is_without_host_query_and_fragment() {
    assertThat(Links.path("https://hq.example.org/a/b?c=https://x/y#d")).isEqualTo("/a/b");
    assertThat(Links.path("/a/b?c#d")).isEqualTo("/a/b");
    assertThat(Links.path("//hq.example.org/a")).isEqualTo("/a");
    assertThat(Links.path("https://hq.example.org")).isEmpty();
  }

  @Property
  void whatever_is_handed_out_is_refused_by_name_or_can_be_sent(@ForAll String link) {
    try {
      String address = Links.resolve(FROM, link);

      assertThat(address).matches("https?://[!-~&&[^#\"<>^`{|}\\\\]]+");
      assertThat(Links.resolve(FROM, address)).isEqualTo(address);
      assertThat(Links.origin(address) + Links.target(address)).isEqualTo(address);
    } catch (StepFailure refused) {
      assertThat(refused.failureName()).isEqualTo("LINK_REFUSED");
    }
  }

  @Property
  void whatever_stands_behind_the_host_never_changes_the_host(
      @ForAll("behindTheHost") String rest) {
    assertThat(Links.origin(Links.resolve(FROM, "https://files.example.org" + rest)))
        .isEqualTo(URI.create("https://files.example.org"));
  }

  @Provide
  Arbitrary<String> behindTheHost() {
    Arbitrary<String> text =
        Arbitraries.strings().withChars("/\\@:?#%.[]abc\u00E9\u4E2D ").ofMaxLength(20);
    return Combinators.combine(Arbitraries.of("/", "\\", "?", "#"), text).as(String::concat);
  }

  @Property
  void a_valid_address_is_sent_byte_for_byte(
      @ForAll("validTargets") String target, @ForAll boolean secure) {
    String address = (secure ? "https" : "http") + "://files.example.org/" + target;

    assertThat(Links.resolve(FROM, address)).isEqualTo(address);
  }

  @Provide
  Arbitrary<String> validTargets() {
    Arbitrary<String> part =
        Arbitraries.of(
                "a", "Z", "0", "-", ".", "_", "~", "!", "$", "&", "'", "(", ")", "*", "+", ",", ";",
                "=", ":", "@", "/", "%2B", "%2f", "%C3%A9", "..")
            .list()
            .ofMaxSize(15)
            .map(parts -> String.join("", parts));
    return Combinators.combine(part, part.optional(0.5))
        .as((path, query) -> path + query.map(text -> "?" + text).orElse(""));
  }

  @Property
  void javas_own_resolution_agrees_where_it_follows_the_standard(
      @ForAll("names") List<String> base, @ForAll("names") List<String> more) {
    String from = "https://hq.example.org/" + String.join("/", base) + "/x?k=1";
    String link = "../" + String.join("/./", more) + "/y?q";

    assertThat(Links.resolve(from, link))
        .isEqualTo(URI.create(from).resolve(link).normalize().toString());
  }

  @Provide
  Arbitrary<List<String>> names() {
    return Arbitraries.strings()
        .withCharRange('a', 'z')
        .ofMinLength(1)
        .ofMaxLength(4)
        .list()
        .ofMinSize(1)
        .ofMaxSize(5);
  }
}
