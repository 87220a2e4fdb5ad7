package io.saddlebag.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.saddlebag.run.RunVariables;
import io.saddlebag.run.StepFailure;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers of a vendor's API whose status is good and which are not what was asked for. */
class UnreadableAnswerTest {
  @TempDir Path folder;
  private CarriedRun run;
  private VendorAnswer answers;
  private Exchange exchange;

  @BeforeEach
  void carry() {
    run =
        new CarriedRun(
            folder,
            Map.of(
                "server",
                "https://hq.example.org",
                "workspace",
                "primary",
                "user",
                "u",
                "password",
                "planted",
                "client-id",
                "c",
                "client-secret",
                "s"));
    answers = new VendorAnswer(run.connections, run.tokens, run.guard, run.redactor, run.clock);
    exchange = run.exchange("survey-solutions-export-source");
    exchange.setVariable(VendorAnswer.CALL, "POST /api/v2/export");
    run.redactor.learn(List.of("planted"));
  }

  @AfterEach
  void end() {
    run.close();
  }

  private StepFailure failure(String shape, Map<String, Object> headers, String body) {
    exchange.setVariable("answerShape", shape);
    CarriedRun.answered(exchange, 200, headers, body);
    return catchThrowableOfType(StepFailure.class, () -> answers.check(exchange));
  }

