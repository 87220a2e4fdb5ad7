package io.saddlebag.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.export.Connection;
import io.saddlebag.run.Printable;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpPiecesTest {
  private static final Connection HQ =
      new Connection(
          "hq",
          Map.of(
              "server",
              "https://hq.example.org",
              "storage-hosts",
              "*.amazonaws.com, files.example.org"));

  @Test
  void values_in_a_target_are_encoded_and_absent_query_pairs_left_out() {
    Map<String, Object> values = new HashMap<>();
    values.put("id", "../../admin?x=1&y");
    values.put("name", "Zoë & Ünal+1");
    RequestTemplate template = new RequestTemplate(values::get);

    assertThat(template.target("/exports/{id}/files?name={name}&status={status}&limit=1"))
        .isEqualTo(
            "/exports/..%2F..%2Fadmin%3Fx%3D1%26y/files?name=Zo%C3%AB%20%26%20%C3%9Cnal%2B1&limit=1");
    assertThat(template.target("/exports?status={status}")).isEqualTo("/exports");
    assertThatThrownBy(() -> template.target("/exports/{missing}"))
        .hasMessageContaining("{missing}");
  }

  @Test
  void values_in_a_json_body_keep_their_types_and_cannot_break_out() {
    Map<String, Object> values =
        new HashMap<>(Map.of("id", 1L, "flag", true, "text", "\"}, \"admin\": true, {\""));
    RequestTemplate template = new RequestTemplate(values::get);

    assertThat(
            template.json(
                "{\"id\": \"{id}\", \"flag\": \"{flag}\", \"text\": \"{text}\", \"gone\": \"{gone}\", \"fixed\": \"x\", \"deep\": {\"id\": \"{id}\"}}"))
        .hasToString(
            "{\"id\":1,\"flag\":true,\"text\":\"\\\"}, \\\"admin\\\": true, {\\\"\",\"fixed\":\"x\",\"deep\":{\"id\":1}}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://hq.example.org",
        "https://HQ.example.org:8443",
        "https://bucket.s3.amazonaws.com",
        "https://FILES.example.org",
        "https://files.example.org:8443"
      })
  void the_connections_host_and_declared_storage_hosts_may_be_called(String address) {
    assertThatCode(() -> HostPolicy.check(URI.create(address), HQ)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://hq.example.org",
        "https://evil.example",
        "https://amazonaws.com.evil.example",
        "https://evilamazonaws.com",
        "https://hq.example.org.evil.example",
        "https://user@hq.example.org",
        "https://hq.example.org@evil.example",
        "ftp://hq.example.org",
        "https:/nowhere",
        "http://169.254.169.254"
      })
  void every_other_address_is_refused(String address) {
    assertThatThrownBy(() -> HostPolicy.check(URI.create(address), HQ))
        .hasMessageNotContaining("null");
  }

  @Test
  void only_scheme_host_and_port_together_are_one_origin() {
    URI hq = URI.create("https://hq.example.org");
    assertThat(HostPolicy.sameOrigin(hq, URI.create("https://hq.example.org:443"))).isTrue();
    assertThat(HostPolicy.sameOrigin(hq, URI.create("https://hq.example.org:8443"))).isFalse();
    assertThat(HostPolicy.sameOrigin(hq, URI.create("http://hq.example.org"))).isFalse();
    assertThat(HostPolicy.sameOrigin(hq, URI.create("https://files.example.org"))).isFalse();
  }

  @Test
  void known_secrets_and_whatever_looks_like_one_are_taken_out() {
    Redactor redactor = new Redactor();
    redactor.learn(List.of("s3cr&t", "exporter-password"));

    String text =
        redactor.redact(
            "password exporter-password, encoded s3cr%26t, Basic dXNlcjpwYXNzd29yZA==,"
                + " https://s3/x?AWSAccessKeyId=AKIA&Expires=1&Signature=ab%2Bc&X-Amz-Signature=99aa");

    assertThat(text)
        .doesNotContain("exporter-password")
        .doesNotContain("s3cr")
        .doesNotContain("dXNlcjpwYXNzd29yZA")
        .doesNotContain("AKIA")
        .doesNotContain("ab%2Bc")
        .doesNotContain("99aa")
        .contains("Expires=1");
  }

  @Test
  void an_excerpt_is_one_short_line_without_control_characters() {
    assertThat(Printable.excerpt("a\u001B[31mred\r\nline\u202Etxt" + "x".repeat(500)))
        .startsWith("a [31mred line txt")
        .hasSize(201)
        .doesNotContain("\u001B");
  }
}
