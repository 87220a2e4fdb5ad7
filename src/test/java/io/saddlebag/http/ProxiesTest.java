package io.saddlebag.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.RawServer;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxiesTest {
  private static Proxies read(
      Map<String, String> settings, Map<String, String> java, Map<String, String> environment) {
    return Proxies.read(
        name -> Optional.ofNullable(settings.get(name)),
        name -> Optional.ofNullable(java.get(name)),
        name -> Optional.ofNullable(environment.get(name)));
  }

  private static Proxies environment(String... pairs) {
    Map<String, String> variables = new java.util.HashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      variables.put(pairs[i], pairs[i + 1]);
    }
    return read(Map.of(), Map.of(), variables);
  }

  private static String chosen(Proxies proxies, String address) {
    java.net.Proxy proxy = proxies.select(URI.create(address)).get(0);
    return proxy.address() == null
        ? "direct"
        : ((java.net.InetSocketAddress) proxy.address()).getHostString()
            + ":"
            + ((java.net.InetSocketAddress) proxy.address()).getPort();
  }

  @Test
  void the_environment_names_a_proxy_for_each_scheme() {
    Proxies proxies = environment("HTTPS_PROXY", "http://one:3128", "http_proxy", "two:8080");

    assertThat(chosen(proxies, "https://vendor.example")).isEqualTo("one:3128");
    assertThat(chosen(proxies, "http://vendor.example:8080")).isEqualTo("two:8080");
  }

  @Test
  void small_letters_win_and_an_empty_variable_is_none() {
    Proxies proxies =
        environment("HTTPS_PROXY", "http://one", "https_proxy", "http://two", "http_proxy", " ");

    assertThat(chosen(proxies, "https://vendor.example")).isEqualTo("two:80");
    assertThat(chosen(proxies, "http://vendor.example")).isEqualTo("direct");
  }

  @Test
  void javas_properties_win_over_the_environment_and_our_own_setting_over_both() {
    Map<String, String> java = Map.of("https.proxyHost", "java", "https.proxyPort", "1");
    Map<String, String> variables = Map.of("https_proxy", "http://env:2");

    assertThat(chosen(read(Map.of(), java, variables), "https://vendor.example"))
        .isEqualTo("java:1");
    assertThat(
            chosen(
                read(Map.of("saddlebag.http.proxy", "http://own:3"), java, variables),
                "https://vendor.example"))
        .isEqualTo("own:3");
    assertThat(
            chosen(
                read(Map.of("saddlebag.http.proxy", "none"), java, variables),
                "https://vendor.example"))
        .isEqualTo("direct");
  }

  @ParameterizedTest
  @CsvSource({
    "vendor.example, https://vendor.example, direct",
    "vendor.example, https://API.Vendor.Example, direct",
    ".vendor.example, https://api.vendor.example, direct",
    ".vendor.example, https://vendor.example, direct",
    "*.vendor.example, https://api.vendor.example, direct",
    "vendor.example, https://evilvendor.example, p:1",
    "vendor.example, https://vendor.example.evil, p:1",
    "*, https://vendor.example, direct",
    "'other, vendor.example ,third', https://vendor.example, direct",
    "other vendor.example, https://vendor.example, direct",
    "vendor.example:443, https://vendor.example, direct",
    "vendor.example:8443, https://vendor.example, p:1",
    "vendor.example:8443, https://vendor.example:8443, direct",
    "10.1.2.3, https://10.1.2.3, direct",
    "1.2.3, https://10.1.2.3, p:1",
    "10.0.0.0/8, https://10.1.2.3, direct",
    "10.0.0.0/8, https://11.1.2.3, p:1",
    "10.0.0.0/99, https://10.1.2.3, p:1",
    "10.0.0.0/8, https://vendor.example, p:1",
    "2001:db8::/32, 'https://[2001:db8::7]', direct",
    "2001:db8::7, 'https://[2001:DB8:0::7]:8443', direct",
    "[2001:db8::7]:443, 'https://[2001:db8::7]', direct",
    "[2001:db8::7]:444, 'https://[2001:db8::7]', p:1",
    "'', https://vendor.example, p:1"
  })
  void no_proxy_is_read_in_every_form(String exceptions, String address, String chosen) {
    assertThat(chosen(environment("HTTPS_PROXY", "http://p:1", "NO_PROXY", exceptions), address))
        .isEqualTo(chosen);
  }

  @ParameterizedTest
  @CsvSource({
    "localhost|*.vendor.example, https://api.vendor.example, direct",
    "localhost|*.vendor.example, https://vendor.example, p:443",
    "10.*, https://10.1.2.3, direct",
    "vendor.*|x, https://vendor.example, direct",
    "vendor.example, https://api.vendor.example, p:443"
  })
  void javas_own_exceptions_have_their_own_form(String rules, String address, String chosen) {
    assertThat(
            chosen(
                read(
                    Map.of(),
                    Map.of("https.proxyHost", "p", "http.nonProxyHosts", rules),
                    Map.of()),
                address))
        .isEqualTo(chosen);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost:8080",
        "https://LOCALHOST",
        "http://127.0.0.1",
        "https://127.1.2.3:1",
        "https://[::1]:8443"
      })
  void this_machine_is_never_reached_through_a_proxy(String address) {
    Proxies proxies = read(Map.of("saddlebag.http.proxy", "http://p:1"), Map.of(), Map.of());

    assertThat(chosen(proxies, address)).isEqualTo("direct");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "socks5://user:s3cret-word@p:1080",
        "https://user:s3cret-word@p",
        "http://user:s3cret-word@",
        "http://user:s3cret word@p",
        "ftp://s3cret-word"
      })
  void an_address_that_cannot_be_used_is_refused_without_being_printed(String address) {
    assertThatThrownBy(() -> environment("HTTPS_PROXY", address))
        .hasMessageContaining("HTTPS_PROXY")
        .hasMessageContaining("http://")
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void what_is_shown_names_no_user_and_the_secrets_are_known() {
    Proxies proxies = environment("HTTPS_PROXY", "http://me:p%40ss-w%2Frd@proxy:3128");

    assertThat(proxies.shown()).isEqualTo("proxy:3128 (HTTPS_PROXY)");
    assertThat(proxies.secrets()).containsExactly("p@ss-w/rd", "me:p@ss-w/rd");
  }

  @Test
  void a_plain_address_is_asked_for_through_the_proxy_with_its_target_unchanged() throws Exception {
    try (RawServer proxy =
            new RawServer(
                peer -> {
                  for (String request = peer.request(); request != null; request = peer.request()) {
                    boolean known =
                        "Basic bWU6cGFzcw=="
                            .equals(RawServer.header(request, "Proxy-Authorization"));
                    if (known) {
                      peer.answer("200 OK", "through");
                    } else {
                      peer.answer(
                          "407 Proxy Authentication Required",
                          "who?",
                          "Proxy-Authenticate: Basic realm=\"p\"");
                    }
                  }
                });
        Calls calls =
            new Calls(environment("http_proxy", "http://me:pass@127.0.0.1:" + proxy.port()))) {
      assertThat(calls.answer("GET", "http://vendor.example", "/a%2Bb?c=%7E", Map.of()))
          .isEqualTo("200 through");
      assertThat(proxy.requests())
          .allMatch(
              request -> request.startsWith("GET http://vendor.example/a%2Bb?c=%7E HTTP/1.1"));
    }
  }
}
