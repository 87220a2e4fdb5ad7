package io.saddlebag.staging;

import io.saddlebag.name.FileName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The place for one attempt at one file of a run. Bytes go to a {@code .part}, are digested while
 * they are written, checked, put on disk and only then given their name. What an attempt before
 * this one left is gone on with; what such an attempt still does, does not reach this one's files.
 */
public final class StagingSlot {
  /** What a name may grow by when its file has proven what it is. */
  private static final int LONGEST_ENDING = ".xlsx".length();

  private final Path folder;
  private final SlotFiles files;
  private final EarlierAttempts earlier;
  private final Writers writers;
  private final Stamps stamps;
  private final Path part;
  private final PartInfo info;
  private final Tries tries;
  private final Disk disk;
  private final PartWriter writer;
  private final ContentChecks contents;
  private final Clock clock;

  StagingSlot(
      SlotFiles files,
      EarlierAttempts earlier,
      Writers writers,
      Stamps stamps,
      StagingLimits limits,
      Disk disk,
      Clock clock) {
    this.folder = files.folder();
    this.files = files;
    this.earlier = earlier;
    this.writers = writers;
    this.stamps = stamps;
    this.part = files.part();
    this.info = new PartInfo(files.info(), disk, writers.process());
    this.tries = new Tries(files.tries());
    this.disk = disk;
    this.writer = new PartWriter(folder, part, limits, disk);
    this.contents = new ContentChecks(limits);
    this.clock = clock;
  }

  /** What a receipt says of the answer, or of the first of several. */
  private record Said(
      @Nullable String type,
      @Nullable String disposition,
      @Nullable String lastModified,
      boolean lengthKnown,
      IncomingBody.Coding coding) {}

