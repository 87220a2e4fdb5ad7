package io.saddlebag.simulator.altcraft;

import static io.saddlebag.simulator.altcraft.AltcraftCaller.APRIL;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddlebag.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Create and status: items 3 to 9 and 11 of the sheet's section 8. */
class AltcraftTasksTest {
  private static final Duration THIRD = Duration.ofMinutes(1);

  private final TestClock clock = new TestClock(Instant.parse("2026-05-01T00:00:00Z"));
  private AltcraftSimulator vendor;
  private AltcraftCaller caller;

  @BeforeEach
  void start() {
    vendor = new AltcraftSimulator(clock, 0).pace(THIRD);
    vendor.start();
    caller = AltcraftCaller.of(vendor);
  }

  @AfterEach
  void stop() {
    vendor.close();
  }

  private JsonNode dataAfter(Duration time) throws Exception {
    String task = caller.create();
    clock.advance(time);
    return caller.status(task).path("data");
  }

  private JsonNode result() throws Exception {
    return dataAfter(THIRD.multipliedBy(3)).path("result");
  }

  private JsonNode profiles() throws Exception {
    JsonNode created =
        caller.post("profiles/get_all", "{\"source_type\": \"database\", \"source_id\": 7}");
    clock.advance(THIRD.multipliedBy(3));
    return caller.status(created.at("/data/task_id").asText()).at("/data/result");
  }

