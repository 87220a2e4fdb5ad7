package io.saddlebag.run;

import io.saddlebag.export.ExportDefinition;
import io.saddlebag.export.Exports;
import io.saddlebag.export.Incremental;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bean {@code run} of the lifecycle route: commits what a step of a run brought, then tells the
 * route by the variable {@code runState} what comes next. Nothing of an attempt that was given up
 * meanwhile is committed. Thread-safe; the exchange is the caller's.
 */
public final class Journal {
  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
  private static final int LONGEST_REASON = 2000;
  private static final int LONGEST_JOB_ID = 500;
  private static final Set<String> ENDS_JOB = Set.of("READY", "EMPTY", "CANCELLED", "FAILED");
  private static final Duration SHORTEST_WAIT = Duration.ofSeconds(5);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  private final Ledger ledger;
  private final Exports exports;
  private final Windows windows;
  private final Endings endings;
  private final LostCreates lostCreates;
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
    this.lostCreates = new LostCreates(ledger);
    this.plan = plan;
    this.deliveryDeadline = deliveryDeadline;
    this.redact = redact;
    this.stop = stop;
    this.clock = clock;
  }

  /** Puts what is known of the run into variables. */
  public void begin(Exchange exchange) {
    Run run = begun(exchange);
    exchange.setVariable(RunVariables.RUN_ATTEMPT, run.attempt());
    ExportDefinition definition = definition(run);
    definition.parameters().forEach(exchange::setVariable);
    exchange.setVariable(RunVariables.RUN_EXPORT, run.export());
    exchange.setVariable(RunVariables.RUN_FLOW, run.flow());
    exchange.setVariable(RunVariables.RUN_STEPS, definition.downloadOnly() ? "download" : "all");
    exchange.setVariable(RunVariables.CONNECTION, definition.connection());
    exchange.setVariable(RunVariables.KAMELET, definition.kamelet());
    exchange.setVariable(RunVariables.RUN_FIND, LostCreates.findable(exchange, run) ? "yes" : "no");
    exchange.setVariable(RunVariables.JOB_ID, run.jobId());
    exchange.setVariable(RunVariables.CREATE_MARK, run.createMark());
    if (run.state() == RunState.REQUESTED && definition.incremental() != null) {
      plan(exchange, run, definition, definition.incremental());
      run = run(exchange);
    }
    window(exchange, run, definition);
    proceed(exchange, run);
  }

  /** The run as the engine found it a moment ago; every move sees whether that is still so. */
  private Run begun(Exchange exchange) {
    Run seen = exchange.getProperty(Engine.RUN, Run.class);
    return seen != null
        ? seen
        : ledger.runs().get(exchange.getVariable(RunVariables.RUN_ID, String.class));
  }

  /** Fixes what the run asks for; until something is sent, an edited export may change it. */
  private void plan(Exchange exchange, Run run, ExportDefinition definition, Incremental how) {
    Windows.Plan plan = windows.plan(run, definition, how);
    moved(
        exchange,
        ledger.moves().plan(run, plan.window(), plan.scope(), plan.checkpoint(), plan.next()));
    if (plan.nothingNew() && !endings.due(run)) {
      ledger
          .runs()
          .note(run.id(), "no time has passed since the last window that could be asked for");
      moved(exchange, endings.end(run(exchange), RunState.EMPTY, null, null));
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
    moved(exchange, ledger.moves().readyAtOnce(run(exchange), clock.instant()));
    proceed(exchange);
  }

  /** Commits that the create request is about to be sent; only then may it be. */
  public void creating(Exchange exchange) {
    Instant now = clock.instant();
    Run run = run(exchange);
    moved(
        exchange,
        surely(
            run,
            "that it is created now",
            () -> ledger.moves().creating(run, now),
            after ->
                after.state() == RunState.CREATING
                    && after.attempt() == run.attempt() + 1
                    && now.truncatedTo(ChronoUnit.MILLIS).equals(after.creatingAt())));
    exchange.setVariable(RunVariables.REQUEST_SENT, false);
    exchange.removeVariable(RunVariables.HTTP_STATUS);
    exchange.removeVariable(RunVariables.CREATE_MARK);
  }

  /**
   * Commits what the vendor had before the create request, from the variable {@code createMark};
   * find gets it back after a crash. Does nothing without one.
   */
  public void mark(Exchange exchange) {
    String mark = exchange.getVariable(RunVariables.CREATE_MARK, String.class);
    if (mark != null) {
      moved(exchange, ledger.moves().mark(run(exchange), mark));
    }
  }

  /** Commits the job id that the vendor answered. */
  public void created(Exchange exchange) {
    String jobId = jobId(exchange);
    String runId = exchange.getVariable(RunVariables.RUN_ID, String.class);
    ledger
        .commits()
        .commit(
            runId,
            "the vendor's job id " + jobId,
            again -> {
              created(exchange, jobId, again);
              return jobId;
            });
    proceed(exchange);
  }

  private void created(Exchange exchange, String jobId, boolean again) {
    try {
      Run run = run(exchange);
      Instant now = clock.instant();
      // The export's file may be gone since the request was sent: its job must be kept all the
      // same.
      Optional<ExportDefinition> definition = exports.find(run.export());
      List<Duration> past = ledger.runs().pastDurations(run.export(), ExpectedDuration.PAST_JOBS);
      pastDurations.put(run.export(), past);
      Duration wait =
          plan.next(
              past,
              Duration.ZERO,
              null,
              definition.map(ExportDefinition::pollMin).orElse(SHORTEST_WAIT),
              definition.map(ExportDefinition::pollMax).orElse(LONGEST_WAIT));
      moved(exchange, ledger.moves().created(run, jobId, now, Endings.within(run, now.plus(wait))));
      LOG.info("{}: the vendor's job is {}", run.id(), jobId);
    } catch (StaleRunException late) {
      String runId = exchange.getVariable(RunVariables.RUN_ID, String.class);
      Run run = ledger.runs().get(runId);
      if (again && run.state() == RunState.PENDING && jobId.equals(run.jobId())) {
        // The ledger had committed it, and could not say so.
        moved(exchange, run.attempt());
        return;
      }
      lostCreates.answeredTooLate(runId, jobId, clock.instant());
      throw late;
    }
  }

  /**
   * Moves a run, however long the ledger is away.
   *
   * @param done whether a run that has moved was moved by this, the ledger being unable to say so
   */
  private int surely(Run run, String what, IntSupplier move, Predicate<Run> done) {
    return ledger
        .commits()
        .commit(
            run.id(),
            what,
            again -> {
              try {
                return move.getAsInt();
              } catch (StaleRunException stale) {
                Run after = ledger.runs().get(run.id());
                if (again && done.test(after)) {
                  return after.attempt();
                }
                throw stale;
              }
            });
  }

  private static String jobId(Exchange exchange) {
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
    return jobId;
  }

  /**
   * After a create request whose answer is not known: continues the job that was found, or creates
   * again where that orders nothing twice, or where the export says so.
   */
  public void found(Exchange exchange) {
    Run run = run(exchange);
    String jobId = exchange.getVariable(RunVariables.JOB_ID, String.class);
    if (jobId != null && !jobId.isBlank()) {
      LOG.info("{}: found the vendor's job {} that a lost reply had hidden", run.id(), jobId);
      created(exchange);
      return;
    }
    boolean proven = "no".equals(exchange.getVariable(RunVariables.FOUND, String.class));
    if (!proven && !LostCreates.mayRepeat(run, definition(run))) {
      Failure lost = lostCreates.failure(run);
      throw new StepFailure.Rejected(lost.name(), lost.message());
    }
    moved(
        exchange,
        ledger
            .moves()
            .together(
                run,
                () -> {
                  if (!proven) {
                    lostCreates.repeated(run);
                  }
                  return ledger
                      .moves()
                      .notCreated(run, run.attempts(), clock.instant(), "creating again");
                }));
    proceed(exchange);
  }

  /** Commits what the vendor said of the job. */
  public void polled(Exchange exchange) {
    String status = String.valueOf(exchange.getVariable(RunVariables.STATUS, String.class));
    String word = exchange.getVariable(RunVariables.VENDOR_STATUS, String.class);
    String said = word == null ? null : Printable.excerpt(word);
    Integer progress = exchange.getVariable(RunVariables.PROGRESS, Integer.class);
    Instant now = clock.instant();
    String note = exchange.getVariable(RunVariables.NOTE, String.class);
    if (!ENDS_JOB.contains(status) && note == null) {
      Run pending = pending(asked(exchange), status, said, progress, now);
      moved(exchange, pending.attempt());
      proceed(exchange, pending);
      return;
    }
    Run run = run(exchange);
    String reason = exchange.getVariable(RunVariables.REASON, "", String.class);
    moved(
        exchange,
        ledger
            .moves()
            .together(
                run,
                () -> {
                  if (note != null) {
                    ledger.runs().note(run.id(), note);
                  }
                  return judged(run, status, said, progress, reason, now);
                }));
    proceed(exchange);
  }

  /**
   * The run as it was before the vendor was asked, if it is still in that attempt by what the
   * exchange knows: an answer that leaves the job under way needs no other look at the ledger than
   * the move that keeps it.
   */
  private Run asked(Exchange exchange) {
    Run seen = exchange.getProperty(Engine.RUN, Run.class);
    Integer attempt = exchange.getVariable(RunVariables.RUN_ATTEMPT, Integer.class);
    return seen != null && attempt != null && seen.attempt() == attempt ? seen : run(exchange);
  }

  private int judged(
      Run run,
      String status,
      @Nullable String said,
      @Nullable Integer progress,
      String reason,
      Instant now) {
    if (!ENDS_JOB.contains(status)) {
      return pending(run, status, said, progress, now).attempt();
    }
    ledger.history().polled(run.id(), said, status, progress, now);
    return switch (status) {
      case "READY" -> ledger.moves().ready(run, said, now);
      case "EMPTY" -> endings.end(run, RunState.EMPTY, null, said);
      case "CANCELLED" ->
          endings.end(
              run,
              RunState.CANCELLED,
              new Failure("CANCELLED_AT_VENDOR", "the job was cancelled at the vendor"),
              said);
      default ->
          endings.end(
              run,
              RunState.FAILED,
              jobFailed(redact.apply(Printable.line(reason, LONGEST_REASON))),
              said);
    };
  }

  private static Failure jobFailed(String reason) {
    return new Failure(
        "JOB_FAILED",
        reason.isBlank()
            ? "the vendor says that the job failed and gives no reason; look at the vendor, then run"
                + " the export again"
            : "the vendor says that the job failed: " + reason);
  }

  private Run pending(
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
    return ledger
        .moves()
        .pending(run, said, status, progress, now, Endings.within(run, now.plus(wait)));
  }

  /** Commits that everything is staged; the receipts were saved before. */
  public void staged(Exchange exchange) {
    Run run = run(exchange);
    boolean empty = "EMPTY".equals(exchange.getVariable(RunVariables.STATUS, String.class));
    if (!empty && ledger.receipts().of(run.id()).isEmpty()) {
      throw new StepFailure.Rejected(
          "NOTHING_STAGED",
          "the download route ended without staging a file: see docs/adding-a-vendor.md");
    }
    String note = exchange.getVariable(RunVariables.NOTE, String.class);
    String said = exchange.getVariable(RunVariables.NEXT_CHECKPOINT, String.class);
    String next = said != null && definition(run).wantsIncrements() ? said : null;
    moved(
        exchange,
        surely(
            run,
            "that it is staged",
            () -> ledger.moves().together(run, () -> staged(run, empty, note, next)),
            after -> after.state() != RunState.READY && after.attempt() > run.attempt()));
    proceed(exchange);
  }

  private int staged(Run run, boolean empty, @Nullable String note, @Nullable String next) {
    if (note != null) {
      ledger.runs().note(run.id(), note);
    }
    Run now = run;
    if (next != null) {
      ledger.moves().nextCheckpoint(run, next);
      now = ledger.runs().get(run.id());
    }
    Instant at = clock.instant();
    return empty
        ? endings.end(now, RunState.EMPTY, null, null)
        : ledger.moves().staged(now, at, at.plus(deliveryDeadline));
  }

  /** Commits that the user's steps took everything. */
  public void delivered(Exchange exchange) {
    Run run = run(exchange);
    moved(
        exchange,
        surely(
            run,
            "that it is delivered",
            () -> endings.end(run, RunState.DELIVERED, null, null),
            after -> after.state() == RunState.DELIVERED));
    proceed(exchange);
  }

  /** Ends a run that the operator, or its deadline, stopped. */
  public void cancelled(Exchange exchange) {
    moved(exchange, endings.stopped(run(exchange)));
    proceed(exchange);
  }

  /** Tells the route what comes next: the ledger is asked, not the exchange's memory. */
  private void proceed(Exchange exchange) {
    proceed(exchange, run(exchange));
  }

  /** The same, for a run that was read or moved a moment ago. */
  private void proceed(Exchange exchange, Run run) {
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
      if (lane == Lane.TRANSFERS) {
        // A transfer is long: one that was taken for dead, and is not, must write nothing any more.
        moved(exchange, ledger.moves().begin(run));
      }
    }
    exchange.setVariable(RunVariables.RUN_STATE, next);
    exchange.setProperty(Engine.RUN, run);
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

  /** The run, as long as it is in the attempt that the exchange makes. */
  private Run run(Exchange exchange) {
    Run run = ledger.runs().get(exchange.getVariable(RunVariables.RUN_ID, String.class));
    int attempt = exchange.getVariable(RunVariables.RUN_ATTEMPT, run.attempt(), Integer.class);
    if (run.attempt() != attempt) {
      throw new StaleRunException(run.id(), run.state(), attempt);
    }
    return run;
  }

  /** The exchange has moved the run, and goes on with the attempt that this began. */
  private static void moved(Exchange exchange, int attempt) {
    exchange.setVariable(RunVariables.RUN_ATTEMPT, attempt);
  }

  private ExportDefinition definition(Run run) {
    return exports.find(run.export()).orElseThrow(() -> new ExportNotLoaded(run.export()));
  }
}
