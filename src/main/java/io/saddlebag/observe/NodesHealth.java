package io.saddlebag.observe;

import io.saddlebag.run.Ledger;
import io.saddlebag.run.Node;
import io.saddlebag.run.Run;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * Down while runs wait for a node that is away: it has their files, and the vendor cannot give them
 * again. Tells which nodes are there.
 */
final class NodesHealth extends AbstractHealthCheck {
  private final Ledger ledger;
  private final String node;

  NodesHealth(Ledger ledger, String node) {
    super("saddlebag", "nodes");
    this.ledger = ledger;
    this.node = node;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    try {
      List<Node> there = ledger.nodes().all().stream().filter(one -> !one.away()).toList();
      builder.detail("node", node);
      builder.detail("nodes", there.stream().map(Node::words).collect(Collectors.joining(", ")));
      List<Run> waiting = ledger.nodes().runsThatWait();
      if (waiting.isEmpty()) {
        builder.up();
      } else {
        Run first = waiting.get(0);
        builder
            .message(
                first.id() + " waits for " + Objects.requireNonNullElse(first.waitingFor(), ""))
            .detail("waiting", waiting.size())
            .down();
      }
    } catch (RuntimeException ledgerIsAway) {
      builder.message("the nodes cannot be read from the ledger").down();
    }
  }
}
