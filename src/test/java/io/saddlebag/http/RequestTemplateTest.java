package io.saddlebag.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of values, of those that are absent, and of lists and maps. */
class RequestTemplateTest {
  private static final RequestTemplate TEMPLATE =
      new RequestTemplate(
          Map.<String, Object>of(
                  "a",
                  "A",
                  "n",
                  7L,
                  "d",
                  new BigDecimal("1.50"),
                  "list",
                  List.of("x y", "p,q", 3L),
                  "none",
                  List.of(),
                  "map",
                  Map.of("k", List.of(true)),
                  "braces",
                  "{a} $1 \\ \"")
              ::get);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"filter\": {\"changed\": {\"from\": \"{no}\", \"to\": \"{no}\"}}} | {}",
        "{\"filter\": {\"changed\": {\"from\": \"{no}\"}, \"by\": \"{a}\"}} | {\"filter\":{\"by\":\"A\"}}",
        "{\"in\": [\"{no}\", {\"x\": [\"{no}\"]}], \"a\": 1} | {\"a\":1}",
        "[{\"x\": \"{no}\"}] | []",
        "{\"empty\": {}, \"list\": [], \"deep\": {\"x\": []}} | {\"empty\":{},\"list\":[],\"deep\":{\"x\":[]}}",
        "{\"null\": null, \"zero\": 0, \"text\": \"\"} | {\"null\":null,\"zero\":0,\"text\":\"\"}"
      })
  void what_only_held_absent_values_is_left_out_and_what_was_written_empty_stays(
      String template, String expected) {
    assertThat(TEMPLATE.json(template)).hasToString(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[\"{a}\", \"{no}\", [\"{n}\"], \"fixed\"] | [\"A\",[7],\"fixed\"]",
        "{\"x\": \"{list}\"} | {\"x\":[\"x y\",\"p,q\",3]}",
        "{\"x\": \"{none}\", \"y\": \"{map}\"} | {\"x\":[],\"y\":{\"k\":[true]}}",
        "{\"x\": \"from {a} to {n}\", \"y\": \"{a}{no}\"} | {\"x\":\"from A to 7\"}",
        "{\"n\": \"{n}\", \"d\": \"{d}\", \"own\": 1.10} | {\"n\":7,\"d\":1.50,\"own\":1.10}",
        "{\"x\": \"{braces}\", \"y\": \"<{braces}>\"} | {\"x\":\"{a} $1 \\\\ \\\"\",\"y\":\"<{a} $1 \\\\ \\\">\"}"
      })
  void texts_are_filled_wherever_they_stand_and_values_keep_their_types(
      String template, String expected) {
    assertThat(TEMPLATE.json(template)).hasToString(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/f?ids={list} | /f?ids=x%20y,p%2Cq,3",
        "/f?id={list*}&a={a} | /f?id=x%20y&id=p%2Cq&id=3&a=A",
        "/f?id={none}&id={none*}&id={no*} | /f",
        "/f/{list}?x={a*} | /f/x%20y,p%2Cq,3?x=A",
        "/f?q={map} | /f?q=%7B%22k%22%3A%5Btrue%5D%7D",
        "/f?q={d}&r={braces} | /f?q=1.50&r=%7Ba%7D%20%241%20%5C%20%22"
      })
  void lists_in_a_query_are_joined_or_repeated_as_the_template_says(
      String template, String expected) {
    assertThat(TEMPLATE.target(template)).isEqualTo(expected);
  }

  @Test
  void a_path_needs_its_values() {
    assertThatThrownBy(() -> TEMPLATE.target("/a/{no}/b?x=1"))
        .hasMessage("the request /a/{no}/b?x=1 needs a value for {no}");
  }

  @Test
  void a_null_within_a_list_stays_one() {
    RequestTemplate template =
        new RequestTemplate(Map.<String, Object>of("l", Arrays.asList("a", null))::get);

    assertThat(template.json("{\"l\": \"{l}\"}")).hasToString("{\"l\":[\"a\",null]}");
  }
}
