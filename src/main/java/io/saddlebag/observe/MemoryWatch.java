package io.saddlebag.observe;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryNotificationInfo;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import javax.management.ListenerNotFoundException;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says when memory is short: when a collection leaves what lives long nearly full, the JVM does
 * little else than collect, and nothing else tells of it. Thread-safe.
 */
public final class MemoryWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MemoryWatch.class);

  /** So much of the space may be taken after a collection, in hundredths. */
  private static final long NEARLY_FULL = 85;

  /** So long it is not told again. */
  private static final Duration SILENCE = Duration.ofMinutes(5);

  private final @Nullable MemoryPoolMXBean pool;
  private final NotificationListener listener;
  private final AtomicLong nextTold = new AtomicLong(System.nanoTime());

  /**
   * Watches from now on.
   *
   * @param told is told, in a sentence, each time that memory becomes short
   */
  MemoryWatch(Consumer<String> told) {
    this.pool = longLived();
    this.listener =
        (notification, unused) -> {
          if (notification
              .getType()
              .equals(MemoryNotificationInfo.MEMORY_COLLECTION_THRESHOLD_EXCEEDED)) {
            tell(told);
          }
        };
    if (pool != null) {
      if (pool.getCollectionUsageThreshold() == 0) {
        pool.setCollectionUsageThreshold(pool.getUsage().getMax() / 100 * NEARLY_FULL);
      }
      emitter().addNotificationListener(listener, null, null);
    }
  }

  private void tell(Consumer<String> told) {
    long now = System.nanoTime();
    long next = nextTold.get();
    if (now - next >= 0 && nextTold.compareAndSet(next, now + SILENCE.toNanos())) {
      shortage().ifPresent(told);
    }
  }

  /** A watch that warns in the log. */
  public static MemoryWatch start() {
    return new MemoryWatch(LOG::warn);
  }

  /** What is short, and what to do; empty while nothing is. */
  public Optional<String> shortage() {
    MemoryUsage left = pool == null ? null : pool.getCollectionUsage();
    return left == null || left.getMax() <= 0
        ? Optional.empty()
        : shortage(left.getUsed(), left.getMax(), Runtime.getRuntime().maxMemory());
  }

  /**
   * The same for these numbers of bytes.
   *
   * @param used what a collection left
   * @param space what there is for it
   * @param heap the largest heap
   */
  static Optional<String> shortage(long used, long space, long heap) {
    if (used < space / 100 * NEARLY_FULL) {
      return Optional.empty();
    }
    return Optional.of(
        "memory is short: after a collection "
            + (used >> 20)
            + " of "
            + (space >> 20)
            + " MiB for what lives long are taken; raise -Xmx in SADDLEBAG_JAVA_OPTIONS, to -Xmx"
            + (heap >> 19)
            + "m for example, or let another node take some of the exports");
  }

  private static @Nullable MemoryPoolMXBean longLived() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(one -> one.getType() == MemoryType.HEAP)
        .filter(MemoryPoolMXBean::isCollectionUsageThresholdSupported)
        .filter(one -> one.getUsage().getMax() > 0)
        .max(Comparator.comparingLong(one -> one.getUsage().getMax()))
        .orElse(null);
  }

  private static NotificationEmitter emitter() {
    return (NotificationEmitter) ManagementFactory.getMemoryMXBean();
  }

  @Override
  public void close() {
    if (pool != null) {
      try {
        emitter().removeNotificationListener(listener);
      } catch (ListenerNotFoundException alreadyClosed) {
        LOG.debug("The watch over memory was closed before", alreadyClosed);
      }
    }
  }
}
