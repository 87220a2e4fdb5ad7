package io.saddlebag.simulator.surveysolutions;

import static io.saddlebag.simulator.surveysolutions.Headquarters.USER;
import static io.saddlebag.simulator.surveysolutions.Headquarters.basic;
import static io.saddlebag.simulator.surveysolutions.Headquarters.exporter;
import static io.saddlebag.simulator.surveysolutions.Headquarters.json;
import static io.saddlebag.simulator.surveysolutions.Headquarters.order;
import static io.saddlebag.simulator.surveysolutions.SurveySolutionsSimulator.DEMO_QUESTIONNAIRE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who may call, what is refused and how, and the list: items 19 to 21 and 25 of the sheet. */
class AccessAndListTest {
  private static final String LIST = "/primary/api/v2/export";
  private static final String REALM = "Basic realm=\"WB.Headquarters\", charset=\"UTF-8\"";

  private final Headquarters hq = new Headquarters();

  @AfterEach
  void close() {
    hq.close();
  }

  @Test
  void item_19_only_wrong_basic_credentials_are_challenged() {
    HttpResponse<String> wrong = as(basic(USER, "guess"));
    HttpResponse<String> none =
        hq.text(HttpRequest.newBuilder(URI.create(hq.server.uri() + LIST)).GET());
    HttpResponse<String> bearer = as("Bearer abc");

    assertThat(wrong.statusCode()).isEqualTo(401);
    assertThat(wrong.body()).isEmpty();
    assertThat(wrong.headers().firstValue("WWW-Authenticate")).contains(REALM);
    assertThat(none.statusCode()).isEqualTo(401);
    assertThat(none.headers().firstValue("WWW-Authenticate")).isEmpty();
    assertThat(bearer.statusCode()).isEqualTo(401);
    assertThat(bearer.headers().firstValue("WWW-Authenticate")).isEmpty();
  }

  @Test
  void item_19_a_bearer_token_works_once_tokens_are_switched_on() {
    hq.server.token("abc", USER);
    HttpResponse<String> valid = as("Bearer abc");
    HttpResponse<String> expired = as("Bearer an-older-one");

    assertThat(valid.statusCode()).isEqualTo(200);
    assertThat(expired.statusCode()).isEqualTo(401);
    assertThat(expired.headers().firstValue("WWW-Authenticate"))
        .contains("Bearer error=\"invalid_token\"");
  }

  @Test
  void item_19_fifteen_wrong_passwords_lock_the_account_for_fifteen_minutes() {
    for (int i = 0; i < 14; i++) {
      as(basic(USER, "guess"));
    }
    assertThat(as(exporter()).statusCode()).isEqualTo(200);
    for (int i = 0; i < 15; i++) {
      as(basic(USER, "guess"));
    }
    HttpResponse<String> locked = as(exporter());
    hq.clock.advance(Duration.ofMinutes(15));

    assertThat(locked.statusCode()).isEqualTo(401);
    assertThat(locked.body()).isEqualTo("{\"Message\":\"User is locked\"}");
    assertThat(as(exporter()).statusCode()).isEqualTo(200);
  }

  @Test
  void item_19_a_locked_user_is_told_so_with_the_right_password() {
    hq.server.account("gone", "g", "ApiUser", Set.of("primary"));
    hq.server.lockUser("gone");
    HttpResponse<String> locked = as(basic("gone", "g"));

    assertThat(locked.statusCode()).isEqualTo(401);
    assertThat(locked.body()).isEqualTo("{\"Message\":\"User is locked\"}");
    assertThat(locked.headers().firstValue("WWW-Authenticate")).isEmpty();
  }

  @Test
  void item_19_other_roles_and_workspaces_and_disabled_ones_are_403() {
    hq.server.account("boss", "b", "Headquarter", Set.of("primary"));
    hq.server.account("new", "n", "ApiUser", Set.of("primary", "other"));
    hq.server.mustChangePassword("new");
    hq.server.disableWorkspace("second");
    HttpResponse<String> role = as(basic("boss", "b"));
    HttpResponse<String> unassigned = hq.get("/other/api/v2/export");
    HttpResponse<String> disabled = hq.get("/second/api/v2/export");
    HttpResponse<String> password = as(basic("new", "n"));

    for (HttpResponse<String> refused : List.of(role, unassigned, disabled)) {
      assertThat(refused.statusCode()).isEqualTo(403);
      assertThat(refused.body()).isEmpty();
      assertThat(refused.headers().firstValue("WWW-Authenticate")).contains(REALM);
    }
    assertThat(password.statusCode()).isEqualTo(403);
    assertThat(password.body()).contains("Set up personal password");
  }

  @Test
  void item_19_an_unknown_workspace_leads_to_a_page_that_is_not_found() {
    HttpResponse<String> lost = hq.post("nowhere", order("Tabular"));
    String location = lost.headers().firstValue("Location").orElseThrow();
    HttpResponse<String> page = hq.get(location);

    assertThat(lost.statusCode()).isEqualTo(302);
    assertThat(location).isEqualTo("/primary/nowhere/api/v2/export");
    assertThat(page.statusCode()).isEqualTo(404);
    assertThat(page.body()).startsWith("<!DOCTYPE html>");
    assertThat(hq.server.creates()).isZero();
  }

  @Test
  void item_19_the_job_of_another_workspace_is_not_found() {
    long id = hq.create(order("Tabular"));
    HttpResponse<String> elsewhere = hq.get("/second/api/v2/export/" + id);

    assertThat(elsewhere.statusCode()).isEqualTo(404);
    assertThat(elsewhere.headers().firstValue("Content-Length")).contains("0");
    assertThat(hq.get("/api/v2/export/" + id).statusCode()).isEqualTo(200);
  }

