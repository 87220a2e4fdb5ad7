package io.saddlebag.staging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What a disk tells of a file without reading it, and changes with each write to it, whatever the
 * writer does: which file it is, its length, and when it was changed. Two equal stamps are of the
 * same bytes. Disks that keep no time of change have no stamps.
 *
 * @param attributes as {@code unix:ino} and the like
 */
record Stamp(Map<String, Object> attributes) {

  static Optional<Stamp> of(Path file) throws IOException {
    if (!file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
      return Optional.empty();
    }
    return Optional.of(
        new Stamp(Files.readAttributes(file, "unix:dev,ino,size,ctime,lastModifiedTime")));
  }
}
