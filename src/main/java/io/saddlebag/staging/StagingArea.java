package io.saddlebag.staging;

import io.saddlebag.file.OwnerOnly;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The folder of staged files: one folder a run, one slot a file. Thread-safe; a slot belongs to the
 * thread that carries its run.
 */
public final class StagingArea {
  private static final Pattern PART =
      Pattern.compile("\\d+[.](\\d+[.])?(part|part[.]properties|tries)");

  private final Path root;
  private final StagingLimits limits;
  private final Clock clock;
  private final Disk disk;
  private final Writers writers = new Writers();
  private final Stamps stamps = new Stamps();

  /** A staging area in this folder, which is made when it is needed. */
  public StagingArea(Path root, StagingLimits limits, Clock clock) {
    this(root, limits, clock, StagingArea::usable);
  }

  StagingArea(Path root, StagingLimits limits, Clock clock, Disk disk) {
    this.root = root;
    this.limits = limits;
    this.clock = clock;
    this.disk = disk;
  }

  private static long usable(Path folder) throws IOException {
    FileStore store = Files.getFileStore(folder);
    return store.getUsableSpace();
  }

  /**
   * Takes the staged files from all but their owner, those of versions before this one too.
   *
   * @throws IOException when the folder cannot be read
   */
  public void makePrivate() throws IOException {
    OwnerOnly.correct(root);
    for (Path folder : list(root)) {
      OwnerOnly.correct(folder);
    }
  }

  /** The place for one file of a run that knows no attempts. */
  StagingSlot slot(String runId, int position) {
    return slot(runId, position, 0);
  }

  /**
   * The place for one attempt at one file of a run.
   *
   * @param attempt the number of the attempt; what attempts with smaller ones left is gone on with
   */
  public StagingSlot slot(String runId, int position, int attempt) {
    SlotFiles files = new SlotFiles(root.resolve(FileNames.folder(runId)), position, attempt);
    Path oldFolder = root.resolve(FileNames.oldFolder(runId));
    return new StagingSlot(
        files,
        new EarlierAttempts(files, oldFolder, writers, limits, disk),
        writers,
        stamps,
        limits,
        disk,
        clock);
  }

  /** How many bytes of a run's files are fetched and not yet staged; for display. */
  public long partBytes(String runId) {
    Path folder = root.resolve(FileNames.folder(runId));
    if (!Files.isDirectory(folder)) {
      return 0;
    }
    // While an attempt takes over from another, both have a part.
    Map<String, Long> bytes = new HashMap<>();
    try (DirectoryStream<Path> parts = Files.newDirectoryStream(folder, "*.part")) {
      for (Path part : parts) {
        String position = part.getFileName().toString().replaceFirst("[.].*", "");
        bytes.merge(position, Files.size(part), Math::max);
      }
    } catch (IOException movedMeanwhile) {
      return sum(bytes);
    }
    return sum(bytes);
  }

  private static long sum(Map<String, Long> bytes) {
    return bytes.values().stream().mapToLong(Long::longValue).sum();
  }

  private static void verifyLength(Path path, long bytes) {
    try {
      if (Files.size(path) != bytes) {
        throw damaged(path);
      }
    } catch (NoSuchFileException e) {
      throw StagingFailure.last(
          "STAGED_FILE_MISSING",
          "the staged file " + path + " is gone; run the export again to fetch it anew");
    } catch (IOException e) {
      throw StagingFailure.passing(
          "STAGING_UNREADABLE",
          "the staged file " + path + " cannot be read: " + e.getMessage(),
          e);
    }
  }

  /**
   * Proves that a staged file is byte for byte what its receipt says. It is read for that, unless
   * this process has computed its digest and nobody has written to it since.
   */
  public void verify(Path path, long bytes, String sha256) {
    verifyLength(path, bytes);
    try {
      if (stamps.proves(path, sha256)) {
        return;
      }
      if (!Digests.sha256(path).equals(sha256)) {
        throw damaged(path);
      }
    } catch (IOException e) {
      throw StagingFailure.passing(
          "STAGING_UNREADABLE",
          "the staged file " + path + " cannot be read: " + e.getMessage(),
          e);
    }
  }

  private static StagingFailure damaged(Path path) {
    return StagingFailure.last(
        "STAGED_FILE_DAMAGED",
        "the staged file "
            + path
            + " is not what was received; nothing of it is delivered. Check the disk, then run the"
            + " export again");
  }

  /** Removes everything that is staged for a run. */
  public void removeRun(String runId) {
    removeTree(root.resolve(FileNames.folder(runId)));
    removeTree(root.resolve(FileNames.oldFolder(runId)));
  }

  /**
   * Removes part files of runs that are not alive any more, and folders that are empty.
   *
   * @param liveRunIds runs that may still resume
   * @param age only what was not written to for so long
   */
  public void removeStaleParts(Set<String> liveRunIds, Duration age) {
    Set<String> live =
        liveRunIds.stream()
            .flatMap(run -> Stream.of(FileNames.folder(run), FileNames.oldFolder(run)))
            .collect(Collectors.toSet());
    Instant before = clock.instant().minus(age);
    try {
      for (Path folder : list(root)) {
        if (!live.contains(folder.getFileName().toString())) {
          removeStaleParts(folder, before);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the staging folder " + root + " cannot be cleaned", e);
    }
  }

  private static void removeStaleParts(Path folder, Instant before) throws IOException {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    boolean stale = Files.getLastModifiedTime(folder).toInstant().isBefore(before);
    boolean left = false;
    for (Path file : list(folder)) {
      boolean part = PART.matcher(file.getFileName().toString()).matches();
      if (part && Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
        Files.deleteIfExists(file);
        stale = true;
      } else {
        left = true;
      }
    }
    if (stale && !left) {
      Files.deleteIfExists(folder);
    }
  }

  /** What is in a folder now; nothing when there is no such folder. */
  private static List<Path> list(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  private static void removeTree(Path folder) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the staged files in " + folder + " cannot be removed", e);
    }
  }
}