  private List<Integer> progressEveryTwentySeconds() throws Exception {
    String task = caller.create();
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      all.add(caller.status(task).at("/data/progress").asInt(-1));
      clock.advance(Duration.ofSeconds(20));
    }
    return all;
  }

  // The documentation's example, word for word but for the task's id.
  @Test
  void a_form_export_answers_as_the_documentation_shows() throws Exception {
    JsonNode created = caller.post("forms/fills", APRIL);

    assertThat(created.toString())
        .isEqualTo(
            "{\"data\":{\"task_id\":\"550e8400-e29b-41d4-a716-446655440000\"},"
                + "\"error\":0,\"error_text\":\"Successful operation\"}");
  }

  @Test
  void item_3_a_running_task_counts_up_to_99_and_has_no_result() throws Exception {
    List<Integer> seen = progressEveryTwentySeconds();
    JsonNode running = dataAfter(Duration.ofSeconds(179));

    assertThat(seen).isSorted().doesNotHaveDuplicates().startsWith(0);
    assertThat(running.path("status").asText()).isEqualTo("processing");
    assertThat(running.path("progress").asInt()).isEqualTo(99);
    assertThat(running.has("result")).isFalse();
  }

  @Test
  void item_3_the_result_before_the_end_may_be_null() throws Exception {
    vendor.resultBefore("null");

    assertThat(dataAfter(Duration.ZERO).get("result").isNull()).isTrue();
  }

  @Test
  void item_3_the_result_before_the_end_may_be_empty() throws Exception {
    vendor.resultBefore("empty");

    assertThat(dataAfter(Duration.ZERO).get("result").toString()).isEqualTo("{}");
  }

  @Test
  void item_3_an_unknown_word_may_stay_for_ever() throws Exception {
    vendor.runningWord("archiving").neverEnds(true);

    JsonNode data = dataAfter(Duration.ofDays(30));

    assertThat(data.path("status").asText()).isEqualTo("archiving");
    assertThat(data.path("progress").asInt()).isEqualTo(99);
  }

  @ParameterizedTest
  @ValueSource(strings = {"completed", "success"})
  void item_4_either_word_of_success_comes_with_the_result(String word) throws Exception {
    vendor.endsWith(word);

    JsonNode data = dataAfter(THIRD.multipliedBy(3));

    assertThat(data.path("status").asText()).isEqualTo(word);
    assertThat(data.path("progress").asInt()).isEqualTo(100);
    assertThat(data.at("/result/form_id").asInt()).isEqualTo(1);
    assertThat(data.at("/result/total").asInt()).isEqualTo(42);
  }

  @Test
  void item_5_progress_may_be_100_while_the_task_runs() throws Exception {
    vendor.fullBeforeDone(true);

    JsonNode data = dataAfter(Duration.ZERO);

    assertThat(data.path("status").asText()).isEqualTo("processing");
    assertThat(data.path("progress").asInt()).isEqualTo(100);
  }

  @Test
  void item_5_progress_may_jump_backwards() throws Exception {
    vendor.jumpsBack(true);

    assertThat(progressEveryTwentySeconds()).containsExactly(0, 33, 66, 0, 33, 66, 0, 33, 66);
  }

  @Test
  void item_6_a_failed_task_has_no_error_in_its_envelope() throws Exception {
    vendor.endsWith("failed");
    String task = caller.create();
    clock.advance(THIRD.multipliedBy(3));

    JsonNode answer = caller.status(task);

    assertThat(answer.path("error").asInt(-1)).isZero();
    assertThat(answer.at("/data/status").asText()).isEqualTo("failed");
    assertThat(answer.at("/data/result").isMissingNode()).isTrue();
  }

  @Test
  void item_6_the_status_may_fail_in_its_envelope_only() throws Exception {
    vendor.statusError(500);
    String task = caller.create();

    JsonNode answer = caller.status(task);

    assertThat(answer.path("error").asInt()).isEqualTo(500);
    assertThat(answer.has("data")).isFalse();
  }

  @Test
  void item_7_an_unknown_task_is_an_error_with_http_200() throws Exception {
    assertThat(caller.status("never-made").path("error").asInt()).isNotZero();
  }

  @Test
  void item_7_a_prefixed_id_is_known_only_with_its_prefix() throws Exception {
    vendor.prefixedIds(true);

    String task = caller.create();

    assertThat(task).startsWith("task_");
    assertThat(caller.status(task).path("error").asInt(-1)).isZero();
    assertThat(caller.status(task.substring(5)).path("error").asInt()).isNotZero();
  }

  @Test
  void item_8_the_url_of_form_fills_has_no_leading_slash() throws Exception {
    String url = result().path("url").asText();

    assertThat(url).matches("[A-Za-z0-9]+/1_20002_form_export\\.zip");
    assertThat(caller.get("/api/download/forms/" + url).body()).startsWith('P', 'K');
  }

  @Test
  void item_8_the_urls_of_profiles_are_whole_paths() throws Exception {
    vendor.urls(2);

    JsonNode result = profiles();

    assertThat(result.path("errors").toString()).isEqualTo("[]");
    assertThat(result.path("type").asText()).isEqualTo("database");
    assertThat(result.path("source_id").asInt()).isEqualTo(7);
    assertThat(result.path("urls")).hasSize(2);
    for (JsonNode url : result.path("urls")) {
      assertThat(url.asText()).matches("/api/download/data/[0-9a-f-]+/[12]_database_export\\.csv");
      assertThat(caller.get(url.asText()).body()).asString().startsWith("id,email\n");
    }
  }

  @Test
  void item_8_the_urls_of_profiles_may_be_empty() throws Exception {
    vendor.urls(0);

    assertThat(profiles().path("urls").toString()).isEqualTo("[]");
  }

  @Test
  void item_8_profiles_of_no_known_source_are_refused() throws Exception {
    JsonNode answer =
        caller.post("profiles/get_all", "{\"source_type\": \"list\", \"source_id\": 7}");

    assertThat(answer.path("error").asInt()).isEqualTo(400);
  }

  @Test
  void item_9_nothing_to_export_still_has_a_url() throws Exception {
    vendor.total(0);

    JsonNode result = result();

    assertThat(result.path("total").asInt(-1)).isZero();
    assertThat(result.has("url")).isTrue();
  }

  @Test
  void item_9_nothing_to_export_may_have_no_url() throws Exception {
    vendor.total(0).withoutUrl(true);

    JsonNode result = result();

    assertThat(result.path("total").asInt(-1)).isZero();
    assertThat(result.has("url")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"date_from\": \"2026-04-01\", \"date_to\": \"2026-04-30\"}",
        "{\"id\": 2, \"date_from\": \"2026-04-01\", \"date_to\": \"2026-04-30\"}",
        "{\"shortname\": \"other\", \"date_from\": \"2026-04-01\", \"date_to\": \"2026-04-30\"}",
        "{\"id\": 1, \"date_from\": \"2026-04-01\"}",
        "{\"id\": 1, \"date_to\": \"2026-04-30\"}",
        "{\"id\": 1, \"date_from\": \"2026-04-30\", \"date_to\": \"2026-04-01\"}",
        "{\"id\": 1, \"date_from\": \"01.04.2026\", \"date_to\": \"2026-04-30\"}",
        "{\"id\": 1, \"date_from\": \"2026-4-1\", \"date_to\": \"2026-04-30\"}",
        "{\"id\": 1, \"date_from\": \"2026-02-30\", \"date_to\": \"2026-04-30\"}",
        "{\"id\": 1, \"date_from\": \"2026-04-01T00:00:00Z\", \"date_to\": \"2026-04-30\"}",
        "{\"id\": 1, \"date_from\"",
        ""
      })
  void item_11_a_create_that_makes_no_sense_is_error_400(String body) throws Exception {
    assertThat(caller.post("forms/fills", body).path("error").asInt()).isEqualTo(400);
    assertThat(vendor.creates()).isZero();
  }

  @Test
  void item_11_a_form_is_known_by_its_shortname_and_a_day_may_be_the_whole_period()
      throws Exception {
    JsonNode answer =
        caller.post(
            "forms/fills",
            "{\"shortname\": \"form_6Ven2v7O\", \"date_from\": \"2026-04-01\","
                + " \"date_to\": \"2026-04-01\"}");

    assertThat(answer.path("error").asInt(-1)).isZero();
  }

  @Test
  void the_form_can_be_another() throws Exception {
    vendor.form(9, "form_other");

    assertThat(caller.post("forms/fills", APRIL).path("error").asInt()).isEqualTo(400);
    assertThat(caller.post("forms/fills", APRIL.replace("1,", "9,")).path("error").asInt(-1))
        .isZero();
  }

  @Test
  void every_create_makes_a_task_of_its_own() throws Exception {
    assertThat(caller.create()).isNotEqualTo(caller.create());
    assertThat(vendor.creates()).isEqualTo(2);
  }
}