  @Test
  void item_19_jobs_vanish_with_their_questionnaire() {
    long id = hq.create(order("Tabular"));
    hq.server.deleteQuestionnaire();

    assertThat(hq.get(LIST + "/" + id).statusCode()).isEqualTo(404);
    assertThat(hq.get(LIST).body()).isEqualTo("[]");
    assertThat(hq.post("primary", order("Tabular")).statusCode()).isEqualTo(400);
  }

  @Test
  void item_20_a_refused_create_is_a_validation_problem() {
    HttpResponse<String> unknown = hq.post("primary", order("Tabular").replace("74e2d", "fffff"));
    HttpResponse<String> malformed = hq.post("primary", order("Tabular").replace("$1", ""));
    HttpResponse<String> missing = hq.post("primary", "{\"ExportType\":\"Tabular\"}");
    HttpResponse<String> interviews =
        hq.post("primary", order("Tabular").replace("InterviewStatus", "Interviews"));
    HttpResponse<String> translation =
        hq.post(
            "primary",
            order("Tabular", "TranslationId", "\"ffff0000-0000-0000-0000-000000000000\""));

    assertThat(unknown.statusCode()).isEqualTo(400);
    assertThat(unknown.body())
        .startsWith("{\"Errors\":{\"QuestionnaireId\":[\"Questionnaire not found\"]},\"Type\":")
        .contains("\"Extensions\":{\"traceId\":\"00-");
    assertThat(malformed.body()).contains("\"Invalid questionnaire identity\"");
    assertThat(missing.body()).contains("The QuestionnaireId field is required.");
    assertThat(interviews.statusCode()).isEqualTo(400);
    assertThat(interviews.body()).contains("The InterviewStatus field is required.");
    assertThat(translation.body()).contains("Translation not found");
  }

  @Test
  void item_20_other_refusals_are_a_bare_string_or_empty() {
    HttpResponse<String> word = hq.get(LIST + "?exportType=Parquet");
    HttpResponse<String> id = hq.get(LIST + "/abc");
    HttpResponse<byte[]> file = hq.file(hq.create(order("Tabular")));
    HttpResponse<String> questionnaire = hq.get(LIST + "?questionnaireIdentity=abc");
    HttpResponse<String> form =
        hq.text(
            hq.to(LIST)
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString(order("Tabular"))));

    assertThat(word.statusCode()).isEqualTo(400);
    assertThat(word.body()).isEqualTo("\"Invalid parameter or property: exportType\"");
    assertThat(id.body()).isEqualTo("\"Invalid parameter or property: id\"");
    assertThat(file.statusCode()).isEqualTo(400);
    assertThat(file.body()).isEmpty();
    assertThat(questionnaire.statusCode()).isEqualTo(500);
    assertThat(questionnaire.body()).isEmpty();
    assertThat(form.statusCode()).isEqualTo(415);
  }

  @Test
  void item_21_the_list_is_newest_first_and_filtered() {
    long stata = hq.create(order("STATA"));
    hq.pass(4);
    long tabular = hq.create(order("Tabular"));

    assertThat(ids("")).containsExactly(tabular, stata);
    assertThat(ids("?exportType=stata&interviewStatus=All")).containsExactly(stata);
    assertThat(ids("?interviewStatus=Completed")).isEmpty();
    assertThat(ids("?exportStatus=Completed&hasFile=true")).containsExactly(stata);
    assertThat(ids("?hasFile=false")).containsExactly(tabular);
    assertThat(ids("?questionnaireIdentity=" + DEMO_QUESTIONNAIRE + "&limit=1"))
        .containsExactly(tabular);
    assertThat(ids("?offset=1")).containsExactly(stata);
  }

  @Test
  void item_21_the_list_ends_after_a_hundred_jobs() {
    hq.server.queue(Duration.ZERO).pace(Duration.ZERO);
    for (int i = 0; i < 101; i++) {
      hq.create(order("DDI"));
    }

    assertThat(ids("?limit=500")).hasSize(100);
    assertThat(ids("?offset=100")).hasSize(1);
  }

  @Test
  void item_25_the_first_version_is_404_without_a_word() {
    HttpResponse<String> start =
        hq.text(
            hq.to("/api/v1/export/tabular/" + DEMO_QUESTIONNAIRE + "/start")
                .POST(BodyPublishers.noBody()));

    assertThat(start.statusCode()).isEqualTo(404);
    assertThat(start.body()).isEmpty();
    assertThat(hq.get("/primary/api/v1/export/stata/x$1/details").body()).isEmpty();
  }

  @Test
  void section_2_1_links_follow_the_configured_base() {
    hq.server.publicBase(URI.create("https://hq.example"));
    JsonNode job = json(hq.post("primary", order("Tabular")));

    assertThat(job.path("Links").path("Cancel").asText())
        .isEqualTo("https://hq.example/primary/api/v2/export/2838");
  }

  @Test
  void section_2_1_a_time_with_an_offset_becomes_the_servers_local_time() {
    hq.server.serverZone(ZoneOffset.ofHours(3));
    JsonNode job =
        json(hq.post("primary", order("Tabular", "From", "\"2026-08-31T22:00:00-04:00\"")));

    assertThat(job.path("From").asText()).isEqualTo("2026-09-01T05:00:00");
  }

  private HttpResponse<String> as(String authorization) {
    return hq.text(hq.to(LIST).setHeader("Authorization", authorization).GET());
  }

  private List<Long> ids(String query) {
    JsonNode list = json(hq.get(LIST + query));
    return list.findValues("JobId").stream().map(JsonNode::asLong).toList();
  }
}