  /**
   * Where an interrupted download may go on; empty when the server gave no proof that it can, or
   * when all bytes are there already, see {@link #complete}.
   */
  public Optional<ResumePoint> resumePoint() {
    try {
      earlier.takeOver();
      long offset = partBytes();
      if (offset == 0 || offset >= info.total().orElse(Long.MAX_VALUE) || !tries.rangesTrusted()) {
        return Optional.empty();
      }
      return info.strongEtag().map(etag -> new ResumePoint(offset, etag));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Finishes a download of which a crash left every byte, but no final name, without the network:
   * checks, digests and names it. Ask this before {@link #resumePoint}. Empty when bytes are
   * missing, or when it is not known how many there should be; throws a {@link StagingFailure} when
   * the bytes do not pass, and then they are gone.
   */
  public Optional<Receipt> complete(Expectation expectation) {
    return counted(
        () -> {
          long bytes = partBytes();
          return bytes > 0 && info.total().orElse(-1) == bytes
              ? Optional.of(finishThere(expectation, bytes))
              : Optional.empty();
        });
  }

  /**
   * Finishes a download that was resumed at its very end, where the server answered 416: the length
   * was unknown until now, and every byte is there. Any other 416 is a failure, and the part is
   * forgotten: what is there is no beginning of the vendor's file.
   *
   * @param contentRange the Content-Range header of the 416, as it was said
   * @param expectation what the download should be
   */
  public Receipt completeAt(@Nullable String contentRange, Expectation expectation) {
    return counted(
        () -> {
          long bytes = partBytes();
          if (bytes > 0
              && info.strongEtag().isPresent()
              && ContentRange.wholeIs(contentRange, bytes)) {
            return finishThere(expectation, bytes);
          }
          discardPart();
          throw StagingFailure.retry(
              "RANGE_MISMATCH",
              "the server has no bytes where the file should go on ("
                  + bytes
                  + " bytes are there), so it is another file");
        });
  }

  /** Forgets what an interrupted download left. */
  private void discardPart() throws IOException {
    Files.deleteIfExists(part);
    info.delete();
  }

  /**
   * Forgets what earlier attempts left of this file; only when the receipt of what this attempt
   * staged is kept.
   */
  public void forgetEarlier() {
    try {
      earlier.remove();
    } catch (IOException e) {
      throw StagingFailure.unwritable(folder, e);
    }
  }

  /** Forgets what this attempt staged: the run has gone on without it. */
  public void discard(Receipt receipt) {
    try {
      Files.deleteIfExists(receipt.path());
    } catch (IOException e) {
      throw StagingFailure.unwritable(folder, e);
    }
  }

  /**
   * Counts a failure to fetch this file that left no bytes; the count ends when the file is staged.
   *
   * @return how often the fetches of this file have failed in this way
   */
  public int failed(String failureName) {
    try {
      disk.createFolder(folder);
      earlier.takeOver();
    } catch (IOException e) {
      throw StagingFailure.unwritable(folder, e);
    }
    return tries.count(failureName);
  }

  /** Something that ends in a receipt, or in a failure. */
  @FunctionalInterface
  private interface Staging<T> {
    T run() throws IOException;
  }

  /** Counts what fails, so that it has an end. */
  private <T> T counted(Staging<T> staging) {
    boolean first = writers.begin(part);
    try {
      earlier.takeOver();
      return staging.run();
    } catch (StagingFailure failure) {
      throw tries.after(failure, resumePoint().map(ResumePoint::offset).orElse(0L));
    } catch (IOException e) {
      throw StagingFailure.unwritable(folder, e);
    } finally {
      if (first) {
        writers.end(part);
      }
    }
  }

  /**
   * Takes the bytes of an answer, checks them and gives them their name; throws a {@link
   * StagingFailure} otherwise, and then nothing has a final name. A web page or another kind of
   * file than expected is refused by its first bytes, before they are written.
   */
  public Receipt receive(Answer answer, Expectation expectation) {
    return counted(
        () -> {
          try (InputStream source = answer.body()) {
            disk.createFolder(folder);
            MessageDigest digest = Digests.sha256();
            IncomingBody body = incoming(answer, expectation);
            long start = begin(answer, body.coding(), expectation.fallbackName(), digest);
            long bytes = write(answer, body, start, digest, expectation.kind());
            return finish(said(answer), expectation, bytes, digest);
          }
        });
  }

  private IncomingBody incoming(Answer answer, Expectation expectation) {
    try {
      return IncomingBody.of(answer, expectation);
    } catch (IOException e) {
      throw PartWriter.brokeOff(0, e);
    }
  }

  /** Prepares the part file and says at which byte the answer begins. */
  private long begin(Answer answer, IncomingBody.Coding coding, String name, MessageDigest digest)
      throws IOException {
    if (answer.status() == 206) {
      long offset = resumedAt(answer, coding);
      Digests.update(digest, part);
      return offset;
    }
    discardPart();
    info.write(answer, coding, name);
    return 0;
  }

  private long resumedAt(Answer answer, IncomingBody.Coding coding) throws IOException {
    long have = partBytes();
    long whole = info.total().orElse(-1);
    boolean fits =
        have > 0
            && coding == IncomingBody.Coding.NONE
            && ContentRange.of(answer.contentRange())
                .filter(range -> range.continues(have, answer.contentLength(), whole))
                .isPresent()
            && info.strongEtag().filter(etag -> etag.equals(answer.etag())).isPresent();
    if (!fits) {
      discardPart();
      throw StagingFailure.retry(
          "RANGE_MISMATCH", "the server answered a range that does not continue what is there");
    }
    return have;
  }

  private long write(
      Answer answer, IncomingBody body, long start, MessageDigest digest, FileKind kind)
      throws IOException {
    try {
      long bytes =
          writer.write(
              body,
              start,
              answer.contentLength(),
              start == 0 ? tries.room() : 0,
              digest,
              head -> new BodyHead(head).check(kind, answer.contentType()));
      if (start > 0) {
        requireRange(answer, bytes);
      }
      if (info.total().isEmpty()) {
        info.writeReceived(bytes);
      }
      return bytes;
    } catch (StagingFailure failure) {
      if (failure.failureName().equals("DISK_FULL")) {
        tries.needsRoom(Math.max(partBytes(), tries.room()));
      }
      // What can be resumed is kept; the rest would only fill a disk that may be full already.
      if (!failure.brokeOff() && (failure.counted() || !failure.worthRetrying() || useless())) {
        discardPart();
      }
      throw failure;
    }
  }

  /** A range that brought all that it said may still not have been the last. */
  private void requireRange(Answer answer, long bytes) {
    ContentRange range = ContentRange.of(answer.contentRange()).orElseThrow();
    if (bytes > range.last() + 1) {
      throw StagingFailure.retry(
          "RANGE_MISMATCH", "the server sent more bytes than the range that it announced");
    }
    long whole = Math.max(info.total().orElse(-1), range.total());
    if (bytes < Math.max(whole, range.last() + 1)) {
      throw StagingFailure.truncated(
          "the server sent the file as far as byte " + bytes + " and no further", null);
    }
  }

  private boolean useless() {
    return resumePoint().isEmpty();
  }

  private Receipt finishThere(Expectation expectation, long bytes) throws IOException {
    MessageDigest digest = Digests.sha256();
    Digests.update(digest, part);
    try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
      disk.sync(channel, part);
    }
    Said said =
        new Said(
            info.contentType(),
            info.contentDisposition(),
            info.lastModified(),
            info.lengthAnnounced(),
            info.coding());
    // Without the network nobody knows the link, which may have said the name.
    String name = info.fallbackName(expectation.fallbackName());
    return finish(said, expectation.named(name), bytes, digest);
  }

  private Said said(Answer answer) {
    return new Said(
        answer.contentType() == null ? info.contentType() : answer.contentType(),
        answer.contentDisposition() == null
            ? info.contentDisposition()
            : answer.contentDisposition(),
        answer.lastModified() == null ? info.lastModified() : answer.lastModified(),
        answer.contentLength() >= 0,
        info.coding());
  }

  private Receipt finish(Said said, Expectation expectation, long bytes, MessageDigest digest)
      throws IOException {
    List<String> checks = new ArrayList<>();
    checks.add(said.lengthKnown() ? "length" : "last-chunk");
    Optional.ofNullable(said.coding().note()).ifPresent(checks::add);
    try {
      checks.addAll(contents.check(part, bytes, expectation, said.type()));
    } catch (StagingFailure failure) {
      discardPart();
      throw failure;
    }
    String name = name(said, expectation, checks);
    Path staged = files.staged(name);
    String sha256 = Digests.hex(digest);
    disk.rename(part, staged);
    info.delete();
    tries.delete();
    disk.syncFolder(folder);
    stamps.remember(staged, sha256);
    return new Receipt(
        name,
        bytes,
        sha256,
        said.type(),
        staged,
        said.lastModified(),
        List.copyOf(checks),
        clock.instant());
  }

  /** What the vendor calls the file; one that came packed and is not any more is not called so. */
  private String name(Said said, Expectation expectation, List<String> checks) {
    int longest = FileNames.room(folder) - LONGEST_ENDING;
    String name =
        FileNames.safe(
            ContentDisposition.fileName(said.disposition()).orElse(null),
            FileNames.safe(expectation.fallbackName(), "export", longest),
            longest);
    if (expectation.kind() == FileKind.ROWS_OR_ARCHIVE
        && FileName.extension(name).chars().noneMatch(Character::isLetter)) {
      return name + ContentChecks.ending(checks);
    }
    boolean unpacked =
        said.coding() == IncomingBody.Coding.DECODED
            && expectation.kind() != FileKind.GZIP
            && expectation.kind() != FileKind.ANY;
    return unpacked ? name.replaceFirst("(?i)(?<=.)[.]gz$", "") : name;
  }

  private long partBytes() throws IOException {
    return Files.exists(part) ? Files.size(part) : 0;
  }
}
