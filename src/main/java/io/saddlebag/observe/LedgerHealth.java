package io.saddlebag.observe;

import io.saddlebag.run.Ledger;
import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Down when the ledger cannot be read: without it nothing is carried on. */
final class LedgerHealth extends AbstractHealthCheck {
  private final Ledger ledger;

  LedgerHealth(Ledger ledger) {
    super("saddlebag", "ledger");
    this.ledger = ledger;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    if (ledger.readable()) {
      builder.up();
    } else {
      builder.message("the ledger " + ledger.settings() + " cannot be read").down();
    }
  }
}
