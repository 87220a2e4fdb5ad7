package io.saddlebag.staging;

import io.saddlebag.file.OwnerOnly;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What earlier attempts left of one file of a run, and how the present one goes on with it. An
 * attempt that was taken for dead may wake and write on; so it keeps its file, and the present one
 * has a copy, unless it is known that nobody writes to it any more. Whatever the earlier one does
 * then, it does to a file that nobody looks at.
 */
final class EarlierAttempts {
  private static final int BUFFER = 1 << 17;

  private final SlotFiles mine;
  private final Path oldFolder;
  private final Writers writers;
  private final StagingLimits limits;
  private final Disk disk;

  /**
   * Of one file.
   *
   * @param oldFolder where versions before this one kept the run's files, perhaps with another's
   */
  EarlierAttempts(
      SlotFiles mine, Path oldFolder, Writers writers, StagingLimits limits, Disk disk) {
    this.mine = mine;
    this.oldFolder = oldFolder;
    this.writers = writers;
    this.limits = limits;
    this.disk = disk;
  }

  /** Takes over what the last attempt before this one left; does nothing the second time. */
  void takeOver() throws IOException {
    if (mine.attempt() == 0 || Files.exists(mine.info()) || Files.exists(mine.tries())) {
      return;
    }
    List<SlotFiles> earlier = earlier();
    for (SlotFiles last : earlier) {
      if (Files.exists(last.tries()) && !Files.exists(mine.tries())) {
        copy(last.tries(), mine.tries());
      }
    }
    Optional<SlotFiles> last =
        earlier.stream()
            .filter(files -> Files.exists(files.part()) && Files.exists(files.info()))
            .findFirst();
    if (last.isPresent()) {
      takeOver(last.get());
    } else {
      takeOverFromBefore();
    }
    for (SlotFiles files : earlier) {
      files.deleteParts();
    }
  }

  private void takeOver(SlotFiles last) throws IOException {
    PartInfo info = new PartInfo(last.info(), disk, writers.process());
    boolean moved =
        info.isOf(writers.process())
            && writers.whileNobodyIsAt(
                last.part(),
                () -> {
                  move(last.part(), mine.part());
                  move(last.info(), mine.info());
                });
    if (!moved) {
      copy(last, false);
    }
  }

  /**
   * Two exports whose names differ in little had one folder; only what the vendor's server confirms
   * to be of this file is gone on with.
   */
  private void takeOverFromBefore() throws IOException {
    SlotFiles old = new SlotFiles(oldFolder, mine.position(), 0);
    if (Files.exists(old.part())
        && new PartInfo(old.info(), disk, writers.process()).strongEtag().isPresent()) {
      disk.createFolder(mine.folder());
      copy(old, true);
    }
  }

  /**
   * Copies what is there by now, and then what was said of it: without that it is worth nothing.
   */
  private void copy(SlotFiles last, boolean lengthUnknown) throws IOException {
    PartInfo info = new PartInfo(last.info(), disk, writers.process());
    Properties said = info.read();
    if (said.isEmpty() || !room(last.part())) {
      return;
    }
    try {
      copyPart(last.part());
    } catch (NoSuchFileException takenOrForgottenMeanwhile) {
      return;
    } catch (IOException fullOrUnreadable) {
      // The file is fetched from its beginning then, which says what is wrong with the disk.
      Files.deleteIfExists(mine.part());
      return;
    }
    if (!info.read().equals(said)) {
      // It has begun anew meanwhile, and nobody knows of which beginning the copy is.
      Files.deleteIfExists(mine.part());
      return;
    }
    new PartInfo(mine.info(), disk, writers.process()).writeOf(said, lengthUnknown);
  }

  private boolean room(Path part) throws IOException {
    return disk.usable(mine.folder()) - Files.size(part) >= limits.reserveBytes();
  }

  private void copyPart(Path part) throws IOException {
    Files.deleteIfExists(mine.part());
    try (FileChannel in = FileChannel.open(part, StandardOpenOption.READ);
        FileChannel out =
            FileChannel.open(
                mine.part(),
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                OwnerOnly.file(mine.folder()))) {
      // Only as far as it is now: it may grow as long as it is copied.
      long left = in.size();
      ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
      while (left > 0) {
        buffer.clear().limit((int) Math.min(left, BUFFER));
        int read = in.read(buffer);
        if (read < 0) {
          break;
        }
        left -= read;
        buffer.flip();
        while (buffer.hasRemaining()) {
          out.write(buffer);
        }
      }
      disk.sync(out, mine.part());
    }
  }

  /**
   * Removes all that earlier attempts left of this file, once it is staged and its receipt kept.
   */
  void remove() throws IOException {
    for (SlotFiles files : earlier()) {
      files.deleteParts();
    }
    Pattern staged = Pattern.compile(mine.position() + "(?:[.](\\d{1,9}))?-.*", Pattern.DOTALL);
    for (Path file : list()) {
      Matcher name = staged.matcher(file.getFileName().toString());
      if (name.matches() && attempt(name) < mine.attempt()) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** The last one first. */
  private List<SlotFiles> earlier() throws IOException {
    Pattern pattern =
        Pattern.compile(mine.position() + "(?:[.](\\d{1,9}))?[.](?:part|part[.]properties|tries)");
    return list().stream()
        .map(file -> pattern.matcher(file.getFileName().toString()))
        .filter(Matcher::matches)
        .map(EarlierAttempts::attempt)
        .filter(attempt -> attempt < mine.attempt())
        .distinct()
        .sorted(Comparator.reverseOrder())
        .map(attempt -> new SlotFiles(mine.folder(), mine.position(), attempt))
        .toList();
  }

  private static int attempt(Matcher name) {
    return name.group(1) == null ? 0 : Integer.parseInt(name.group(1));
  }

  private List<Path> list() throws IOException {
    if (!Files.isDirectory(mine.folder())) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(mine.folder())) {
      return files.toList();
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (NoSuchFileException takenOrForgottenMeanwhile) {
      return;
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try {
      Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    } catch (NoSuchFileException forgottenMeanwhile) {
      return;
    }
  }
}
