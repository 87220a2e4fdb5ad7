package io.saddlebag.run;

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

  private final Ledger ledger;
  private final Endings endings;
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
      Ledger ledger, Backoff backoff, UnaryOperator<String> redact, StopSignal stop, Clock clock) {
    this.ledger = ledger;
    this.endings = new Endings(ledger, clock);
    this.backoff = backoff;
    this.redact = redact;
    this.stop = stop;
    this.clock = clock;
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
    Run run = ledger.runs().get(exchange.getVariable(RunVariables.RUN_ID, String.class));
    boolean inCreate = inCreate(exchange);
    boolean sent = exchange.getVariable(RunVariables.REQUEST_SENT, true, Boolean.class);
    exchange.setVariable(RunVariables.RUN_STATE, "PARKED");
    Exception cause = cause(exchange);
    boolean moved = cause instanceof StaleRunException;
    if (!stop.requested() && !run.state().finished() && !moved) {
      // Camel chooses a clause by the innermost cause; a failure that a step named keeps its name.
      StepFailure named = cause instanceof StepFailure step ? step : failure;
      boolean harmless = !sent || named instanceof StepFailure.NotSent;
      record(run, named, inCreate && harmless);
    }
  }

  /**
   * Whether the create step failed. A find step, too, works on a run in CREATING, but whatever
   * happens to it says nothing about the create request that it looks for.
   */
  private static boolean inCreate(Exchange exchange) {
    return RunState.REQUESTED
        .name()
        .equals(exchange.getVariable(RunVariables.RUN_STATE, String.class));
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

  /** The name of a kind of failure as people write it: {@code UnknownHostException} is an unknown host. */
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
    LOG.error("A step failed in a way that has no name", cause);
    return new StepFailure.RetryLater(
        "UNEXPECTED",
        "a step ended in a way that nobody foresaw (" + words(cause) + "); the log has the details",
        null,
        5,
        cause);
  }

  private void record(Run run, StepFailure failure, boolean notCreated) {
    Failure named =
        new Failure(
            failure.failureName(),
            redact.apply(Printable.line(String.valueOf(failure.getMessage()), LONGEST_MESSAGE)));
    int attempts = run.attempts() + 1;
    boolean last =
        failure instanceof StepFailure.Rejected
            || (failure instanceof StepFailure.RetryLater later && attempts >= later.attempts());
    boolean cancelling = endings.due(run);
    if (cancelling && (last || attempts >= CANCEL_ATTEMPTS)) {
      ledger.history().failed(run.id(), run.state(), named, false, clock.instant());
      ledger.runs().note(run.id(), "the vendor's job could not be cancelled: " + named.message());
      endings.stopped(run);
      return;
    }
    ledger.history().failed(run.id(), run.state(), named, last, clock.instant());
    if (last) {
      endings.end(run, RunState.FAILED, named, null);
      return;
    }
    Instant due = Endings.within(run, clock.instant().plus(wait(failure, attempts)));
    String waiting = named.name() + ", attempt " + attempts;
    LOG.warn("{}: {}: {}; tried again at {}", run.id(), named.name(), named.message(), due);
    if (notCreated && run.state() == RunState.CREATING) {
      ledger.moves().notCreated(run.id(), attempts, due, waiting);
    } else {
      ledger.moves().park(run.id(), run.state(), attempts, due, waiting);
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
}
