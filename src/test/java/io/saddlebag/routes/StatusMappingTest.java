package io.saddlebag.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.http.VendorFiles;
import io.saddlebag.run.CallbackSettings;
import io.saddlebag.run.Callbacks;
import io.saddlebag.run.Failures;
import io.saddlebag.run.Ledger;
import io.saddlebag.run.LedgerSettings;
import io.saddlebag.run.RunVariables;
import io.saddlebag.run.StepFailure;
import io.saddlebag.run.Wakeups;
import io.saddlebag.run.Words;
import io.saddlebag.vendor.VendorBeans;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.main.MainConfigurationProperties;
import org.apache.camel.test.main.junit5.CamelMainTestSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The vendors' words as their poll routes read them; the call itself is replaced by its answer. */
class StatusMappingTest extends CamelMainTestSupport {
  @TempDir static Path folder;
  private static Ledger ledger;

  @BeforeAll
  static void openLedger() {
    ledger =
        Ledger.open(new LedgerSettings("jdbc:sqlite:" + folder.resolve("ledger.db"), null, null));
  }

  /** Stands in for the journal, of which these routes use no more; no poll comes here. */
  public static final class CreateMarks {
    public void mark(Exchange exchange) {
      throw new UnsupportedOperationException("a poll creates nothing");
    }
  }

  @AfterAll
  static void closeLedger() {
    ledger.close();
  }

  @Override
  public boolean isUseAdviceWith() {
    return true;
  }

  @Override
  protected void configure(MainConfigurationProperties configuration) {
    configuration.withRoutesIncludePattern(
        "file:routes/failures.camel.yaml,file:routes/vendors/*.camel.yaml");
  }

  @Override
  protected void bindToRegistry(org.apache.camel.spi.Registry registry) {
    registry.bind("failures", new Failures());
    registry.bind("words", new Words());
    registry.bind("run", new CreateMarks());
    registry.bind("files", new VendorFiles(ledger));
    registry.bind(
        "callbacks",
        new Callbacks(
            ledger,
            Wakeups.throughRows(ledger.dataSource()),
            new CallbackSettings("", ""),
            Clock.systemUTC()));
    VendorBeans.bind(registry, ledger, Clock.systemUTC());
  }

  private Exchange poll(
      String flow, String calling, Map<String, Object> answer, Map<String, Object> variables)
      throws Exception {
    AdviceWith.adviceWith(
        context,
        calling,
        route ->
            route
                .weaveByToUri("direct:vendor-request")
                .replace()
                .process(
                    exchange -> {
                      exchange.getMessage().setBody(answer);
                      exchange.setVariable("httpStatus", 200);
                    }));
    context.start();
    return template.send(
        "direct:" + flow + "-poll",
        exchange -> {
          exchange.setVariable(RunVariables.JOB_ID, "86446/74780");
          variables.forEach(exchange::setVariable);
        });
  }

  private static String outcome(Exchange exchange) {
    if (exchange.getException() instanceof StepFailure failure) {
      return failure.failureName();
    }
    assertThat(exchange.getException()).isNull();
    return exchange.getVariable(RunVariables.STATUS, String.class);
  }

