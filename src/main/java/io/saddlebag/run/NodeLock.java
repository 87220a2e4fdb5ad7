package io.saddlebag.run;

import io.saddlebag.file.OwnerOnly;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * The right to be the one runtime of a data folder. The operating system releases it when the
 * process ends, however it ends.
 */
public final class NodeLock implements AutoCloseable {
  private final FileChannel channel;

  private NodeLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Takes the lock; empty when another process has it. */
  public static Optional<NodeLock> tryTake(Path dataFolder) {
    Path file = dataFolder.resolve("runtime.lock");
    try {
      OwnerOnly.makeFolder(dataFolder);
      FileChannel channel =
          FileChannel.open(
              file,
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
              OwnerOnly.file(dataFolder));
      FileLock lock = lock(channel);
      if (lock == null) {
        channel.close();
        return Optional.empty();
      }
      return Optional.of(new NodeLock(channel));
    } catch (IOException e) {
      throw new LedgerUnavailable(
          "the data folder "
              + dataFolder
              + " cannot be written: "
              + e.getMessage()
              + "; set data.folder to one that can",
          e);
    }
  }

  /**
   * Takes the lock, waiting a little for another process to give it up: one that is just stopping,
   * or a command that only looks whether a runtime is there.
   */
  public static Optional<NodeLock> take(Path dataFolder, Duration patience) {
    long until = System.nanoTime() + patience.toNanos();
    Optional<NodeLock> lock = tryTake(dataFolder);
    while (lock.isEmpty() && System.nanoTime() < until) {
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
      lock = tryTake(dataFolder);
    }
    return lock;
  }

  private static @org.jspecify.annotations.Nullable FileLock lock(FileChannel channel)
      throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException sameProcess) {
      return null;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
