package io.saddlebag.simulator.altcraft;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.TestClock;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests and answers in XML: item 12 of the sheet's section 8. */
class AltcraftXmlTest {
  private static final String APRIL =
      "<xml><id>1</id><date_from>2026-04-01</date_from><date_to>2026-04-30</date_to></xml>";
  private static final String PROFILES =
      "<xml><source_type>segment</source_type><source_id>7</source_id></xml>";
  private static final String FIRST = "550e8400-e29b-41d4-a716-446655440000";
  private static final String OK = "<error>0</error><error_text>Successful operation</error_text>";

  private final TestClock clock = new TestClock(Instant.parse("2026-05-01T00:00:00Z"));
  private AltcraftSimulator vendor;
  private AltcraftCaller caller;

  @BeforeEach
  void start() {
    vendor = new AltcraftSimulator(clock, 0).pace(Duration.ofMinutes(1));
    vendor.start();
    caller = AltcraftCaller.of(vendor);
  }

  @AfterEach
  void stop() {
    vendor.close();
  }

  private String call(String method, String body) throws Exception {
    HttpResponse<byte[]> answer = caller.postXml(method, body);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/xml");
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  private String status() throws Exception {
    return call("tasks/status", "<xml><task_id>" + FIRST + "</task_id></xml>");
  }

  @Test
  void item_12_create_and_status_answer_as_the_documentation_shows() throws Exception {
    String created = call("forms/fills", APRIL);
    clock.advance(Duration.ofMinutes(3));

    assertThat(created)
        .isEqualTo("<xml><data><task_id>" + FIRST + "</task_id></data>" + OK + "</xml>");
    assertThat(status())
        .isEqualTo(
            "<xml><data><status>completed</status><progress>100</progress><result>"
                + "<form_id>1</form_id><total>42</total>"
                + "<url>abCDefghIklMnop57498257/1_20002_form_export.zip</url>"
                + "</result></data>"
                + OK
                + "</xml>");
  }

  @Test
  void item_12_a_missing_result_is_no_element_and_a_null_one_is_empty() throws Exception {
    call("forms/fills", APRIL);

    String missing = status();
    vendor.resultBefore("null");
    String empty = status();

    assertThat(missing).doesNotContain("result");
    assertThat(empty).contains("<result/>");
  }

  @Test
  void item_12_an_empty_url_is_an_element_and_a_missing_one_is_none() throws Exception {
    call("forms/fills", APRIL);
    clock.advance(Duration.ofMinutes(3));

    vendor.emptyUrl(true);
    String empty = status();
    vendor.withoutUrl(true);
    String missing = status();

    assertThat(empty).containsAnyOf("<url/>", "<url></url>");
    assertThat(missing).doesNotContain("<url");
  }

  @Test
  void item_12_errors_is_an_empty_element_and_urls_a_single_one() throws Exception {
    call("profiles/get_all", PROFILES);
    clock.advance(Duration.ofMinutes(3));

    assertThat(status())
        .contains("<errors/>")
        .contains("<type>segment</type>")
        .containsOnlyOnce("<urls>")
        .contains("_segment_export.csv</urls>");
  }

  @Test
  void item_12_no_urls_are_an_empty_element() throws Exception {
    vendor.urls(0);
    call("profiles/get_all", PROFILES);
    clock.advance(Duration.ofMinutes(3));

    assertThat(status()).contains("<urls/>");
  }

  @Test
  void item_12_malformed_xml_is_error_400_as_malformed_json_is() throws Exception {
    assertThat(call("forms/fills", "<xml><id>1")).contains("<error>400</error>");
  }

  @Test
  void item_12_a_token_in_the_xml_is_accepted_and_an_error_is_xml_too() throws Exception {
    caller = caller.with("");

    String refused = call("forms/fills", APRIL);
    String accepted =
        call("forms/fills", APRIL.replace("<id>", "<token>altcraft-demo-token</token><id>"));

    assertThat(refused)
        .isEqualTo("<xml><error>401</error><error_text>API token required</error_text></xml>");
    assertThat(accepted).contains(OK);
  }
}
