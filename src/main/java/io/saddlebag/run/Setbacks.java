package io.saddlebag.run;

import io.saddlebag.export.ExportDefinition;
import io.saddlebag.export.Exports;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bean {@code setbacks} of the failure routes: keeps every failure of a step in the ledger,
 * then parks the run or ends it. Thread-safe; the exchange is the caller's.
 */
public final class Setbacks {
  private static final Logger LOG = LoggerFactory.getLogger(Setbacks.class);
  private static final int CANCEL_ATTEMPTS = 3;
  private static final int GARBLED_ATTEMPTS = 5;
  private static final int LONGEST_MESSAGE = 4000;

  private static final Duration AFTER_LEDGER = Duration.ofSeconds(1);

  private final Ledger ledger;
  private final Exports exports;
  private final Endings endings;
  private final LostCreates lostCreates;
  private final Backoff backoff;
  private final UnaryOperator<String> redact;
  private final StopSignal stop;
  private final Clock clock;

  /**
   * Keeps failures in this ledger.
   *
   * @param redact takes secrets out of a message before it is kept
   */
  public Setbacks(
      Ledger ledger,
      Exports exports,
      Backoff backoff,
      UnaryOperator<String> redact,
      StopSignal stop,
      Clock clock) {
    this.ledger = ledger;
    this.exports = exports;
    this.endings = new Endings(ledger, clock);
    this.lostCreates = new LostCreates(ledger);
    this.backoff = backoff;
    this.redact = redact;
    this.stop = stop;
    this.clock = clock;
  }

  /** A failure of a step that has a name, or that nobody foresaw. */
  public void failed(Exchange exchange) {
    Exception cause = cause(exchange);
    if (cause instanceof StepFailure failure) {
      failed(exchange, failure);
    } else if (stop.requested()) {
      interrupted(exchange);
    } else {
      failed(exchange, surprise(cause));
    }
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

  /** What came is no HTTP, which no other try of the network mends. */
  public void malformed(Exchange exchange) {
    failed(
        exchange,
        new StepFailure.RetryLater(
            "BAD_ANSWER",
            "the vendor's server, or a proxy before it, does not answer in HTTP as it is ("
                + words(cause(exchange))
                + ")",
            null,
            GARBLED_ATTEMPTS,
            cause(exchange)));
  }

  private void failed(Exchange exchange, StepFailure failure) {
    String step = exchange.getVariable(RunVariables.RUN_STATE, "", String.class);
    exchange.setVariable(RunVariables.RUN_STATE, "PARKED");
    Exception cause = cause(exchange);
    boolean ledgerAway = !(cause instanceof StepFailure) && PendingCommits.ledgerAway(cause);
    if (ledgerAway) {
      LOG.warn("A step broke off because the ledger is away ({})", words(cause));
    }
    if (ledgerAway && !unsentCreate(exchange, step)) {
      // No fault of the run, and where it stands is in the ledger.
      return;
    }
    if (ledgerAway) {
      settle(
          exchange, step, new StepFailure.Held("the ledger, which was away", AFTER_LEDGER), cause);
    } else {
      settle(exchange, step, failure, cause);
    }
  }

  /**
   * Whether a create request was about to be sent, and provably was not: that cannot be got a
   * second time either.
   */
  private static boolean unsentCreate(Exchange exchange, String step) {
    return step.equals(RunState.REQUESTED.name())
        && !exchange.getVariable(RunVariables.REQUEST_SENT, true, Boolean.class)
        && exchange.getVariable(RunVariables.HTTP_STATUS) == null;
  }

  private void settle(
      Exchange exchange, String step, StepFailure failure, @Nullable Exception cause) {
    try {
      // What an answer has proven cannot be got again either.
      String runId = exchange.getVariable(RunVariables.RUN_ID, String.class);
      ledger
          .commits()
          .commit(
              runId,
              "the failure " + failure.failureName(),
              again -> {
                Run run = ledger.runs().get(runId);
                return ledger
                    .moves()
                    .together(
                        run,
                        () -> {
                          failed(exchange, run, step, cause, failure);
                          return run.attempt();
                        });
              });
    } catch (StaleRunException movedMeanwhile) {
      LOG.debug("{}", movedMeanwhile.getMessage());
    }
  }

  private void failed(
      Exchange exchange, Run run, String step, @Nullable Exception cause, StepFailure failure) {
    int attempt = exchange.getVariable(RunVariables.RUN_ATTEMPT, run.attempt(), Integer.class);
    boolean moved = cause instanceof StaleRunException || run.attempt() != attempt;
    boolean inCreate = step.equals(RunState.REQUESTED.name()) && run.state() == RunState.CREATING;
    if (run.state().finished() || moved || (stop.requested() && !inCreate)) {
      return;
    }
    if (cause instanceof ExportNotLoaded) {
      // No fault of the run: the engine sees what it waits for.
      ledger.moves().suspend(run, clock.instant(), run.deadlineAt(), run.waitingFor());
      return;
    }
    if (cause instanceof HeldElsewhere) {
      // Delivered as far as this node can: the engine sees who has the rest.
      ledger.moves().carriedBy(run, null);
      return;
    }
    // Camel chooses a clause by the innermost cause; a failure that a step named keeps its name.
    StepFailure named = cause instanceof StepFailure own ? own : failure;
    boolean sent = inCreate && exchange.getVariable(RunVariables.REQUEST_SENT, true, Boolean.class);
    if (named instanceof StepFailure.Held held && !sent) {
      hold(run, held, inCreate, step.equals("CANCELLING"));
    } else if (step.equals("CANCELLING")) {
      cancelFailed(run, named);
    } else if (inCreate && stop.requested()) {
      createFailedAtStop(exchange, run, named);
    } else if (inCreate) {
      // A find step, too, works on a run in CREATING, but what happens to it says nothing about the
      // create request that it looks for.
      createFailed(exchange, run, named);
    } else {
      record(run, named);
    }
  }

  /** Waits for something that is no fault of the run's: what failed before is still counted. */
  private void hold(Run run, StepFailure.Held held, boolean inCreate, boolean cancelling) {
    Instant due = Endings.within(run, clock.instant().plus(backoff.atLeast(held.after())));
    String waiting = String.valueOf(held.getMessage());
    LOG.info("{}: waits for {} until {}", run.id(), waiting, due);
    if (inCreate) {
      ledger.moves().notCreated(run, run.attempts(), due, waiting);
    } else if (cancelling) {
      // Its words say how many of its failures are those of its cancel; its deadline may be over.
      ledger
          .moves()
          .suspend(run, clock.instant().plus(held.after()), run.deadlineAt(), run.waitingFor());
    } else {
      ledger.moves().suspend(run, due, run.deadlineAt(), waiting);
    }
  }

  private static @Nullable Exception cause(Exchange exchange) {
    return exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, Exception.class);
  }

