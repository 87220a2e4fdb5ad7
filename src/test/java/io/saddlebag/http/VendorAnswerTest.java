package io.saddlebag.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.saddlebag.TestClock;
import io.saddlebag.export.Connections;
import io.saddlebag.export.Kamelets;
import io.saddlebag.run.Ledger;
import io.saddlebag.run.LedgerSettings;
import io.saddlebag.run.RunVariables;
import io.saddlebag.run.StepFailure;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VendorAnswerTest {
  @TempDir Path folder;
  private final CamelContext camel = new DefaultCamelContext(false);
  private Ledger ledger;
  private final Redactor redactor = new Redactor();
  private VendorAnswer answers;

  @AfterEach
  void closeLedger() {
    ledger.close();
  }

  @BeforeEach
  void connect() {
    ledger =
        Ledger.open(new LedgerSettings("jdbc:sqlite:" + folder.resolve("ledger.db"), null, null));
    Properties properties = new Properties();
    properties.putAll(
        Map.of("hq.server", "https://hq.example.org/app", "hq.user", "u", "hq.password", "pass"));
    camel.getPropertiesComponent().setOverrideProperties(properties);
    camel.build();
    RunConnection connections =
        new RunConnection(
            new Connections(camel, new Kamelets(List.of(Path.of("routes/vendors")))), redactor);
    TestClock clock = new TestClock(Instant.parse("2026-11-24T10:20:00Z"));
    VendorCalls calls =
        new VendorCalls(new CredentialGuard(ledger.credentials(), clock), ledger.budgets(), clock);
    answers =
        new VendorAnswer(
            connections,
            new AccessTokens(connections, calls, redactor, clock),
            calls.credentials(),
            redactor,
            clock);
  }

  private Exchange exchange(int status, Map<String, Object> headers, String body) {
    Exchange exchange = new DefaultExchange(camel);
    exchange.setVariable(RunVariables.CONNECTION, "hq");
    exchange.setVariable(RunVariables.KAMELET, "survey-solutions-export-source");
    exchange.setVariable("requestPath", "/primary/api/v2/export");
    exchange.getMessage().setHeaders(new HashMap<>(headers));
    exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, status);
    exchange.getMessage().setBody(body.getBytes(StandardCharsets.UTF_8));
    return exchange;
  }

  private StepFailure failure(int status, Map<String, Object> headers) {
    return catchThrowableOfType(
        StepFailure.class, () -> answers.check(exchange(status, headers, "")));
  }

  @ParameterizedTest
  @CsvSource({
    "400, REQUEST_REFUSED",
    "401, UNAUTHORIZED",
    "403, FORBIDDEN",
    "404, NOT_FOUND",
    "422, REQUEST_REFUSED"
  })
  void a_used_up_limit_in_a_header_does_not_make_a_refusal_pass_by_itself(int status, String name) {
    StepFailure failure = failure(status, Map.of("X-RateLimit-Remaining", "0"));

    assertThat(failure).isInstanceOf(StepFailure.Rejected.class);
    assertThat(failure.failureName()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 500, 502, 504})
  void a_used_up_limit_in_a_header_does_not_prove_that_nothing_was_done(int status) {
    assertThat(failure(status, Map.of("X-RateLimit-Remaining", "0")))
        .isInstanceOfSatisfying(
            StepFailure.RetryLater.class,
            failure -> assertThat(failure.failureName()).isEqualTo("VENDOR_ERROR"));
  }

  @Test
  void a_429_waits_as_long_as_the_vendor_says_or_until_its_hour_ends() {
    assertThat(failure(429, Map.of("Retry-After", "7", "X-RateLimit-Remaining", "0")))
        .isInstanceOfSatisfying(
            StepFailure.NotSent.class, failure -> assertThat(failure.after()).hasSeconds(7));
    assertThat(failure(429, Map.of("X-RateLimit-Remaining", "0")))
        .isInstanceOfSatisfying(
            StepFailure.NotSent.class,
            failure -> assertThat(failure.after()).isEqualTo(Duration.ofMinutes(40)));
    assertThat(failure(429, Map.of()))
        .isInstanceOfSatisfying(
            StepFailure.NotSent.class, failure -> assertThat(failure.after()).isNull());
  }

  @ParameterizedTest
  @CsvSource({
    "302, /login?token=abcd, /login",
    "301, ../v3/export, /app/primary/api/v3/export",
    "307, //other.example/x?sig=1, https://other.example/x",
    "308, '', nowhere"
  })
  void a_redirect_of_the_api_is_named_with_where_it_leads_and_without_its_query(
      int status, String location, String shown) {
    StepFailure failure =
        failure(status, location.isEmpty() ? Map.of() : Map.of("Location", location));

    assertThat(failure.failureName()).isEqualTo("REDIRECT_REFUSED");
    assertThat(failure.getMessage())
        .contains("(" + status + ") to " + shown + ",")
        .doesNotContain("abcd")
        .doesNotContain("sig=");
  }

  @ParameterizedTest
  @ValueSource(ints = {300, 304, 305, 306, 399})
  void an_answer_that_is_no_redirect_says_what_it_is(int status) {
    StepFailure failure = failure(status, Map.of("Location", "/x"));

    assertThat(failure.failureName()).isEqualTo("REDIRECT_REFUSED");
    assertThat(failure.getMessage()).contains(String.valueOf(status));
  }

  @Test
  void a_route_that_judges_a_redirect_learns_whether_it_leads_to_another_host() throws Exception {
    Exchange here = exchange(302, Map.of("Location", "http://hq.example.org/login/?next=1"), "");
    Exchange elsewhere = exchange(302, Map.of("Location", "https://evil.example/login/"), "");
    here.setVariable("acceptStatus", "302");
    elsewhere.setVariable("acceptStatus", "302");

    answers.check(here);
    answers.check(elsewhere);

    assertThat(here.getVariable("httpLocation")).isEqualTo("/login/");
    assertThat(elsewhere.getVariable("httpLocation")).isEqualTo("https://evil.example/login/");
  }

  @Test
  void a_success_leaves_json_and_a_page_is_refused() throws Exception {
    Exchange fine = exchange(200, Map.of(Exchange.CONTENT_TYPE, "application/json"), "{\"a\": 1}");
    Exchange empty = exchange(204, Map.of(), "");
    Exchange xml = exchange(200, Map.of(Exchange.CONTENT_TYPE, "text/xml"), "<x><a>1</a></x>");

    empty.setVariable("answerShape", "none");

    answers.check(fine);
    answers.check(empty);
    answers.check(xml);

    assertThat(fine.getMessage().getBody(String.class)).isEqualTo("{\"a\": 1}");
    assertThat(empty.getMessage().getBody(String.class)).isEqualTo("{}");
    assertThat(xml.getMessage().getBody(String.class)).isEqualTo("{\"a\":\"1\"}");
    assertThat(
            catchThrowableOfType(
                StepFailure.class,
                () -> answers.check(exchange(200, Map.of(), "\uFEFF <!DOCTYPE html><p>"))))
        .extracting(StepFailure::failureName)
        .isEqualTo("LOGIN_PAGE");
  }

  @Test
  void a_secret_in_a_refusal_is_masked() {
    redactor.learn(List.of("pass"));
    StepFailure failure =
        catchThrowableOfType(
            StepFailure.class, () -> answers.check(exchange(400, Map.of(), "no pass, no entry")));

    assertThat(failure.getMessage()).contains("no ***, no entry");
  }
}
