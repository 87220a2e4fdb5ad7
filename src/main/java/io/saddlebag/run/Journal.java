package io.saddlebag.run;

import io.saddlebag.export.ExportDefinition;
import io.saddlebag.export.Exports;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bean {@code run} of the lifecycle route: commits what a step of a run brought, then tells the
 * route by the variable {@code runState} what comes next. Thread-safe; the exchange is the
 * caller's.
 */
public final class Journal {
  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
  private static final int CANCEL_ATTEMPTS = 3;
  private static final int GARBLED_ATTEMPTS = 5;

  private final Ledger ledger;
  private final Exports exports;
  private final PollPlan plan;
  private final Backoff backoff;
  private final Duration deliveryDeadline;
  private final UnaryOperator<String> redact;
  private final StopSignal stop;
  private final Clock clock;

  /**
   * A journal.
   *
   * @param deliveryDeadline how long delivery of a staged file is tried
   * @param redact takes secrets out of a message before it is kept
   */
  public Journal(
      Ledger ledger,
      Exports exports,
      PollPlan plan,
      Backoff backoff,
      Duration deliveryDeadline,
      UnaryOperator<String> redact,
      StopSignal stop,
      Clock clock) {
    this.ledger = ledger;
    this.exports = exports;
    this.plan = plan;
    this.backoff = backoff;
    this.deliveryDeadline = deliveryDeadline;
    this.redact = redact;
    this.stop = stop;
    this.clock = clock;
  }

  /** Puts what is known of the run into variables. */
  public void begin(Exchange exchange) {
    Run run = run(exchange);
    ExportDefinition definition = definition(run);
    definition.parameters().forEach(exchange::setVariable);
    exchange.setVariable(RunVariables.RUN_EXPORT, run.export());
    exchange.setVariable(RunVariables.RUN_FLOW, run.flow());
    exchange.setVariable(RunVariables.CONNECTION, definition.connection());
    exchange.setVariable(RunVariables.KAMELET, definition.kamelet());
    exchange.setVariable(RunVariables.JOB_ID, run.jobId());
    proceed(exchange);
  }

  /** Commits that the create request is about to be sent; only then may it be. */
  public void creating(Exchange exchange) {
    ledger.runs().creating(run(exchange).id(), clock.instant());
  }

  /** Commits the job id that the vendor answered. */
  public void created(Exchange exchange) {
    Run run = run(exchange);
    String jobId = exchange.getVariable(RunVariables.JOB_ID, String.class);
    if (jobId == null || jobId.isBlank()) {
      throw new StepFailure.Rejected(
          "NO_JOB_ID",
          "the vendor accepted the create request but its answer holds no job id; look at the vendor"
              + " for the job, and at docs/vendors for the versions that are known");
    }
    ExportDefinition definition = definition(run);
    Duration usual = ledger.runs().usualDuration(run.export());
    Instant now = clock.instant();
    Duration wait = plan.first(usual, definition.pollMin(), definition.pollMax());
    ledger.runs().created(run.id(), jobId, now, due(run, now.plus(wait)));
    LOG.info("{}: the vendor's job is {}", run.id(), jobId);
    proceed(exchange);
  }

  /** After a crash in the middle of a create: continues the job that was found, or creates. */
  public void found(Exchange exchange) {
    Run run = run(exchange);
    String jobId = exchange.getVariable(RunVariables.JOB_ID, String.class);
    if (jobId != null && !jobId.isBlank()) {
      LOG.info("{}: found the vendor's job {} that a lost reply had hidden", run.id(), jobId);
      created(exchange);
      return;
    }
    boolean certain = "no".equals(exchange.getVariable(RunVariables.FOUND, String.class));
    if (!certain && definition(run).onLostCreate() == ExportDefinition.OnLostCreate.FAIL) {
      throw new StepFailure.Rejected(
          "LOST_CREATE",
          "the reply to the create request was lost and this vendor cannot say whether it has the"
              + " job; look there, then run the export again, or set onLostCreate: recreate");
    }
    if (!certain) {
      String note = "the reply to a create request was lost, so the export was created again";
      LOG.warn("{}: {}", run.id(), note);
      ledger.runs().note(run.id(), note);
    }
    ledger.runs().notCreated(run.id(), run.attempts(), clock.instant(), "creating again");
    proceed(exchange);
  }

