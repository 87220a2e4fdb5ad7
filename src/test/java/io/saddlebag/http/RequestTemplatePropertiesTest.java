package io.saddlebag.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** A value arrives as it is, whatever it is; what has none leaves nothing behind. */
class RequestTemplatePropertiesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> any =
        Arbitraries.strings()
            .all()
            .ofMinLength(1)
            .ofMaxLength(60)
            .filter(
                text ->
                    text.codePoints().noneMatch(c -> Character.getType(c) == Character.SURROGATE));
    Arbitrary<String> hostile =
        Arbitraries.of(
                "{x}", "{list*}", "\"", "\\", "&", "?", "=", "%2F", "$1", "}", "\n", "é", "😀")
            .list()
            .ofMinSize(1)
            .ofMaxSize(12)
            .map(parts -> String.join("", parts));
    return Arbitraries.oneOf(any, hostile);
  }

  @Property
  void a_text_arrives_exactly(@ForAll("texts") String text) throws Exception {
    RequestTemplate template = new RequestTemplate(Map.<String, Object>of("x", text)::get);

    JsonNode body =
        JSON.readTree(
            JSON.writeValueAsBytes(
                template.json("{\"a\": \"{x}\", \"b\": [\"{x}\"], \"c\": \"<{x}>\"}")));
    String target = template.target("/p/{x}?q={x}");

    assertThat(body.get("a").asText()).isEqualTo(text);
    assertThat(body.get("b").get(0).asText()).isEqualTo(text);
    assertThat(body.get("c").asText()).isEqualTo("<" + text + ">");
    assertThat(body).hasSize(3);
    assertThat(target).matches("/p/[A-Za-z0-9._~%-]+\\?q=[A-Za-z0-9._~%-]+");
    assertThat(URLDecoder.decode(target.substring(target.indexOf("=") + 1), StandardCharsets.UTF_8))
        .isEqualTo(text);
  }

  @Property
  void a_list_arrives_exactly_in_every_form(@ForAll("lists") List<String> list) throws Exception {
    RequestTemplate template = new RequestTemplate(Map.<String, Object>of("x", list)::get);

    assertThat(JSON.convertValue(template.json("{\"a\": \"{x}\"}").get("a"), List.class))
        .isEqualTo(list);
    assertThat(decoded(template.target("/?q={x}").substring(4).split(",", -1))).isEqualTo(list);
    assertThat(decoded(template.target("/?q={x*}").substring(2).replace("q=", "").split("&", -1)))
        .isEqualTo(list);
  }

  @Provide
  Arbitrary<List<String>> lists() {
    return texts().filter(text -> !text.contains("q=")).list().ofMinSize(1).ofMaxSize(6);
  }

  private static List<String> decoded(String[] parts) {
    return List.of(parts).stream()
        .map(part -> URLDecoder.decode(part, StandardCharsets.UTF_8))
        .toList();
  }

  @Provide
  Arbitrary<String> documents() {
    return documents(4);
  }

  private static Arbitrary<String> documents(int depth) {
    Arbitrary<String> leaves =
        Arbitraries.of("\"{x}\"", "\"{y}\"", "\"{no}\"", "\"{no}\"", "1", "{}", "[]", "null");
    if (depth == 0) {
      return leaves;
    }
    Arbitrary<List<String>> inner = documents(depth - 1).list().ofMinSize(1).ofMaxSize(3);
    return Arbitraries.oneOf(
        leaves,
        inner.map(parts -> "[" + String.join(",", parts) + "]"),
        inner.map(RequestTemplatePropertiesTest::object));
  }

  private static String object(List<String> values) {
    StringBuilder members = new StringBuilder();
    for (String value : values) {
      members.append(members.isEmpty() ? "{" : ",");
      members.append("\"m").append(members.length()).append("\":").append(value);
    }
    return members.append('}').toString();
  }

  @Property
  void nothing_absent_and_no_new_emptiness_is_sent(@ForAll("documents") String document)
      throws Exception {
    RequestTemplate template = new RequestTemplate(name -> Map.of("x", "X", "y", 1L).get(name));
    JsonNode before = JSON.readTree("{\"root\": " + document + "}");

    JsonNode after = template.json("{\"root\": " + document + "}");

    assertThat(after.toString()).doesNotContain("{no}");
    assertThat(empties(after.path("root"))).isLessThanOrEqualTo(empties(before.path("root")));
  }

  private static long empties(JsonNode node) {
    long count = node.isContainerNode() && node.isEmpty() ? 1 : 0;
    for (JsonNode child : node) {
      count += empties(child);
    }
    return count;
  }
}
