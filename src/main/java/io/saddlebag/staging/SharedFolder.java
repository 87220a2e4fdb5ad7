package io.saddlebag.staging;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Proves that a staging folder is the same for several nodes: each leaves a marker that only it
 * knows the text of, and looks for those of the others.
 */
public final class SharedFolder {
  private static final Duration LOOK = Duration.ofMillis(200);

  private final Path folder;
  private final Duration patience;

  /**
   * The markers in a staging folder.
   *
   * @param patience how long a marker is looked for: network file systems show new files late
   */
  public SharedFolder(Path folder, Duration patience) {
    this.folder = folder.resolve(".nodes");
    this.patience = patience;
  }

  /** Leaves the marker of a node; throws when the folder cannot be written. */
  public void mark(String node, String text) {
    try {
      Files.createDirectories(folder);
      Path temporary = folder.resolve(node + ".new");
      Files.writeString(temporary, text, StandardCharsets.UTF_8);
      Files.move(
          temporary,
          folder.resolve(node),
          StandardCopyOption.REPLACE_EXISTING,
          StandardCopyOption.ATOMIC_MOVE);
      if (!sees(node, text)) {
        throw new IOException("what is written there is not read again");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the shared staging folder " + folder + " cannot be used: " + e.getMessage(), e);
    }
  }

  /** Whether the marker of a node is here. */
  public boolean sees(String node, String text) {
    long until = System.nanoTime() + patience.toNanos();
    boolean seen = read(node).equals(Optional.of(text));
    while (!seen && System.nanoTime() < until) {
      LockSupport.parkNanos(LOOK.toNanos());
      seen = read(node).equals(Optional.of(text));
    }
    return seen;
  }

  private Optional<String> read(String node) {
    try {
      return Optional.of(Files.readString(folder.resolve(node), StandardCharsets.UTF_8));
    } catch (IOException notThere) {
      return Optional.empty();
    }
  }
}