  @ParameterizedTest
  @CsvSource({
    "Created, false, PENDING",
    "Running, true, PENDING",
    "Completed, true, READY",
    "Completed, false, FILE_GONE",
    "Fail, true, FAILED",
    "Canceled, true, CANCELLED",
    "Cancelled, true, UNKNOWN",
    "Paused, false, UNKNOWN"
  })
  void survey_solutions(String word, boolean file, String expected) throws Exception {
    Map<String, Object> answer = new HashMap<>();
    answer.put("ExportStatus", word);
    answer.put("HasExportFile", file);
    answer.put("Progress", 30);
    answer.put("Error", "");

    assertThat(outcome(poll("survey-solutions", "survey-solutions-poll", answer, Map.of())))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "Initializing, , PENDING",
    "queued, , PENDING",
    "In Progress, , PENDING",
    "in_progress, , PENDING",
    "IN PROGRESS, , PENDING",
    "Available, https://s3/x, READY",
    "available, https://s3/x, READY",
    "Available, , NO_LINK",
    "Success With Errors, https://s3/x, READY",
    "success_with_errors, , NO_LINK",
    "Empty List, , EMPTY",
    "empty_list, , EMPTY",
    "Failed, , FAILED",
    "Archived, , UNKNOWN"
  })
  void webadmit(String word, String link, String expected) throws Exception {
    Map<String, Object> file = new HashMap<>();
    file.put("status", word);
    file.put("download_url", link);

    assertThat(outcome(poll("webadmit", "webadmit-status", Map.of("export_files", file), Map.of())))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "Queued, , false, PENDING",
    "Preparing, , true, PENDING",
    "Running, , true, PENDING",
    "Compressing, , true, PENDING",
    "Finished, 2016-09-19T12:00:00-04:00, false, READY",
    "Finished, 2016-09-19T11:46:33.700345-04:00, false, FILE_GONE",
    "FinishedWithError, 2016-09-19T12:00:00-04:00, false, FAILED",
    "FinishedWithErrors, 2016-09-19T12:00:00-04:00, false, FAILED",
    "NotStarted, 2016-09-19T12:00:00-04:00, false, READY",
    "NotStarted, 2016-09-19T12:00:00-04:00, true, UNKNOWN",
    "NotStarted, 2016-09-19T11:46:33.700345-04:00, false, JOB_VANISHED",
    "NotStarted, 0001-01-01T00:00:00, false, JOB_VANISHED",
    "Unknown, , false, UNKNOWN"
  })
  void survey_solutions_v1(String word, String updated, boolean busy, String expected)
      throws Exception {
    Map<String, Object> answer = new HashMap<>();
    answer.put("ExportStatus", word);
    answer.put("HasExportedFile", updated != null && !updated.startsWith("0001"));
    answer.put("LastUpdateDate", updated);
    answer.put("RunningProcess", busy ? Map.of("ProgressInPercents", 3) : null);

    assertThat(
            outcome(
                poll(
                    "survey-solutions-v1",
                    "survey-solutions-v1-details",
                    answer,
                    Map.of(
                        RunVariables.JOB_ID,
                        "newer-than:2016-09-19T15:46:33.700345Z",
                        "exportType",
                        "Tabular"))))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "queued, 0, PENDING",
    "in_progress, 0, PENDING",
    "available, 2, READY",
    "available, 0, NO_LINK",
    "success_with_errors, 1, READY",
    "empty_list, 0, EMPTY",
    "failed, 0, FAILED",
    "archived, 0, UNKNOWN"
  })
  void webadmit_pdf(String state, int files, String expected) throws Exception {
    Map<String, Object> batch = new HashMap<>();
    batch.put("state", state);
    batch.put("download_hrefs", Collections.nCopies(files, "/api/v1/x/download"));

    assertThat(
            outcome(
                poll(
                    "webadmit-pdf",
                    "webadmit-pdf-status",
                    Map.of("pdf_manager_batch", batch),
                    Map.of())))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "pending, , PENDING",
    "executing, , PENDING",
    "succeeded, https://api/x, READY",
    "Succeeded, https://api/x, READY",
    "succeeded, , NO_LINK",
    "failed, , FAILED",
    "complete, https://api/x, UNKNOWN"
  })
  void alida(String word, String data, String expected) throws Exception {
    Map<String, Object> answer = new HashMap<>();
    answer.put("status", word);
    answer.put("data", data);

    assertThat(outcome(poll("alida", "alida-status", answer, Map.of()))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "processing, , , PENDING",
    "completed, 42, a/b.zip, READY",
    "success, 42, a/b.zip, READY",
    "Completed, 42, a/b.zip, READY",
    "completed, 0, a/b.zip, EMPTY",
    "completed, 0, , EMPTY",
    "completed, 42, , NO_LINK",
    "failed, , , FAILED",
    "canceled, , , CANCELLED",
    "baking, , , UNKNOWN"
  })
  void altcraft(String word, String total, String url, String expected) throws Exception {
    Map<String, Object> result = new HashMap<>();
    result.put("total", total);
    result.put("url", url);
    Map<String, Object> data = new HashMap<>(Map.of("status", word, "result", result));

    assertThat(
            outcome(
                poll(
                    "altcraft",
                    "altcraft-request",
                    Map.of("error", 0, "error_text", "Successful operation", "data", data),
                    Map.of("whenEmpty", "skip", "dataFormat", "json"))))
        .isEqualTo(expected);
  }
}
