package io.saddlebag.simulator.surveysolutions;

import static io.saddlebag.simulator.surveysolutions.Headquarters.json;
import static io.saddlebag.simulator.surveysolutions.Headquarters.order;
import static io.saddlebag.simulator.surveysolutions.SurveySolutionsSimulator.DEMO_QUESTIONNAIRE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A job's object, its states and the one worker: items 1 to 7 and 12 to 16 of the sheet. */
class ExportJobTest {
  private final Headquarters hq = new Headquarters();

  @AfterEach
  void close() {
    hq.close();
  }

  @Test
  void item_1_a_create_answers_with_the_whole_job_and_its_absolute_location() {
    HttpResponse<String> created =
        hq.post("primary", order("Tabular", "From", "\"2026-08-01T00:00:00.9Z\""));

    String resource = hq.server.uri() + "/primary/api/v2/export/2838";
    assertThat(created.statusCode()).isEqualTo(201);
    assertThat(created.headers().firstValue("Location")).contains(resource);
    assertThat(created.body())
        .isEqualTo(
            "{\"JobId\":2838,\"ExportStatus\":\"Created\","
                + "\"StartDate\":\"2026-09-01T08:00:00.13627\",\"CompleteDate\":null,"
                + "\"CreateDate\":\"2026-09-01T08:00:00.13627\",\"Progress\":0,\"ETA\":null,"
                + "\"Error\":\"\",\"Links\":{\"Cancel\":\""
                + resource
                + "\",\"Download\":\"\"},\"HasExportFile\":false,\"ExportType\":\"Tabular\","
                + "\"QuestionnaireId\":\""
                + DEMO_QUESTIONNAIRE
                + "\",\"InterviewStatus\":\"All\",\"From\":\"2026-08-01T00:00:00\",\"To\":null,"
                + "\"AccessToken\":null,\"RefreshToken\":null,\"StorageType\":null,"
                + "\"TranslationId\":null,\"IncludeMeta\":false,\"ParadataReduced\":false}");
  }

  @Test
  void item_1_names_enums_and_guids_are_read_in_any_spelling() {
    JsonNode job =
        json(
            hq.post(
                "primary",
                "{\"exporttype\":2,\"QUESTIONNAIREID\":\"74E2D308-5491-4E24-AF6B-EAE9BE64130C$1\","
                    + "\"interviewStatus\":\"approvedbyheadquarters\",\"includeMeta\":\"true\"}"));

    assertThat(job.path("ExportType").asText()).isEqualTo("STATA");
    assertThat(job.path("QuestionnaireId").asText()).isEqualTo(DEMO_QUESTIONNAIRE);
    assertThat(job.path("InterviewStatus").asText()).isEqualTo("ApprovedByHeadquarters");
    assertThat(job.path("IncludeMeta").asBoolean()).isTrue();
  }

  @Test
  void item_1_older_versions_have_other_fields() {
    hq.server.olderShape(true);
    JsonNode old = json(hq.post("primary", order("Tabular")));
    hq.cancel(old.path("JobId").asLong());
    JsonNode ended = hq.status(old.path("JobId").asLong());
    hq.server.version(ServerVersion.V24_06);
    JsonNode newer = hq.status(old.path("JobId").asLong());

    assertThat(old.has("CreateDate")).isFalse();
    assertThat(old.path("Error").isNull()).isTrue();
    assertThat(old.path("Links").path("Download").isNull()).isTrue();
    assertThat(ended.path("Links").isNull()).isTrue();
    assertThat(newer.path("IncludeMeta").isNull()).isTrue();
    assertThat(newer.has("ParadataReduced")).isFalse();
  }

  @Test
  void item_2_a_job_is_created_at_first_and_its_start_moves_when_it_runs() {
    long id = hq.create(order("Tabular"));
    JsonNode created = hq.status(id);
    hq.pass(1.5);
    JsonNode running = hq.status(id);

    assertThat(created.path("ExportStatus").asText()).isEqualTo("Created");
    assertThat(created.path("StartDate")).isEqualTo(created.path("CreateDate"));
    assertThat(running.path("ExportStatus").asText()).isEqualTo("Running");
    assertThat(running.path("StartDate").asText()).isEqualTo("2026-09-01T08:00:10.13627");
  }

  @Test
  void item_3_the_job_of_another_workspace_blocks_the_one_worker() {
    hq.post("second", order("Tabular"));
    long waiting = hq.create(order("Tabular"));

    hq.pass(3.9);
    assertThat(status(waiting)).isEqualTo("Created");
    hq.pass(0.2);
    assertThat(status(waiting)).isEqualTo("Running");
  }

