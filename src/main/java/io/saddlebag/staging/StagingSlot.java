package io.saddlebag.staging;

import io.saddlebag.name.FileName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The place for one file of a run. Bytes go to a {@code .part}, are digested while they are
 * written, checked, put on disk and only then given their name.
 */
public final class StagingSlot {
  private final Path folder;
  private final int position;
  private final Path part;
  private final PartInfo info;
  private final PartWriter writer;
  private final ContentChecks contents;
  private final Clock clock;

  StagingSlot(
      Path folder, int position, StagingLimits limits, StagingArea.DiskSpace space, Clock clock) {
    this.folder = folder;
    this.position = position;
    this.part = folder.resolve(position + ".part");
    this.info = new PartInfo(folder.resolve(position + ".part.properties"));
    this.writer = new PartWriter(folder, part, limits, space);
    this.contents = new ContentChecks(limits);
    this.clock = clock;
  }

  /** What a receipt says of the answer, or of the first of several. */
  private record Said(
      @Nullable String type,
      @Nullable String disposition,
      @Nullable String lastModified,
      boolean lengthKnown) {}

  /**
   * Where an interrupted download may go on; empty when the server gave no proof that it can, or
   * when all bytes are there already, see {@link #complete}.
   */
  public Optional<ResumePoint> resumePoint() {
    try {
      long offset = partBytes();
      if (offset == 0 || offset >= info.total().orElse(Long.MAX_VALUE)) {
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
    try {
      long bytes = partBytes();
      return bytes > 0 && info.total().orElse(-1) == bytes
          ? Optional.of(finishThere(expectation, bytes))
          : Optional.empty();
    } catch (IOException e) {
      throw StagingFailure.unwritable(folder, e);
    }
  }

  /**
   * Finishes a download that was resumed at its very end, where the server answered 416: the length
   * was unknown until now, and every byte is there. Empty when the answer does not prove that; then
   * the part is of no use and is to be discarded.
   *
   * @param contentRange the Content-Range header of the 416, as it was said
   * @param expectation what the download should be
   */
  public Optional<Receipt> completeAt(@Nullable String contentRange, Expectation expectation) {
    try {
      long bytes = partBytes();
      return bytes > 0 && info.strongEtag().isPresent() && ContentRange.wholeIs(contentRange, bytes)
          ? Optional.of(finishThere(expectation, bytes))
          : Optional.empty();
    } catch (IOException e) {
      throw StagingFailure.unwritable(folder, e);
    }
  }

  /** Forgets what an interrupted download left. */
  public void discardPart() {
    try {
      Files.deleteIfExists(part);
      info.delete();
    } catch (IOException e) {
      throw StagingFailure.unwritable(folder, e);
    }
  }

  /**
   * Takes the bytes of an answer, checks them and gives them their name; throws a {@link
   * StagingFailure} otherwise, and then nothing has a final name. A web page or another kind of
   * file than expected is refused by its first bytes, before they are written.
   */
  public Receipt receive(Answer answer, Expectation expectation) {
    try (InputStream body = answer.body()) {
      Files.createDirectories(folder);
      MessageDigest digest = Digests.sha256();
      long start = begin(answer, expectation.fallbackName(), digest);
      long bytes = write(answer, body, start, digest, expectation.kind());
      return finish(said(answer), expectation, bytes, digest);
    } catch (IOException e) {
      throw StagingFailure.unwritable(folder, e);
    }
  }

  /** Prepares the part file and says at which byte the answer begins. */
  private long begin(Answer answer, String name, MessageDigest digest) throws IOException {
    if (answer.status() == 206) {
      long offset = resumedAt(answer);
      Digests.update(digest, part);
      return offset;
    }
    discardPart();
    info.write(answer, name);
    return 0;
  }

  private long resumedAt(Answer answer) throws IOException {
    long have = partBytes();
    boolean fits =
        have > 0
            && ContentRange.beginsAt(answer.contentRange(), have)
            && info.strongEtag().filter(etag -> etag.equals(answer.etag())).isPresent();
    if (!fits) {
      discardPart();
      throw StagingFailure.retry(
          "RANGE_MISMATCH",
          "the server answered a range that does not continue what is there; the file is fetched from"
              + " its start");
    }
    return have;
  }

  private long write(
      Answer answer, InputStream body, long start, MessageDigest digest, FileKind kind)
      throws IOException {
    try {
      long length = answer.contentLength();
      long bytes =
          writer.write(
              body,
              start,
              length,
              digest,
              head -> new BodyHead(head).check(kind, answer.contentType()));
      if (info.total().isEmpty()) {
        info.writeReceived(bytes);
      }
      return bytes;
    } catch (StagingFailure failure) {
      // What can be resumed is kept; the rest would only fill a disk that may be full already.
      if (!failure.failureName().equals("TRUNCATED") && (!failure.worthRetrying() || useless())) {
        discardPart();
      }
      throw failure;
    }
  }

  private boolean useless() {
    return resumePoint().isEmpty();
  }

  private Receipt finishThere(Expectation expectation, long bytes) throws IOException {
    MessageDigest digest = Digests.sha256();
    Digests.update(digest, part);
    try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Said said =
        new Said(
            info.contentType(),
            info.contentDisposition(),
            info.lastModified(),
            info.lengthAnnounced());
    // Without the network nobody knows the link, which may have said the name.
    String name = info.fallbackName(expectation.fallbackName());
    return finish(said, new Expectation(expectation.kind(), name), bytes, digest);
  }

  private Said said(Answer answer) {
    return new Said(
        answer.contentType() == null ? info.contentType() : answer.contentType(),
        answer.contentDisposition() == null
            ? info.contentDisposition()
            : answer.contentDisposition(),
        answer.lastModified() == null ? info.lastModified() : answer.lastModified(),
        answer.contentLength() >= 0);
  }

  private Receipt finish(Said said, Expectation expectation, long bytes, MessageDigest digest)
      throws IOException {
    List<String> checks = new ArrayList<>();
    checks.add(said.lengthKnown() ? "length" : "last-chunk");
    try {
      checks.addAll(contents.check(part, bytes, expectation.kind(), said.type()));
    } catch (StagingFailure failure) {
      discardPart();
      throw failure;
    }
    String name = name(said.disposition(), expectation.fallbackName());
    Path staged = folder.resolve(position + "-" + name);
    Files.move(part, staged, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    info.delete();
    syncFolder();
    return new Receipt(
        name,
        bytes,
        Digests.hex(digest),
        said.type(),
        staged,
        said.lastModified(),
        List.copyOf(checks),
        clock.instant());
  }

  private String name(@Nullable String disposition, String fallback) {
    int longest = FileName.room(folder.getFileName().toString());
    return FileNames.safe(
        ContentDisposition.fileName(disposition).orElse(null),
        FileNames.safe(fallback, "export", longest),
        longest);
  }

  private long partBytes() throws IOException {
    return Files.exists(part) ? Files.size(part) : 0;
  }

  /** A rename is only on disk when its folder is. */
  private void syncFolder() throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