  private static String words(@Nullable Exception cause) {
    if (cause == null) {
      return "no cause given";
    }
    String said = cause.getMessage();
    return kind(cause) + (said == null || said.isBlank() ? "" : ": " + said);
  }

  /**
   * The name of a kind of failure as people write it: {@code UnknownHostException} is an unknown
   * host.
   */
  private static String kind(Exception cause) {
    return cause
        .getClass()
        .getSimpleName()
        .replaceFirst("(Exception|Error)$", "")
        .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
        .toLowerCase(Locale.ROOT)
        .strip();
  }

  private static StepFailure surprise(@Nullable Exception cause) {
    if (cause instanceof StaleRunException
        || cause instanceof ExportNotLoaded
        || cause instanceof HeldElsewhere) {
      // No failure of the run, and none is kept: somebody else goes on with it, or it waits.
      LOG.info("{}", cause.getMessage());
      return new StepFailure.Held(String.valueOf(cause.getMessage()), Duration.ZERO);
    }
    LOG.error("A step failed in a way that has no name", cause);
    return new StepFailure.RetryLater(
        "UNEXPECTED",
        "a step ended in a way that nobody foresaw (" + words(cause) + "); the log has the details",
        null,
        5,
        cause);
  }

  private void record(Run run, StepFailure failure) {
    int attempts = run.attempts() + 1;
    Failure named = named(failure, attempts);
    if (ended(run, failure, named, attempts)) {
      return;
    }
    Instant due = due(run, failure, attempts);
    keep(run, named, due);
    ledger.moves().park(run, attempts, due, waiting(named, attempts));
  }

  /** Without an answer that names the job, only proof lets the request be sent again. */
  private void createFailed(Exchange exchange, Run run, StepFailure failure) {
    int attempts = run.attempts() + 1;
    Failure named = named(failure, attempts);
    if (ended(run, failure, named, attempts)) {
      return;
    }
    boolean sent = exchange.getVariable(RunVariables.REQUEST_SENT, true, Boolean.class);
    Integer status = exchange.getVariable(RunVariables.HTTP_STATUS, Integer.class);
    if (!sent || failure instanceof StepFailure.NotSent) {
      Instant due = due(run, failure, attempts);
      keep(run, named, due);
      ledger.moves().notCreated(run, attempts, due, waiting(named, attempts));
    } else if (LostCreates.findable(exchange, run)) {
      Instant due = due(run, failure, attempts);
      keep(run, named, due);
      ledger.moves().unanswered(run, status, attempts, due, waiting(named, attempts));
    } else {
      lost(run, failure, named, status, attempts);
    }
  }

