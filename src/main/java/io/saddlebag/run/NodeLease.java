package io.saddlebag.run;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's lease in the ledger: taken at the start, renewed as long as the process lives, and let
 * run out when it ends. While it lasts nobody else carries on what this node has begun; when that
 * of another node is over, this one gives what that one carried to all.
 *
 * <p>A node that has slept, or whose database was away, finds its own lease over. The others may be
 * as late as it is, so it judges nobody until each has had the time of a lease to renew its own.
 */
public final class NodeLease implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeLease.class);

  /** So many renewals may fail before the lease is over. */
  private static final int RENEWALS = 5;

  private static final Duration LOOK = Duration.ofMillis(100);

  private final Nodes nodes;
  private final NodeIdentity identity;
  private final NodeSettings settings;
  private final @Nullable Markers markers;
  private final ScheduledExecutorService thread;
  private volatile long judgesFrom;
  private volatile boolean lost;

  /** What nodes leave in a staging folder that they share, to prove that it is the same one. */
  public interface Markers {
    /** Leaves the marker of a node; throws when the folder cannot be written. */
    void leave(String node, String text);

    /** Whether the marker of a node is there. */
    boolean sees(String node, String text);
  }

  /**
   * A lease that has not been taken.
   *
   * @param markers those in the shared staging folder; null when this node has one of its own
   */
  public NodeLease(
      Ledger ledger, NodeIdentity identity, NodeSettings settings, @Nullable Markers markers) {
    this.markers = markers;
    this.nodes = ledger.nodes();
    this.identity = identity;
    this.settings = settings;
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread made = new Thread(work, "node");
              made.setDaemon(true);
              return made;
            });
  }

  /**
   * Takes the lease and keeps it; throws, with a sentence that says what to do, when another
   * process holds the identity.
   *
   * @param whenLost is called, once, when another process has taken the identity over all the same
   */
  public void take(Runnable whenLost) {
    if (markers != null) {
      markers.leave(identity.id(), identity.holder());
    }
    register();
    requireSameStaging();
    judgesFrom = System.nanoTime() + settings.lease().toNanos();
    long pause = settings.lease().dividedBy(RENEWALS).toMillis();
    thread.scheduleWithFixedDelay(() -> beat(whenLost), pause, pause, TimeUnit.MILLISECONDS);
  }

  private void register() {
    boolean registered = false;
    while (!registered) {
      Optional<Node> known = nodes.find(identity.id());
      if (known.isEmpty()) {
        registered =
            nodes.add(identity, settings.name(), settings.sharedStaging(), settings.lease());
      } else {
        requireFree(known.get());
        registered =
            nodes.takeOver(
                known.get(), identity, settings.name(), settings.sharedStaging(), settings.lease());
      }
    }
  }

  /**
   * The folder's own earlier process has ended, since this one has its lock. Any other holder must
   * prove that it lives by renewing the lease.
   */
  private void requireFree(Node seen) {
    boolean ours =
        seen.holder().equals(identity.lastHolder()) && seen.place().equals(identity.place());
    if (seen.away() || ours) {
      return;
    }
    LOG.info("Waits whether {} is held by a process elsewhere", seen.words());
    Node now = seen;
    while (!now.away()) {
      LockSupport.parkNanos(LOOK.toNanos());
      now = nodes.find(seen.id()).orElse(seen);
      if (!now.holder().equals(seen.holder()) || now.leaseUntil().isAfter(seen.leaseUntil())) {
        throw new IllegalStateException(
            "the node "
                + now.words()
                + " runs already, since "
                + now.startedAt()
                + ", with another data folder: "
                + settings.identityFile()
                + " is a copy of its identity. Stop that node, or delete this file to make a node"
                + " of its own of this data folder");
      }
    }
  }

  /** A node leaves its marker before it is in the ledger, so that whoever knows it can look. */
  private void requireSameStaging() {
    for (Node other : nodes.all()) {
      if (other.away() || other.id().equals(identity.id())) {
        continue;
      }
      if (other.sharedStaging() != settings.sharedStaging()) {
        throw new IllegalStateException(
            "the node "
                + other.words()
                + (other.sharedStaging()
                    ? " shares its staging folder with all nodes, this one does not"
                    : " has a staging folder of its own, this one wants to share its folder")
                + ": give saddlebag.staging.shared the same value on all nodes, with all of them"
                + " stopped");
      }
      if (markers != null && !markers.sees(other.id(), other.holder())) {
        throw new IllegalStateException(
            "saddlebag.staging.shared is true, but what the node "
                + other.words()
                + " has left in its staging folder is not seen in this one's: let staging.folder"
                + " name the same folder of a shared file system on all nodes, or set"
                + " saddlebag.staging.shared to false on all of them");
      }
    }
  }

  private void beat(Runnable whenLost) {
    try {
      List<Node> all = nodes.all();
      boolean late = all.stream().anyMatch(node -> node.id().equals(identity.id()) && node.away());
      if (!nodes.renew(identity, settings.lease())) {
        lose(whenLost);
        return;
      }
      if (late) {
        LOG.warn(
            "This node was not heard of for longer than its lease of {}; others may have carried on"
                + " what it was doing",
            settings.lease());
        judgesFrom = System.nanoTime() + settings.lease().toNanos();
      }
      if (System.nanoTime() - judgesFrom >= 0) {
        all.stream().filter(node -> node.away() && !node.settled()).forEach(this::settle);
      }
    } catch (RuntimeException e) {
      if (thread.isShutdown()) {
        return;
      }
      LOG.warn("This node's lease cannot be renewed: {}", e.getMessage());
    }
  }

  private void settle(Node away) {
    if (!away.id().equals(identity.id()) && nodes.settle(away.id())) {
      LOG.warn("{} is away since {}; the others carry on", away.words(), away.leaseUntil());
    }
  }

  private void lose(Runnable whenLost) {
    if (!lost) {
      lost = true;
      thread.shutdown();
      LOG.error(
          "Another process has taken this node's identity {} over: this one stops. Its data folder"
              + " was copied: delete {} in one of the two",
          identity.id(),
          settings.identityFile());
      whenLost.run();
    }
  }

  /** The identity. */
  public NodeIdentity identity() {
    return identity;
  }

  /** Whether another process has taken the identity over. */
  public boolean lost() {
    return lost;
  }

  /**
   * Renews no more. The lease runs out by itself: a node that is started again at once keeps all.
   */
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(1, TimeUnit.SECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      thread.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
