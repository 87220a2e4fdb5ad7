package io.saddlebag.http;

import io.saddlebag.export.Connection;
import io.saddlebag.export.ExportDefinition;
import io.saddlebag.export.Limits;
import io.saddlebag.run.CallBudgets;
import io.saddlebag.run.StepFailure;
import io.saddlebag.run.VendorGate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.camel.Exchange;

/**
 * What every call to a vendor has to pass: the budget of calls that the vendor allows to the
 * account, over all nodes, and the {@link CredentialGuard}. Thread-safe.
 */
public final class VendorCalls implements VendorGate {
  private static final Duration TRIED = Duration.ofSeconds(1);
  private static final String CALLED = "SaddlebagCalled";

  private final CredentialGuard credentials;
  private final CallBudgets budgets;
  private final Clock clock;

  /** Until when the budgets of connections are known to be spent. */
  private final Map<String, Instant> spent = new ConcurrentHashMap<>();

  /** Calls with these budgets and credentials. */
  public VendorCalls(CredentialGuard credentials, CallBudgets budgets, Clock clock) {
    this.credentials = credentials;
    this.budgets = budgets;
    this.clock = clock;
  }

  /** What became of the credentials. */
  public CredentialGuard credentials() {
    return credentials;
  }

  /** Before a call with credentials goes out; throws when it may not. */
  void before(Exchange exchange, Connection connection) {
    credentials.before(exchange, connection);
    Optional<String> limit = connection.find(Limits.CALLS).filter(text -> text.matches("\\d{1,9}"));
    if (limit.isEmpty()) {
      return;
    }
    boolean first = exchange.getProperty(CALLED) == null;
    Instant now = clock.instant();
    Optional<Duration> wait =
        budgets.take(connection.name(), Long.parseLong(limit.get()), first, now);
    if (wait.isPresent()) {
      spent.put(connection.name(), now.plus(wait.get()));
      throw new StepFailure.Held(
          "calls: "
              + connection.name()
              + "."
              + Limits.CALLS
              + " allows all nodes together "
              + limit.get()
              + ", and they are spent for the moment",
          wait.get());
    }
    exchange.setProperty(CALLED, true);
  }

  @Override
  public Optional<Duration> hold(ExportDefinition export, String run) {
    Instant until = spent.get(export.connection());
    if (until != null) {
      Duration left = Duration.between(clock.instant(), until);
      if (left.compareTo(Duration.ZERO) > 0 && left.compareTo(Duration.ofHours(1)) <= 0) {
        return Optional.of(left);
      }
      spent.remove(export.connection(), until);
    }
    return credentials.open(export.connection(), export.kamelet(), run)
        ? Optional.empty()
        : Optional.of(TRIED);
  }

  @Override
  public void ended(String run) {
    credentials.ended(run);
  }

  @Override
  public void whenOpened(Consumer<String> listener) {
    credentials.whenOpened(listener);
  }
}
