package io.saddlebag.run;

import io.saddlebag.export.ExportDefinition;
import io.saddlebag.export.Exports;
import io.saddlebag.export.Incremental;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.apache.camel.Exchange;
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
  private static final int LONGEST_REASON = 2000;
  private static final int LONGEST_JOB_ID = 500;

  private final Ledger ledger;
  private final Exports exports;
  private final Windows windows;
  private final Endings endings;
  private final PollPlan plan;
  private final Duration deliveryDeadline;
  private final UnaryOperator<String> redact;
  private final StopSignal stop;
  private final Clock clock;

  /** What is known of each export's past jobs, looked up anew for each new job. */
  private final Map<String, List<Duration>> pastDurations = new ConcurrentHashMap<>();

  /**
   * A journal.
   *
   * @param deliveryDeadline how long delivery of a staged file is tried
   * @param redact takes secrets out of a message before it is kept
   */
  public Journal(
      Ledger ledger,
      Exports exports,
      Windows windows,
      PollPlan plan,
      Duration deliveryDeadline,
      UnaryOperator<String> redact,
      StopSignal stop,
      Clock clock) {
    this.ledger = ledger;
    this.exports = exports;
    this.windows = windows;
    this.endings = new Endings(ledger, clock);
    this.plan = plan;
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
    exchange.setVariable(RunVariables.RUN_STEPS, definition.downloadOnly() ? "download" : "all");
    exchange.setVariable(RunVariables.CONNECTION, definition.connection());
    exchange.setVariable(RunVariables.KAMELET, definition.kamelet());
    exchange.setVariable(RunVariables.JOB_ID, run.jobId());
    if (run.state() == RunState.REQUESTED && definition.incremental() != null) {
      plan(run, definition, definition.incremental());
    }
    window(exchange, run(exchange), definition);
    proceed(exchange);
  }

  /** Fixes what the run asks for; until something is sent, an edited export may change it. */
  private void plan(Run run, ExportDefinition definition, Incremental how) {
    Windows.Plan plan = windows.plan(run, definition, how);
    ledger.moves().plan(run.id(), plan.window(), plan.scope(), plan.checkpoint(), plan.next());
    if (plan.nothingNew() && !endings.due(run)) {
      ledger
          .runs()
          .note(run.id(), "no time has passed since the last window that could be asked for");
      endings.end(run, RunState.EMPTY, null, null);
    }
  }

  private static void window(Exchange exchange, Run run, ExportDefinition definition) {
    Window window = run.window();
    exchange.setVariable(RunVariables.WINDOW_FROM, window == null ? null : window.from());
    exchange.setVariable(RunVariables.WINDOW_TO, window == null ? null : window.to());
    Incremental how = definition.incremental();
    String checkpoint = run.checkpoint();
    if (checkpoint == null && how != null && how.kind() == Incremental.Kind.TOKEN) {
      checkpoint = definition.text(how.from());
    }
    exchange.setVariable(RunVariables.CHECKPOINT, checkpoint);
  }

  /** The vendor builds its file while it is fetched: there is nothing to create or to poll. */
  public void readyAtOnce(Exchange exchange) {
    ledger.moves().readyAtOnce(run(exchange).id(), clock.instant());
    proceed(exchange);
  }

  /** Commits that the create request is about to be sent; only then may it be. */
  public void creating(Exchange exchange) {
    ledger.moves().creating(run(exchange).id(), clock.instant());
    exchange.setVariable(RunVariables.REQUEST_SENT, false);
  }

  /** Commits the job id that the vendor answered. */
  public void created(Exchange exchange) {
    Run run = run(exchange);
    String jobId = exchange.getVariable(RunVariables.JOB_ID, String.class);
    if (jobId != null && !Printable.line(jobId, LONGEST_JOB_ID).equals(jobId)) {
      throw new StepFailure.Rejected(
          "NO_JOB_ID",
          "the vendor accepted the create request, but the job id in its answer cannot be one: "
              + Printable.excerpt(jobId));
    }
    if (jobId == null || jobId.isBlank()) {
      throw new StepFailure.Rejected(
          "NO_JOB_ID",
          "the vendor accepted the create request but its answer holds no job id; look at the vendor"
              + " for the job, and at docs/vendors for the versions that are known");
    }
    ExportDefinition definition = definition(run);
    List<Duration> past = ledger.runs().pastDurations(run.export(), ExpectedDuration.PAST_JOBS);
    pastDurations.put(run.export(), past);
    Instant now = clock.instant();
    Duration wait =
        plan.next(past, Duration.ZERO, null, definition.pollMin(), definition.pollMax());
    ledger.moves().created(run.id(), jobId, now, Endings.within(run, now.plus(wait)));
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
    ledger.moves().notCreated(run.id(), run.attempts(), clock.instant(), "creating again");
    proceed(exchange);
  }

  /** Commits what the vendor said of the job. */
  public void polled(Exchange exchange) {
    Run run = run(exchange);
    String status = String.valueOf(exchange.getVariable(RunVariables.STATUS, String.class));
    String word = exchange.getVariable(RunVariables.VENDOR_STATUS, String.class);
    String said = word == null ? null : Printable.excerpt(word);
    Integer progress = exchange.getVariable(RunVariables.PROGRESS, Integer.class);
    Instant now = clock.instant();
    ledger.history().polled(run.id(), said, status, progress, now);
    String note = exchange.getVariable(RunVariables.NOTE, String.class);
    if (note != null) {
      ledger.runs().note(run.id(), note);
    }
    switch (status) {
      case "READY" -> ledger.moves().ready(run.id(), said, now);
      case "EMPTY" -> endings.end(run, RunState.EMPTY, null, said);
      case "CANCELLED" ->
          endings.end(
              run,
              RunState.CANCELLED,
              new Failure("CANCELLED_AT_VENDOR", "the job was cancelled at the vendor"),
              said);
      case "FAILED" -> {
        String reason = exchange.getVariable(RunVariables.REASON, "", String.class);
        endings.end(
            run,
            RunState.FAILED,
            jobFailed(redact.apply(Printable.line(reason, LONGEST_REASON))),
            said);
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
    List<Duration> past =
        pastDurations.computeIfAbsent(
            run.export(),
            export -> ledger.runs().pastDurations(export, ExpectedDuration.PAST_JOBS));
    Duration wait =
        plan.next(past, run.age(now), progress, definition.pollMin(), definition.pollMax());
    ledger.moves().pending(run.id(), said, progress, Endings.within(run, now.plus(wait)));
  }

  /** Commits that everything is staged; the receipts were saved before. */
  public void staged(Exchange exchange) {
    Run run = run(exchange);
    String note = exchange.getVariable(RunVariables.NOTE, String.class);
    if (note != null) {
      ledger.runs().note(run.id(), note);
    }
    String next = exchange.getVariable(RunVariables.NEXT_CHECKPOINT, String.class);
    if (next != null && definition(run).wantsIncrements()) {
      ledger.moves().nextCheckpoint(run.id(), next);
    }
    if ("EMPTY".equals(exchange.getVariable(RunVariables.STATUS, String.class))) {
      endings.end(run, RunState.EMPTY, null, null);
      proceed(exchange);
      return;
    }
    if (ledger.receipts().of(run.id()).isEmpty()) {
      throw new StepFailure.Rejected(
          "NOTHING_STAGED",
          "the download route ended without staging a file: see docs/adding-a-vendor.md");
    }
    Instant now = clock.instant();
    ledger.moves().staged(run.id(), now, now.plus(deliveryDeadline));
    proceed(exchange);
  }

  /** Commits that the user's steps took everything. */
  public void delivered(Exchange exchange) {
    endings.end(run(exchange), RunState.DELIVERED, null, null);
    proceed(exchange);
  }

  /** Ends a run that the operator, or its deadline, stopped. */
  public void cancelled(Exchange exchange) {
    endings.stopped(run(exchange));
    proceed(exchange);
  }

  /** Tells the route what comes next: the ledger is asked, not the exchange's memory. */
  private void proceed(Exchange exchange) {
    Run run = run(exchange);
    Lane lane = exchange.getVariable(RunVariables.RUN_LANE, Lane.class);
    String next;
    if (run.state().finished()) {
      next = "FINISHED";
    } else if (endings.due(run)) {
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
