package io.saddlebag.staging;

import io.saddlebag.file.OwnerOnly;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * What makes staged bytes last: the order of syncs and renames. A seam, because neither a full disk
 * nor a power cut can be had in a test.
 */
@FunctionalInterface
interface Disk {
  /** How many bytes may still be written where this folder is. */
  long usable(Path folder) throws IOException;

  /** Puts a file's bytes on the disk itself; some disks say only now that they are full. */
  default void sync(FileChannel channel, Path file) throws IOException {
    channel.force(true);
  }

  /** Puts a folder's names on the disk itself: a rename, or a new folder, lasts only then. */
  default void syncFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Gives a file its name, in one step. */
  default void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Makes a folder that lasts, with those above it that are not there. */
  default void createFolder(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    Path above = folder.toAbsolutePath().getParent();
    if (above != null) {
      createFolder(above);
    }
    OwnerOnly.makeFolder(folder);
    if (above != null) {
      syncFolder(above);
    }
  }
}