  /** Commits what the vendor said of the job. */
  public void polled(Exchange exchange) {
    Run run = run(exchange);
    String status = String.valueOf(exchange.getVariable(RunVariables.STATUS, String.class));
    String said = exchange.getVariable(RunVariables.VENDOR_STATUS, String.class);
    Integer progress = exchange.getVariable(RunVariables.PROGRESS, Integer.class);
    Instant now = clock.instant();
    ledger.history().polled(run.id(), said, status, progress, now);
    String note = exchange.getVariable(RunVariables.NOTE, String.class);
    if (note != null) {
      ledger.runs().note(run.id(), note);
    }
    switch (status) {
      case "READY" -> ledger.runs().ready(run.id(), said, now);
      case "EMPTY" -> end(run, RunState.EMPTY, null, said);
      case "CANCELLED" ->
          end(
              run,
              RunState.CANCELLED,
              new Failure("CANCELLED_AT_VENDOR", "the job was cancelled at the vendor"),
              said);
      case "FAILED" -> {
        String reason = exchange.getVariable(RunVariables.REASON, "", String.class);
        end(run, RunState.FAILED, jobFailed(redact.apply(reason)), said);
      }
      default -> pending(run, status, said, progress, now);
    }
    proceed(exchange);
  }

  private static Failure jobFailed(String reason) {
    return new Failure(
        "JOB_FAILED",
        reason.isBlank()
            ? "the vendor says that the job failed and gives no reason; look at the vendor, then run"
                + " the export again"
            : "the vendor says that the job failed: " + reason);
  }

  private void pending(
      Run run, String status, @Nullable String said, @Nullable Integer progress, Instant now) {
    if (!status.equals("PENDING") && !Objects.equals(said, run.vendorStatus())) {
      LOG.warn("{}: the vendor says \"{}\", which is not known; it is asked again", run.id(), said);
    }
    ExportDefinition definition = definition(run);
    Duration wait = plan.next(run.age(now), progress, definition.pollMin(), definition.pollMax());
    ledger.runs().pending(run.id(), said, progress, due(run, now.plus(wait)));
  }

  /** Commits that everything is staged; the receipts were saved before. */
  public void staged(Exchange exchange) {
    Run run = run(exchange);
    if (ledger.receipts().of(run.id()).isEmpty()) {
      throw new StepFailure.Rejected(
          "NOTHING_STAGED",
          "the download route ended without staging a file: see docs/adding-a-vendor.md");
    }
    Instant now = clock.instant();
    ledger.runs().staged(run.id(), now, now.plus(deliveryDeadline));
    proceed(exchange);
  }

  /** Commits that the user's steps took everything. */
  public void delivered(Exchange exchange) {
    end(run(exchange), RunState.DELIVERED, null, null);
    proceed(exchange);
  }

  /** Ends a run that the operator, or its deadline, stopped. */
  public void cancelled(Exchange exchange) {
    stopped(run(exchange));
    proceed(exchange);
  }

  /** A failure of a step that has a name, or that nobody foresaw. */
  public void failed(Exchange exchange) {
    Exception cause = cause(exchange);
    if (stop.requested()) {
      exchange.setVariable(RunVariables.RUN_STATE, "PARKED");
      return;
    }
    failed(exchange, cause instanceof StepFailure failure ? failure : surprise(cause));
  }

  /** The vendor could not be reached: nothing was sent. */
  public void unreachable(Exchange exchange) {
    failed(
        exchange,
        new StepFailure.NotSent(
            "UNREACHABLE",
            "the vendor's server could not be reached ("
                + words(cause(exchange))
                + "); see the"
                + " connection's server address, the network, and http.trust-store if it is the"
                + " certificate",
            null));
  }

  /** The connection broke in the middle: the request may have had its effect. */
  public void interrupted(Exchange exchange) {
    failed(
        exchange,
        new StepFailure.RetryLater(
            "INTERRUPTED",
            "the exchange with the vendor broke off (" + words(cause(exchange)) + ")",
            null));
  }

  /** The answer could not be read. */
  public void garbled(Exchange exchange) {
    failed(
        exchange,
        new StepFailure.RetryLater(
            "BAD_ANSWER",
            "the vendor's answer is not what its documentation promises: it is no JSON or XML that can"
                + " be read",
            null,
            GARBLED_ATTEMPTS,
            cause(exchange)));
  }

  private void failed(Exchange exchange, StepFailure failure) {
    Run run = run(exchange);
    exchange.setVariable(RunVariables.RUN_STATE, "PARKED");
    Exception cause = cause(exchange);
    boolean moved = cause instanceof StaleRunException;
    if (!stop.requested() && !run.state().finished() && !moved) {
      // Camel chooses a clause by the innermost cause; a failure that a step named keeps its name.
      record(run, cause instanceof StepFailure named ? named : failure);
    }
  }

