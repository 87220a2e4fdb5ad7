package io.saddlebag.observe;

import io.saddlebag.run.LedgerWatch;
import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Down when the ledger cannot be written: without it nothing is carried on. */
final class LedgerHealth extends AbstractHealthCheck {
  private final LedgerWatch ledger;

  LedgerHealth(LedgerWatch ledger) {
    super("saddlebag", "ledger");
    this.ledger = ledger;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    ledger
        .problem()
        .ifPresentOrElse(problem -> builder.message(problem).down(), () -> builder.up());
  }
}