  @Test
  void item_4_the_same_create_joins_the_open_job() {
    long first = hq.create(order("Tabular"));
    hq.pass(1.5);
    HttpResponse<String> second = hq.post("primary", order("Tabular"));

    assertThat(second.statusCode()).isEqualTo(201);
    assertThat(json(second).path("JobId").asLong()).isEqualTo(first);
    assertThat(json(second).path("Progress").asInt()).isEqualTo(50);
    assertThat(hq.server.creates()).isEqualTo(1);
    assertThat(hq.server.count(request -> request.method().equals("POST"))).isEqualTo(2);
  }

  @Test
  void item_5_only_the_month_of_the_window_tells_jobs_apart() {
    long first = hq.create(order("Paradata", "From", "\"2026-08-01T00:00:00Z\""));
    JsonNode sameMonth =
        json(
            hq.post(
                "primary",
                order("Paradata", "From", "\"2025-08-09T00:00:00Z\"", "ParadataReduced", "true")));
    long otherMonth = hq.create(order("Paradata", "From", "\"2026-09-01T00:00:00Z\""));

    assertThat(sameMonth.path("JobId").asLong()).isEqualTo(first);
    assertThat(sameMonth.path("From").asText()).isEqualTo("2026-08-01T00:00:00");
    assertThat(sameMonth.path("ParadataReduced").asBoolean()).isFalse();
    assertThat(otherMonth).isNotEqualTo(first);
  }

  @Test
  void item_6_a_create_after_completion_makes_a_new_job() {
    long first = hq.create(order("Tabular"));
    hq.pass(4);

    assertThat(hq.create(order("Tabular"))).isEqualTo(first + 1);
  }

  @Test
  void item_7_progress_is_a_saw_tooth_and_a_job_is_completed_at_30() {
    hq.server.eta(Duration.ofHours(52));
    long id = hq.create(order("Tabular"));
    hq.pass(1);
    List<Integer> progress = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      progress.add(hq.status(id).path("Progress").asInt());
      hq.pass(0.5);
    }

