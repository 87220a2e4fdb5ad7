package io.saddlebag.export;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The texts of a folder of route files, read again only where a file is not as it was: a thousand
 * of them are looked at every second. Not thread-safe.
 */
final class FolderWatch {
  /** A file system may not tell apart two changes within this time. */
  private static final Duration UNSETTLED = Duration.ofSeconds(3);

  /** Whatever a file's attributes say, it is read so often. */
  private static final Duration FULL_LOOK = Duration.ofMinutes(1);

  private final Path folder;
  private final Clock clock;
  private Map<Path, Seen> seen = new HashMap<>();
  private Map<Path, Optional<String>> texts = new TreeMap<>();
  private Instant lastFullLook = Instant.MIN;

  private record Seen(
      Instant modified, long size, @Nullable Object key, boolean settled, Optional<String> text) {

    boolean same(BasicFileAttributes now) {
      return settled
          && modified.equals(now.lastModifiedTime().toInstant())
          && size == now.size()
          && Objects.equals(key, now.fileKey());
    }
  }

  FolderWatch(Path folder, Clock clock) {
    this.folder = folder;
    this.clock = clock;
  }

  /**
   * The texts as they are now, by their path; one that cannot be read has none. A text that is as
   * it was is the same object.
   */
  Map<Path, Optional<String>> texts() {
    Instant now = clock.instant();
    boolean all = now.isBefore(lastFullLook) || now.isAfter(lastFullLook.plus(FULL_LOOK));
    if (all) {
      lastFullLook = now;
    }
    Map<Path, Seen> found = new HashMap<>(2 * seen.size());
    AtomicBoolean news = new AtomicBoolean();
    visit(
        (path, attributes) -> {
          Seen before = seen.get(path);
          if (before != null && !all && before.same(attributes)) {
            found.put(path, before);
          } else {
            look(path, attributes, before, now)
                .ifPresent(
                    looked -> {
                      found.put(path, looked);
                      news.compareAndSet(
                          false, before == null || !before.text().equals(looked.text()));
                    });
          }
        });
    if (news.get() || found.size() != seen.size()) {
      texts = new TreeMap<>();
      found.forEach((path, file) -> texts.put(path, file.text()));
    }
    seen = found;
    return texts;
  }

  private static Optional<Seen> look(
      Path path, BasicFileAttributes attributes, @Nullable Seen before, Instant now) {
    return ExportFolder.text(path)
        .map(
            text -> {
              Instant modified = attributes.lastModifiedTime().toInstant();
              return new Seen(
                  modified,
                  attributes.size(),
                  attributes.fileKey(),
                  text.isPresent() && modified.isBefore(now.minus(UNSETTLED)),
                  before != null && before.text().equals(text) ? before.text() : text);
            });
  }

  private interface Visit {
    void file(Path path, BasicFileAttributes attributes);
  }

  private void visit(Visit visit) {
    try {
      Files.walkFileTree(
          folder,
          EnumSet.noneOf(FileVisitOption.class),
          Integer.MAX_VALUE,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
              if (ExportFolder.named(path)) {
                target(path, attributes).ifPresent(target -> visit.file(path, target));
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path path, IOException gone) throws IOException {
              if (path.equals(folder)) {
                throw gone;
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the folder " + folder + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** What a link leads to, as a file system that is mounted into a container is made of them. */
  private static Optional<BasicFileAttributes> target(Path path, BasicFileAttributes attributes) {
    if (!attributes.isSymbolicLink()) {
      return Optional.of(attributes);
    }
    try {
      return Optional.of(Files.readAttributes(path, BasicFileAttributes.class));
    } catch (IOException leadsNowhere) {
      return Optional.empty();
    }
  }
}