  private static @Nullable Exception cause(Exchange exchange) {
    return exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, Exception.class);
  }

  private static String words(@Nullable Exception cause) {
    return cause == null
        ? "no cause given"
        : cause.getClass().getSimpleName() + ": " + cause.getMessage();
  }

  private static StepFailure surprise(@Nullable Exception cause) {
    LOG.error("A step failed in a way that has no name", cause);
    String what = cause == null ? "no cause given" : cause.getClass().getSimpleName();
    return new StepFailure.RetryLater(
        "UNEXPECTED",
        "a step ended with "
            + what
            + (cause == null || cause.getMessage() == null ? "" : ": " + cause.getMessage())
            + "; the log has the details",
        null,
        5,
        cause);
  }

  private void record(Run run, StepFailure failure) {
    Failure named =
        new Failure(failure.failureName(), redact.apply(String.valueOf(failure.getMessage())));
    int attempts = run.attempts() + 1;
    boolean last =
        failure instanceof StepFailure.Rejected
            || (failure instanceof StepFailure.RetryLater later && attempts >= later.attempts());
    boolean cancelling = stopping(run);
    if (cancelling && (last || attempts >= CANCEL_ATTEMPTS)) {
      ledger.history().failed(run.id(), run.state(), named, false, clock.instant());
      ledger.runs().note(run.id(), "the vendor's job could not be cancelled: " + named.message());
      stopped(run);
      return;
    }
    ledger.history().failed(run.id(), run.state(), named, last, clock.instant());
    if (last) {
      end(run, RunState.FAILED, named, null);
      return;
    }
    Instant due = due(run, clock.instant().plus(wait(failure, attempts)));
    String waiting = named.name() + ", attempt " + attempts;
    LOG.warn("{}: {}: {}; tried again at {}", run.id(), named.name(), named.message(), due);
    if (failure instanceof StepFailure.NotSent && run.state() == RunState.CREATING) {
      ledger.runs().notCreated(run.id(), attempts, due, waiting);
    } else {
      ledger.runs().park(run.id(), run.state(), attempts, due, waiting);
    }
  }

  private Duration wait(StepFailure failure, int attempts) {
    Duration wanted = null;
    if (failure instanceof StepFailure.NotSent notSent) {
      wanted = notSent.after();
    } else if (failure instanceof StepFailure.RetryLater later) {
      wanted = later.after();
    }
    return wanted == null ? backoff.after(attempts) : backoff.atLeast(wanted);
  }

  private void stopped(Run run) {
    if (run.cancelRequested()) {
      end(run, RunState.CANCELLED, new Failure("CANCELLED", "cancelled by the operator"), null);
    } else {
      end(run, RunState.FAILED, overdue(run), null);
    }
  }

  private static Failure overdue(Run run) {
    if (run.state() == RunState.STAGED) {
      return new Failure(
          "DELIVERY_DEADLINE",
          "the staged file could not be delivered in time ("
              + run.waitingFor()
              + "); it is kept: mend the destination, then redeliver the run");
    }
    return new Failure(
        "DEADLINE",
        "not finished by "
            + run.deadlineAt()
            + " (state "
            + run.state()
            + (run.vendorStatus() == null
                ? ""
                : ", the vendor's last word \"" + run.vendorStatus() + "\"")
            + (run.waitingFor() == null ? "" : ", waiting for " + run.waitingFor())
            + "); run the export again, or give it a longer deadline");
  }

  private void end(Run run, RunState to, @Nullable Failure failure, @Nullable String said) {
    if (said != null) {
      ledger.runs().said(run.id(), said);
    }
    ledger.runs().finish(run.id(), run.state(), to, failure, clock.instant());
    if (failure == null) {
      LOG.info("{}: {}", run.id(), to);
    } else {
      LOG.warn("{}: {}: {}: {}", run.id(), to, failure.name(), failure.message());
    }
  }

  /** Tells the route what comes next: the ledger is asked, not the exchange's memory. */
  private void proceed(Exchange exchange) {
    Run run = run(exchange);
    Lane lane = exchange.getVariable(RunVariables.RUN_LANE, Lane.class);
    String next;
    if (run.state().finished()) {
      next = "FINISHED";
    } else if (stopping(run)) {
      next = stopNow(exchange, run);
    } else if (stop.requested()
        || run.state().lane() != lane
        || run.dueAt().isAfter(clock.instant())) {
      next = "PARKED";
    } else {
      next = run.state().name();
    }
    exchange.setVariable(RunVariables.RUN_STATE, next);
  }

  private boolean stopping(Run run) {
    return run.cancelRequested() || !clock.instant().isBefore(run.deadlineAt());
  }

  private String stopNow(Exchange exchange, Run run) {
    boolean atVendor = run.state() == RunState.PENDING || run.state() == RunState.READY;
    boolean wanted =
        run.cancelRequested()
            || Optional.of(definition(run).onDeadline())
                .filter(ExportDefinition.OnDeadline.CANCEL::equals)
                .isPresent();
    if (atVendor && wanted && run.jobId() != null) {
      return "CANCELLING";
    }
    cancelled(exchange);
    return "FINISHED";
  }

  private static Instant due(Run run, Instant wanted) {
    return wanted.isBefore(run.deadlineAt()) ? wanted : run.deadlineAt();
  }

  private Run run(Exchange exchange) {
    return ledger.runs().get(exchange.getVariable(RunVariables.RUN_ID, String.class));
  }

  private ExportDefinition definition(Run run) {
    return exports
        .find(run.export())
        .orElseThrow(
            () -> new IllegalStateException("the export " + run.export() + " is not loaded"));
  }
}
