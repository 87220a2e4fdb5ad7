package io.saddlebag.observe;

import io.saddlebag.run.CredentialLog;
import io.saddlebag.run.Ledger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * Down while runs of a connection are due for long and do not begin, and while a vendor refuses the
 * credentials of one; says which.
 */
final class ConnectionsHealth extends AbstractHealthCheck {
  private final Ledger ledger;
  private final Lateness lateness;
  private final Duration most;

  ConnectionsHealth(Ledger ledger, Lateness lateness, Duration most) {
    super("saddlebag", "connections");
    this.ledger = ledger;
    this.lateness = lateness;
    this.most = most;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    List<String> wrong = new ArrayList<>();
    lateness
        .byConnection()
        .forEach(
            (connection, late) -> {
              builder.detail("late." + connection, late.runs());
              builder.detail("lateSeconds." + connection, late.longest().toSeconds());
              if (late.longest().compareTo(most) > 0) {
                wrong.add(
                    late.runs()
                        + " runs of the connection "
                        + connection
                        + " are due and have not begun, one for "
                        + late.longest().toSeconds()
                        + " s: its vendor is slow, its budget is spent, or this node has too few"
                        + " threads");
              }
            });
    List<CredentialLog.Refusal> refused = ledger.credentials().refused();
    if (!refused.isEmpty()) {
      String names =
          refused.stream()
              .map(refusal -> refusal.key().connection())
              .distinct()
              .collect(Collectors.joining(", "));
      builder.detail("refused", names);
      wrong.add("the vendor refuses the credentials of " + names + ": see `saddlebag runs`");
    }
    if (wrong.isEmpty()) {
      builder.up();
    } else {
      builder.message(String.join("; ", wrong)).down();
    }
  }
}
