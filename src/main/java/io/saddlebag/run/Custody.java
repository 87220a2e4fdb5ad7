package io.saddlebag.run;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which node carries the transfers of a run. A node that begins to fetch carries the run as long as
 * its lease lasts, because what it has fetched is on its own disk. When the lease is over, the
 * files are fetched again by another node; where the vendor cannot give them again, the run waits
 * for the node. Nodes that share their staging folder carry each other's runs without all this.
 */
final class Custody {
  private static final Logger LOG = LoggerFactory.getLogger(Custody.class);
  private static final Duration LOOK = Duration.ofSeconds(5);

  private final Ledger ledger;
  private final String node;
  private final boolean shared;
  private final Endings endings;
  private final Clock clock;

  /**
   * The custody of one node.
   *
   * @param node this node's identity
   * @param shared whether all nodes share the staging folder
   */
  Custody(Ledger ledger, String node, boolean shared, Clock clock) {
    this.ledger = ledger;
    this.node = node;
    this.shared = shared;
    this.endings = new Endings(ledger, clock);
    this.clock = clock;
  }

  /** Says who carries a run that is due in the lane of transfers; gives it back as it is then. */
  Run settle(Run run) {
    if (run.state().lane() != Lane.TRANSFERS || node.equals(run.node())) {
      return run;
    }
    try {
      return carried(run);
    } catch (StaleRunException movedMeanwhile) {
      return settle(ledger.runs().get(run.id()));
    }
  }

  private Run carried(Run run) {
    String other = run.node();
    if (other != null) {
      return ledger.nodes().there(other) ? run : settle(give(run, null));
    }
    Optional<String> holder = holder(run);
    boolean there = holder.isPresent() && ledger.nodes().there(holder.get());
    if (run.state() == RunState.READY) {
      if (there && run.stagedAt() != null) {
        ledger.moves().asStagedBefore(run, run.givenOnce(), clock.instant());
        return settle(ledger.runs().get(run.id()));
      }
      return shared ? run : give(run, node);
    }
    if (holder.isEmpty()) {
      return shared ? run : give(run, node);
    }
    if (there) {
      return give(run, holder.get());
    }
    if (endings.due(run)) {
      return run;
    }
    return run.givenOnce() ? await(run, holder.get()) : fetchAgain(run, holder.get());
  }

  /** Who has what is still to be delivered; this node first, and empty when nobody has to. */
  private Optional<String> holder(Run run) {
    List<String> holders =
        ledger.receipts().of(run.id()).stream()
            .filter(file -> file.deliveredAt() == null)
            .flatMap(file -> Optional.ofNullable(file.node()).stream())
            .toList();
    return holders.contains(node) ? Optional.of(node) : holders.stream().findFirst();
  }

  private Run give(Run run, @Nullable String to) {
    ledger.moves().carriedBy(run, to);
    return ledger.runs().get(run.id());
  }

  private Run fetchAgain(Run run, String holder) {
    LOG.warn(
        "{}: {} has its staged files and is away; they are fetched again", run.id(), words(holder));
    ledger.moves().fetchAgain(run, clock.instant());
    return settle(ledger.runs().get(run.id()));
  }

  private Run await(Run run, String holder) {
    ledger.moves().suspend(run, clock.instant().plus(LOOK), run.deadlineAt(), waitsFor(holder));
    return ledger.runs().get(run.id());
  }

  private String waitsFor(String holder) {
    return "the node "
        + words(holder)
        + ", which has its staged files and is away; the vendor cannot give them again";
  }

  private String words(String holder) {
    return ledger.nodes().find(holder).map(Node::words).orElse(holder);
  }
}