    assertThat(progress).containsExactly(0, 50, 0, 50, 0, 50, 30);
    assertThat(status(id)).isEqualTo("Completed");
    assertThat(hq.status(id).path("ETA").asText()).isEqualTo("00:00:00.1706863");
  }

  @Test
  void item_7_the_remaining_time_may_have_days() {
    hq.server.eta(Duration.ofHours(52)).lastProgress(0);
    long id = hq.create(order("Tabular"));
    hq.pass(1.5);

    assertThat(hq.status(id).path("ETA").asText()).isEqualTo("1.02:00:00");
    hq.pass(2.5);
    assertThat(hq.status(id).path("Progress").asInt()).isZero();
  }

  @Test
  void item_12_a_job_bounces_three_times_and_fails_at_the_fourth_attempt() {
    hq.server.failNext(4);
    long id = hq.create(order("Tabular"));
    List<String> states = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      hq.pass(1);
      states.add(status(id));
      hq.pass(1.5);
      states.add(status(id));
    }
    JsonNode failed = hq.status(id);
    JsonNode listed = json(hq.get("/primary/api/v2/export")).get(0);

    assertThat(states)
        .containsExactly(
            "Running", "Created", "Running", "Created", "Running", "Created", "Running", "Fail");
    assertThat(failed.path("Error").asText()).startsWith("An unexpected error occurred");
    assertThat(failed.path("CompleteDate").isNull()).isFalse();
    assertThat(listed.path("Error").asText()).contains("\n   at WB.Services");
  }

  @Test
  void item_12_fewer_failures_are_overcome_and_old_reports_stay_while_waiting() {
    hq.server.failNext(1);
    long id = hq.create(order("Tabular"));
    hq.pass(2.6);
    JsonNode bounced = hq.status(id);
    hq.pass(4);

    assertThat(bounced.path("ExportStatus").asText()).isEqualTo("Created");
    assertThat(bounced.path("Progress").asInt()).isEqualTo(50);
    assertThat(bounced.path("StartDate").asText()).isEqualTo("2026-09-01T08:00:10.13627");
    assertThat(status(id)).isEqualTo("Completed");
  }

  @Test
  void item_12_a_full_disk_fails_a_job_at_once_and_without_its_end() {
    hq.server.diskFull(true);
    long id = hq.create(order("Tabular"));
    hq.pass(2.5);
    JsonNode failed = hq.status(id);

    assertThat(failed.path("ExportStatus").asText()).isEqualTo("Fail");
    assertThat(failed.path("Error").asText()).startsWith("Not enough space fot the selected");
    assertThat(failed.path("CompleteDate").isNull()).isTrue();
  }

  @Test
  void item_13_a_restart_is_503_for_a_while_and_the_running_job_waits_again() {
    long id = hq.create(order("Tabular"));
    hq.pass(1.5);
    hq.server.restart(Duration.ofMinutes(2));
    HttpResponse<String> away = hq.get("/primary/api/v2/export/" + id);
    hq.clock.advance(Duration.ofMinutes(2));

    assertThat(away.statusCode()).isEqualTo(503);
    assertThat(away.headers().firstValue("Retry-After")).contains("30");
    assertThat(away.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
    assertThat(status(id)).isEqualTo("Created");
    hq.pass(1);
    assertThat(status(id)).isEqualTo("Running");
    hq.pass(3);
    assertThat(status(id)).isEqualTo("Completed");
  }

  @Test
  void item_14_a_cancel_answers_running_and_is_carried_out_later() {
    hq.server.cancelTakes(Duration.ofSeconds(1));
    long id = hq.create(order("Tabular"));
    hq.pass(1.5);
    JsonNode answered = hq.cancel(id);
    String meanwhile = status(id);
    hq.clock.advance(Duration.ofSeconds(1));
    JsonNode later = hq.status(id);
    hq.pass(5);

    assertThat(answered.path("ExportStatus").asText()).isEqualTo("Running");
    assertThat(meanwhile).isEqualTo("Running");
    assertThat(later.path("ExportStatus").asText()).isEqualTo("Canceled");
    assertThat(later.path("Error").asText()).isEmpty();
    assertThat(later.path("HasExportFile").asBoolean()).isFalse();
    assertThat(status(id)).isEqualTo("Canceled");
  }

  @Test
  void item_15_a_completed_job_can_be_cancelled_and_keeps_its_file() {
    long id = hq.create(order("Tabular"));
    hq.pass(4);
    hq.cancel(id);
    hq.clock.advance(Duration.ofSeconds(1));
    JsonNode canceled = hq.status(id);
    hq.clock.advance(Duration.ofHours(1));
    JsonNode again = hq.cancel(id);
    hq.clock.advance(Duration.ofSeconds(1));

    assertThat(canceled.path("ExportStatus").asText()).isEqualTo("Canceled");
    assertThat(canceled.path("HasExportFile").asBoolean()).isTrue();
    assertThat(canceled.path("Links").path("Download").asText()).endsWith("/" + id + "/file");
    assertThat(again.path("CompleteDate")).isEqualTo(canceled.path("CompleteDate"));
    assertThat(hq.status(id).path("CompleteDate")).isNotEqualTo(canceled.path("CompleteDate"));
  }

  @Test
  void item_16_a_cancelled_job_may_end_completed() {
    hq.server.completesAnyway(true);
    long id = hq.create(order("Tabular"));
    hq.pass(1.5);
    hq.cancel(id);
    hq.clock.advance(Duration.ofSeconds(1));

    assertThat(status(id)).isEqualTo("Canceled");
    hq.pass(3);
    assertThat(status(id)).isEqualTo("Completed");
  }

  @Test
  void item_16_cancelled_paradata_may_be_tried_again() {
    hq.server.requeuesParadata(true);
    long id = hq.create(order("Paradata"));
    hq.pass(1.5);
    hq.cancel(id);
    String canceled = status(id);
    hq.clock.advance(Duration.ofSeconds(1));
    String waiting = status(id);
    hq.clock.advance(Duration.ofSeconds(10));

    assertThat(List.of(canceled, waiting, status(id)))
        .containsExactly("Canceled", "Created", "Running");
  }

  @Test
  void item_13_a_job_that_ended_stays_ended_after_a_restart() {
    long id = hq.create(order("Tabular"));
    hq.pass(4);
    hq.server.restart(Duration.ZERO);

    assertThat(status(id)).isEqualTo("Completed");
  }

  @Test
  void item_3_several_workers_let_no_job_wait() {
    hq.server.manyWorkers(true);
    long first = hq.create(order("Tabular"));
    long second = hq.create(order("STATA"));
    hq.pass(1);

    assertThat(List.of(status(first), status(second))).containsExactly("Running", "Running");
    hq.pass(3);
    assertThat(List.of(status(first), status(second))).containsExactly("Completed", "Completed");
    assertThat(hq.server.newestStatus()).isEqualTo("Completed");
  }

  @Test
  void section_3_a_job_may_end_with_a_word_that_nobody_knows() {
    hq.server.word("Archived");
    long id = hq.create(order("Tabular"));
    hq.pass(4);

    assertThat(status(id)).isEqualTo("Archived");
  }

  private String status(long id) {
    return hq.status(id).path("ExportStatus").asText();
  }
}