  /**
   * What breaks off because the process stops is no failure. But what an answer has proven of a
   * create request is kept: the next start would take it for lost.
   */
  private void createFailedAtStop(Exchange exchange, Run run, StepFailure failure) {
    boolean sent = exchange.getVariable(RunVariables.REQUEST_SENT, true, Boolean.class);
    if (!sent || failure instanceof StepFailure.NotSent) {
      ledger.moves().notCreated(run, run.attempts(), clock.instant(), "the next start");
    } else if (failure instanceof StepFailure.Rejected) {
      createFailed(exchange, run, failure);
    }
  }

  /** Nothing can be found out: there is no reason to wait before it is decided. */
  private void lost(
      Run run, StepFailure failure, Failure named, @Nullable Integer status, int attempts) {
    boolean wanted =
        exports
            .find(run.export())
            .map(ExportDefinition::onLostCreate)
            .filter(ExportDefinition.OnLostCreate.RECREATE::equals)
            .isPresent();
    if (wanted && !LostCreates.answered(status)) {
      Instant due = due(run, failure, attempts);
      keep(run, named, due);
      lostCreates.repeated(run);
      ledger.moves().notCreated(run, attempts, due, waiting(named, attempts));
      return;
    }
    Failure lost = lostCreates.failure(run, named, LostCreates.answered(status));
    ledger.history().failed(run.id(), run.state(), named, false, clock.instant());
    ledger.history().failed(run.id(), run.state(), lost, true, clock.instant());
    endings.end(run, RunState.FAILED, lost, null);
  }

  private void cancelFailed(Run run, StepFailure failure) {
    int attempts = Endings.cancelFailed(run) ? run.attempts() + 1 : 1;
    Failure named = named(failure, attempts);
    if (failure instanceof StepFailure.Rejected || attempts >= CANCEL_ATTEMPTS) {
      endings.stopped(run);
      ledger.history().failed(run.id(), run.state(), named, false, clock.instant());
      ledger
          .runs()
          .note(
              run.id(),
              "the vendor's job could not be cancelled, and is left to the vendor: "
                  + named.message());
      return;
    }
    Instant due = clock.instant().plus(wait(failure, attempts));
    keep(run, named, due);
    ledger.moves().park(run, attempts, due, Endings.cancelWaits(named, attempts));
  }

  /** Ends the run when the failure is its last; says so in words that are true then. */
  private boolean ended(Run run, StepFailure failure, Failure named, int attempts) {
    if (!last(failure, attempts)) {
      return false;
    }
    if (stagedBefore(run, named)) {
      keep(run, named, clock.instant());
      ledger.moves().asStagedBefore(run, true, clock.instant());
      return true;
    }
    ledger.history().failed(run.id(), run.state(), named, true, clock.instant());
    endings.end(run, RunState.FAILED, named, null);
    return true;
  }

  /** Files that cannot be fetched a second time are no loss while a node that is away has them. */
  private boolean stagedBefore(Run run, Failure named) {
    return run.state() == RunState.READY
        && run.stagedAt() != null
        && !named.name().equals(Receipts.FILE_CHANGED)
        && ledger.receipts().of(run.id()).stream().anyMatch(file -> file.missedBy(run));
  }

  private static boolean last(StepFailure failure, int attempts) {
    return failure instanceof StepFailure.Rejected
        || (failure instanceof StepFailure.RetryLater later && attempts >= later.attempts());
  }

  private Failure named(StepFailure failure, int attempts) {
    String message =
        redact.apply(Printable.line(String.valueOf(failure.getMessage()), LONGEST_MESSAGE));
    boolean givenUp = failure instanceof StepFailure.RetryLater && last(failure, attempts);
    return new Failure(
        failure.failureName(),
        givenUp ? message + "; given up after " + Endings.attempts(attempts) : message);
  }

  private static String waiting(Failure named, int attempts) {
    return named.name() + ", attempt " + attempts;
  }

  /** Keeps a failure that the run goes on after. */
  private void keep(Run run, Failure named, Instant due) {
    ledger.history().failed(run.id(), run.state(), named, false, clock.instant());
    LOG.warn("{}: {}: {}; tried again at {}", run.id(), named.name(), named.message(), due);
  }

  /** When a step is tried again; one that comes to its deadline is stopped then. */
  private Instant due(Run run, StepFailure failure, int attempts) {
    return Endings.within(run, clock.instant().plus(wait(failure, attempts)));
  }

  private Duration wait(StepFailure failure, int attempts) {
    Duration wanted = null;
    if (failure instanceof StepFailure.NotSent notSent) {
      wanted = notSent.after();
    } else if (failure instanceof StepFailure.RetryLater later) {
      wanted = later.after();
    } else if (failure instanceof StepFailure.Held held) {
      wanted = held.after();
    }
    return wanted == null ? backoff.after(attempts) : backoff.atLeast(wanted);
  }
}
