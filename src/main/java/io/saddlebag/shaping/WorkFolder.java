package io.saddlebag.shaping;

import io.saddlebag.kamelet.ExactText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where shaped copies lie while the steps after them work: a folder for each use, removed when the
 * exchange is done, whether it went well or not. What a crash leaves is removed at the next start.
 */
public final class WorkFolder {
  private static final Logger LOG = LoggerFactory.getLogger(WorkFolder.class);

  private final Path folder;

  /** Copies under this folder; it is made when it is first used. */
  public WorkFolder(Path folder) {
    this.folder = folder;
  }

  /** As {@link #WorkFolder(Path)}, for a Kamelet that has the folder as text. */
  public WorkFolder(String folder) {
    this(Path.of(ExactText.of(folder)));
  }

  /**
   * A new, empty folder, removed with all that is in it when the exchange is done.
   *
   * @throws IOException when it cannot be made, as on a full disk
   */
  public Path open(Exchange exchange) throws IOException {
    Files.createDirectories(folder);
    Path opened = Files.createTempDirectory(folder, "work-");
    String caller = KameletCalls.caller(exchange);
    if (caller != null) {
      KameletCalls.of(exchange.getContext()).afterwards(caller, () -> removeQuietly(opened));
      return opened;
    }
    exchange
        .getExchangeExtension()
        .addOnCompletion(
            new SynchronizationAdapter() {
              @Override
              public void onDone(Exchange done) {
                removeQuietly(opened);
              }
            });
    return opened;
  }

  /**
   * Removes what a crash has left behind. Only for the start, before any exchange: whatever lies
   * here then belongs to nobody.
   */
  public void removeLeftovers() throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (var leftovers = Files.newDirectoryStream(folder, "work-*")) {
      for (Path leftover : leftovers) {
        remove(leftover);
      }
    }
  }

  /** A copy that stays costs disk only: the delivery went as it went. */
  private static void removeQuietly(Path opened) {
    try {
      remove(opened);
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("The work folder {} cannot be removed; the next start does it", opened, e);
    }
  }

  private static void remove(Path tree) throws IOException {
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException problem)
              throws IOException {
            if (problem != null) {
              throw problem;
            }
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
