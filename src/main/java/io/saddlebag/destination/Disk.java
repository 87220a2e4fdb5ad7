package io.saddlebag.destination;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;

/** What outlives a power cut: only what was forced, a name only when its folder was. */
final class Disk {
  private final Forcing forcing;

  /** How a file, or a folder's list of names, is forced to the disk; a seam for tests. */
  @FunctionalInterface
  interface Forcing {
    void force(Path path, StandardOpenOption how) throws IOException;
  }

  Disk() {
    this(Disk::really);
  }

  Disk(Forcing forcing) {
    this.forcing = forcing;
  }

  private static void really(Path path, StandardOpenOption how) throws IOException {
    try (FileChannel channel = FileChannel.open(path, how)) {
      channel.force(true);
    }
  }

  void forceFile(Path file) throws IOException {
    // Its permissions may forbid even its owner to write.
    forcing.force(
        file, Files.isWritable(file) ? StandardOpenOption.WRITE : StandardOpenOption.READ);
  }

  void forceFolder(Path folder) throws IOException {
    forcing.force(folder, StandardOpenOption.READ);
  }

  /** Makes a folder with all that are missing above it, each of them forced. */
  void makeFolders(Path folder) throws IOException {
    Deque<Path> missing = new ArrayDeque<>();
    for (Path at = folder; at != null && !Files.isDirectory(at); at = at.getParent()) {
      missing.push(at);
    }
    for (Path next : missing) {
      try {
        Files.createDirectory(next);
      } catch (FileAlreadyExistsException e) {
        // Another delivery may make the same folder; a file in its place is a fault.
        if (!Files.isDirectory(next)) {
          throw e;
        }
      }
      Path parent = next.getParent();
      if (parent != null) {
        forceFolder(parent);
      }
    }
  }
}
