package io.saddlebag.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddlebag.export.ExportDefinition;
import io.saddlebag.export.ExportRoutes;
import io.saddlebag.export.Exports;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.CamelExchangeException;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.RuntimeCamelException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bean {@code delivery}: hands each staged file of a run to the user's steps, in a message of
 * its own. What was taken is not sent again, whatever happens to the rest.
 */
public final class Delivery {
  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<Class<?>> WRAPPERS =
      Set.of(
          CamelExchangeException.class, CamelExecutionException.class, RuntimeCamelException.class);

  /**
   * The exchange's property by which a destination knows, without reading it, a file that no step
   * has shaped. Destinations read the same name; they and runs do not know each other.
   */
  private static final String STAGED_FILE = "io.saddlebag.stagedFile";

  /**
   * The exchange's property with a last look that destinations take before what they have written
   * can be seen; it throws when the run has gone on without this attempt.
   */
  private static final String LAST_LOOK = "io.saddlebag.lastLook";

  private final Ledger ledger;
  private final Exports exports;
  private final StagedBytes bytes;
  private final ExportRoutes routes;
  private final ProducerTemplate producer;
  private final Clock clock;

  /** Proves that a staged file is still what its receipt says. */
  @FunctionalInterface
  public interface StagedBytes {
    /** Throws a {@link StepFailure} when the file is gone or damaged. */
    void verify(StagedFile file);
  }

  /**
   * A delivery through this producer.
   *
   * @param routes makes the export's routes for as long as it takes
   */
  public Delivery(
      Ledger ledger,
      Exports exports,
      StagedBytes bytes,
      ExportRoutes routes,
      ProducerTemplate producer,
      Clock clock) {
    this.ledger = ledger;
    this.exports = exports;
    this.bytes = bytes;
    this.routes = routes;
    this.producer = producer;
    this.clock = clock;
  }

  /** Delivers what is not delivered yet; throws when the user's steps do. */
  public void deliver(Exchange exchange) {
    Run run = ledger.runs().get(exchange.getVariable(RunVariables.RUN_ID, String.class));
    int attempt = exchange.getVariable(RunVariables.RUN_ATTEMPT, run.attempt(), Integer.class);
    List<StagedFile> files = ledger.receipts().of(run.id());
    for (StagedFile file : files) {
      if (file.deliveredAt() == null && file.within(run)) {
        bytes.verify(file);
        requireAttempt(run.id(), attempt);
        deliver(run, attempt, file, files.size());
        ledger
            .commits()
            .commit(
                run.id(),
                "that " + file.name() + " is delivered",
                again -> {
                  ledger.receipts().delivered(run.id(), file.position(), attempt, clock.instant());
                  return attempt;
                });
      }
    }
    if (files.stream().anyMatch(file -> file.missedBy(run))) {
      throw new HeldElsewhere(run.id());
    }
  }

  /** The last look before bytes leave: an attempt that was given up delivers nothing more. */
  private void requireAttempt(String runId, int attempt) {
    Run now = ledger.runs().get(runId);
    if (now.attempt() != attempt) {
      throw new StaleRunException(runId, now.state(), attempt);
    }
  }

  private void deliver(Run run, int attempt, StagedFile file, int files) {
    Exchange sent = send(run, attempt, file, files);
    if (sent.getException() != null) {
      Throwable problem = withoutWrappers(sent.getException());
      LOG.warn("{}: the export's steps failed on {}", run.id(), file.name(), problem);
      throw new StepFailure.RetryLater(
          "DELIVERY_FAILED",
          "the export's own steps failed on "
              + file.name()
              + " with "
              + problem.getClass().getSimpleName()
              + (problem.getMessage() == null ? "" : ": " + problem.getMessage())
              + "; the staged file is kept",
          null,
          Integer.MAX_VALUE,
          problem);
    }
  }

  private Exchange send(Run run, int attempt, StagedFile file, int files) {
    try (ExportRoutes.Hold held = routes.hold(run.export())) {
      return producer.send(
          "direct:deliver-" + run.export(),
          message -> {
            message.getMessage().setBody(file.path().toFile());
            message.setProperty(STAGED_FILE, file.path().toFile());
            message.setProperty(DeliveredParts.ATTEMPT, attempt);
            message.setProperty(LAST_LOOK, (Runnable) () -> requireAttempt(run.id(), attempt));
            message.getMessage().setHeaders(headers(run, file, files));
          });
    }
  }

  /** What Camel only wraps, with the whole exchange in its message, is told by its cause. */
  private static Throwable withoutWrappers(Exception problem) {
    Throwable told = problem;
    while (told.getCause() != null && WRAPPERS.contains(told.getClass())) {
      told = told.getCause();
    }
    return told;
  }

  private Map<String, Object> headers(Run run, StagedFile file, int files) {
    Map<String, Object> headers = new LinkedHashMap<>();
    headers.put(Exchange.FILE_NAME, file.name());
    headers.put(Exchange.FILE_LENGTH, file.bytes());
    headers.put("SaddlebagExport", run.export());
    headers.put("SaddlebagRun", run.id());
    headers.put("SaddlebagVendor", vendor(run));
    headers.put("SaddlebagJobId", run.jobId());
    headers.put("SaddlebagSha256", file.sha256());
    headers.put("SaddlebagContentType", file.contentType());
    headers.put("SaddlebagPosition", file.position());
    headers.put("SaddlebagFiles", files);
    Window window = run.window();
    headers.put("SaddlebagWindowFrom", window == null ? null : window.from());
    headers.put("SaddlebagWindowTo", window == null ? null : window.to());
    headers.put("SaddlebagReceipt", receipt(run, file));
    headers.values().removeIf(java.util.Objects::isNull);
    return headers;
  }

  private String vendor(Run run) {
    return exports.find(run.export()).map(ExportDefinition::vendor).orElse(run.flow());
  }

  /** The receipt as JSON, for a step that keeps it beside the file. */
  private String receipt(Run run, StagedFile file) {
    Map<String, Object> receipt = new LinkedHashMap<>();
    receipt.put("export", run.export());
    receipt.put("run", run.id());
    receipt.put("vendor", vendor(run));
    receipt.put("jobId", run.jobId());
    receipt.put("window", run.window() == null ? null : run.window().toString());
    receipt.put("name", file.name());
    receipt.put("bytes", file.bytes());
    receipt.put("sha256", file.sha256());
    receipt.put("contentType", file.contentType());
    receipt.put("vendorModified", file.vendorModified());
    receipt.put("checks", file.checks());
    receipt.put("stagedAt", file.stagedAt().toString());
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(receipt);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a receipt of plain values must print", e);
    }
  }
}
