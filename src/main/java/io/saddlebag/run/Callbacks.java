package io.saddlebag.run;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bean {@code callbacks}: lets a vendor say that a file is there. What it says is a hint and
 * nothing of it is believed: the run is woken and asks for the status itself. A hint may be lost,
 * doubled, early or forged; polling goes on all the same.
 */
public final class Callbacks {
  private static final Logger LOG = LoggerFactory.getLogger(Callbacks.class);
  private static final Duration BETWEEN_HINTS = Duration.ofSeconds(1);

  private final Ledger ledger;
  private final Wakeups wakeups;
  private final CallbackSettings settings;
  private final Clock clock;

  /** Callbacks for the runs of this ledger. */
  public Callbacks(Ledger ledger, Wakeups wakeups, CallbackSettings settings, Clock clock) {
    this.ledger = ledger;
    this.wakeups = wakeups;
    this.settings = settings;
    this.clock = clock;
  }

  /** The address that the vendor of this run calls back. */
  public String address(Exchange exchange) {
    if (!settings.usable()) {
      throw new StepFailure.Rejected(
          "CALLBACK_NOT_SET",
          "the export wants a callback, but callbacks.url or callbacks.secret is not set: set both, or"
              + " callback: false");
    }
    return settings.url()
        + "/callbacks/"
        + settings.secret()
        + "/"
        + exchange.getVariable(RunVariables.RUN_EXPORT, String.class);
  }

  /** Answers a callback: 204 when the secret is right, whatever becomes of it, else 404. */
  public void receive(Exchange exchange) {
    String given = exchange.getMessage().getHeader("secret", "", String.class);
    String export = exchange.getMessage().getHeader("export", "", String.class);
    exchange.getMessage().removeHeaders("*");
    exchange.getMessage().setBody(null);
    boolean right = settings.usable() && same(settings.secret(), given);
    exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, right ? 204 : 404);
    if (right) {
      wake(export);
    }
  }

  /** Takes as long for a wrong secret as for a right one. */
  private static boolean same(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }

  private void wake(String export) {
    Optional<Run> run = ledger.runs().active(export);
    Instant now = clock.instant();
    if (run.isEmpty() || run.get().state() != RunState.PENDING || askedJustNow(run.get(), now)) {
      return;
    }
    if (ledger.runs().hasten(run.get().id(), now)) {
      LOG.info("{}: the vendor calls back; its status is asked now", run.get().id());
      wakeups.now(run.get(), now);
    }
  }

  /** So that nobody who knows the address can make us call the vendor without a pause. */
  private boolean askedJustNow(Run run, Instant now) {
    List<Poll> polls = ledger.history().polls(run.id());
    return !polls.isEmpty()
        && polls.get(polls.size() - 1).lastAt().plus(BETWEEN_HINTS).isAfter(now);
  }
}
