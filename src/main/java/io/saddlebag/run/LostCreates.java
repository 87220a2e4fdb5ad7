package io.saddlebag.run;

import io.saddlebag.export.ExportDefinition;
import java.time.Instant;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Create requests of which nobody can tell whether they made a job: their answer was lost, could
 * not be read, or was a proxy's. They are repeated only when the vendor proves that it has no such
 * job, or when the export's {@code onLostCreate} says so and nothing was answered.
 */
final class LostCreates {
  private static final Logger LOG = LoggerFactory.getLogger(LostCreates.class);

  private final Ledger ledger;

  LostCreates(Ledger ledger) {
    this.ledger = ledger;
  }

  /** Whether the vendor's routes have one that looks for a job whose id was lost. */
  static boolean findable(Exchange exchange, Run run) {
    return exchange.getContext().getRoute(run.flow() + "-find") != null;
  }

  /** Whether the export may be created again although the vendor may have the job. */
  static boolean mayRepeat(Run run, ExportDefinition definition) {
    return definition.onLostCreate() == ExportDefinition.OnLostCreate.RECREATE
        && !answered(run.createStatus());
  }

  /** Whether the vendor took the request, whatever its answer says. */
  static boolean answered(@Nullable Integer status) {
    return status != null && status < 400;
  }

  /** Tells the operator that the export was created again, perhaps for the second time. */
  void repeated(Run run) {
    String note =
        "the reply to a create request was lost, so the export was created again; the vendor may"
            + " have made it twice";
    LOG.warn("{}: {}", run.id(), note);
    ledger.runs().note(run.id(), note);
  }

  /** What a run ends with whose create request cannot be repeated. */
  Failure failure(Run run) {
    return failure(run, answer(run), answered(run.createStatus()));
  }

  /** What a run ends with whose create request got this for an answer. */
  Failure failure(Run run, @Nullable Failure answer, boolean answered) {
    return new Failure(
        "LOST_CREATE",
        "the create request "
            + (answer == null
                ? "was about to be sent when the process ended, and its reply is lost"
                : "was sent, and what came back does not say whether the vendor has the job ("
                    + answer.name()
                    + ": "
                    + answer.message()
                    + ")")
            + "; the vendor cannot be asked for it: look there for the job, then run the export again"
            + (answered
                ? ""
                : ", or set onLostCreate: recreate to have it created again at once, perhaps twice"));
  }

  /** How the create request itself failed, if it lived to see that. */
  private @Nullable Failure answer(Run run) {
    Instant sent = run.creatingAt();
    return ledger.history().failures(run.id()).stream()
        .filter(failure -> failure.state() == RunState.CREATING)
        .filter(failure -> sent != null && !failure.at().isBefore(sent))
        .findFirst()
        .map(failure -> new Failure(failure.name(), failure.message()))
        .orElse(null);
  }

  /** A create request that was given up made a job after all: it is told, and never used. */
  void answeredTooLate(String runId, String jobId, Instant now) {
    Run run = ledger.runs().get(runId);
    if (!jobId.equals(run.jobId())) {
      Failure late =
          new Failure(
              "LATE_ANSWER",
              "a create request that had been given up was answered after all: the vendor's job "
                  + jobId
                  + " is not used; cancel it there if that is possible");
      LOG.warn("{}: {}: {}", run.id(), late.name(), late.message());
      ledger.history().failed(run.id(), RunState.CREATING, late, false, now);
    }
  }
}