  @ParameterizedTest
  @CsvSource({
    "400, REQUEST_REFUSED, true",
    "401, UNAUTHORIZED, true",
    "403, FORBIDDEN, true",
    "404, NOT_FOUND, true",
    "429, RATE_LIMITED, false",
    "500, VENDOR_ERROR, false",
    "599, VENDOR_ERROR, false"
  })
  void an_error_inside_counts_as_its_number(int code, String name, boolean ends) {
    StepFailure failure =
        failure("job_id:id", Map.of(), "{\"error\": " + code + ", \"error_text\": \"planted\"}");

    assertThat(failure.failureName()).isEqualTo(name);
    assertThat(failure)
        .isInstanceOf(ends ? StepFailure.Rejected.class : StepFailure.RetryLater.class)
        .hasMessageContaining("inside a good one, saying: ***");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "[]", "null", "{\"error\": 399}", "{\"error\": 600}"})
  void anything_else_is_told_with_the_call_and_its_beginning_and_is_tried_a_few_times(String body) {
    StepFailure failure = failure("job_id:id", Map.of(), body);

    assertThat(failure)
        .isInstanceOfSatisfying(
            StepFailure.RetryLater.class, later -> assertThat(later.attempts()).isEqualTo(5))
        .hasMessageContaining("POST /api/v2/export")
        .extracting(StepFailure::failureName)
        .isEqualTo("BAD_ANSWER");
    assertThat(failure.getMessage().contains("it begins: ")).isEqualTo(!body.equals("null"));
  }

  @ParameterizedTest
  @CsvSource({
    "application/json, {\"job_id\":, is no JSON that can be read",
    "text/xml, <x><job_id>, is no XML that can be read"
  })
  void a_broken_document_is_named_as_that(String type, String body, String fault) {
    assertThat(failure("job_id:id", Map.of(Exchange.CONTENT_TYPE, type), body))
        .hasMessageContaining(fault)
        .extracting(StepFailure::failureName)
        .isEqualTo("BAD_ANSWER");
  }

  @Test
  void what_is_asked_of_an_answer_is_not_asked_of_the_next() throws Exception {
    exchange.setVariable("acceptStatus", "404");
    assertThat(failure("job_id:id", Map.of(), "{\"job_id\": 7}")).isNull();

    assertThat(exchange.getVariable("answerShape")).isNull();
    assertThat(exchange.getVariable("acceptStatus")).isNull();
    assertThat(exchange.getVariable(RunVariables.HTTP_STATUS)).isEqualTo(200);
  }

  @Test
  void nothing_of_a_token_that_cannot_be_used_is_quoted() {
    CarriedRun.answered(exchange, 200, Map.of(), "{\"acces_token\": \"t0p\"}");

    StepFailure failure =
        catchThrowableOfType(StepFailure.class, () -> answers.checkToken(exchange));

    assertThat(failure.failureName()).isEqualTo("BAD_ANSWER");
    assertThat(failure.getMessage()).doesNotContain("t0p").doesNotContain("begins");
  }

  @Test
  void an_answer_that_nobody_reads_may_be_anything() throws Exception {
    exchange.setVariable("answerShape", "none");
    CarriedRun.answered(exchange, 200, Map.of(), "[1]");

    answers.check(exchange);

    assertThat(exchange.getMessage().getBody()).isEqualTo("{}");
  }

  @Test
  void a_status_that_the_route_judges_leaves_words_without_secrets_and_an_empty_document()
      throws Exception {
    exchange.setVariable("acceptStatus", "404,409");
    exchange.setVariable("requestPath", "/api/v2/export");
    CarriedRun.answered(exchange, 409, Map.of(), "planted is busy");

    answers.check(exchange);

    assertThat(exchange.getVariable("httpText")).isEqualTo("*** is busy");
    assertThat(exchange.getMessage().getBody()).isEqualTo("{}");
    assertThat(exchange.getVariable(RunVariables.HTTP_STATUS)).isEqualTo(409);
  }

  @ParameterizedTest
  @CsvSource({"408, VENDOR_ERROR", "500, VENDOR_ERROR", "503, VENDOR_UNAVAILABLE"})
  void what_may_have_been_carried_out_is_not_called_unsent(int status, String name) {
    CarriedRun.answered(exchange, status, Map.of("Retry-After", "9"), "");

    assertThat(catchThrowableOfType(StepFailure.class, () -> answers.check(exchange)))
        .isInstanceOfSatisfying(
            StepFailure.RetryLater.class, later -> assertThat(later.after()).hasSeconds(9))
        .extracting(StepFailure::failureName)
        .isEqualTo(name);
  }

  @Test
  void a_request_that_came_too_early_was_not_carried_out() {
    CarriedRun.answered(exchange, 425, Map.of(), "");

    assertThat(catchThrowableOfType(StepFailure.class, () -> answers.check(exchange)))
        .isInstanceOf(StepFailure.NotSent.class)
        .extracting(StepFailure::failureName)
        .isEqualTo("VENDOR_UNAVAILABLE");
  }

  @Test
  void once_there_is_a_job_its_loss_is_told_as_that() {
    exchange.setVariable(RunVariables.JOB_ID, "77");
    CarriedRun.answered(exchange, 404, Map.of(), "");

    assertThat(catchThrowableOfType(StepFailure.class, () -> answers.check(exchange)))
        .hasMessageContaining("no longer knows the job 77");
  }

  @Test
  void a_page_is_a_page_by_its_type_unless_it_is_json() {
    Map<String, Object> page = Map.of(Exchange.CONTENT_TYPE, "text/html; charset=utf-8");

    assertThat(failure("", page, "please log in").failureName()).isEqualTo("LOGIN_PAGE");
    assertThat(failure("", page, " {\"a\": 1}")).isNull();
    assertThat(failure("none", page, "[1]")).isNull();
  }

  @Test
  void an_answer_that_is_longer_than_any_status_is_refused() {
    String most = "\"" + "x".repeat((8 << 20) - 2) + "\"";

    assertThat(failure("none", Map.of(), most)).isNull();
    assertThat(failure("none", Map.of(), most + " ").failureName()).isEqualTo("ANSWER_TOO_LARGE");
  }

  private byte[] packed(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private void answeredPacked(int status, byte[] body) {
    exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, status);
    exchange.getMessage().setHeader("Content-Encoding", List.of("gzip"));
    exchange.getMessage().setBody(new ByteArrayInputStream(body));
  }

  @Test
  void a_packed_answer_is_read_and_a_broken_one_is_named() throws Exception {
    exchange.setVariable("answerShape", "job_id:id");
    answeredPacked(200, packed("{\"job_id\": 7}"));
    answers.check(exchange);
    assertThat(exchange.getMessage().getBody()).isEqualTo("{\"job_id\": 7}");

    byte[] broken = packed("{\"job_id\": 7}");
    broken[broken.length - 6] ^= 1;
    answeredPacked(200, broken);
    assertThat(catchThrowableOfType(StepFailure.class, () -> answers.check(exchange)))
        .hasMessageContaining("gzip")
        .extracting(StepFailure::failureName)
        .isEqualTo("BAD_ANSWER");
    answeredPacked(404, broken);
    assertThat(catchThrowableOfType(StepFailure.class, () -> answers.check(exchange)))
        .extracting(StepFailure::failureName)
        .isEqualTo("NOT_FOUND");
  }

  @Test
  void another_coding_cannot_be_read_but_hides_no_refusal() {
    assertThat(failure("", Map.of("Content-Encoding", "br"), "x").failureName())
        .isEqualTo("UNSUPPORTED_CODING");
    CarriedRun.answered(exchange, 403, Map.of("Content-Encoding", "br"), "x");
    assertThat(catchThrowableOfType(StepFailure.class, () -> answers.check(exchange)))
        .extracting(StepFailure::failureName)
        .isEqualTo("FORBIDDEN");
  }
}
