package io.saddlebag.staging;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The place for one file of a run. Bytes go to a {@code .part}, are digested while they are
 * written, checked, put on disk and only then given their name.
 */
public final class StagingSlot {
  private static final Pattern RANGE = Pattern.compile("bytes (\\d+)-(\\d+)/(\\d+)");
  private static final long SPACE_CHECK_BYTES = 64L << 20;

  private final Path folder;
  private final int position;
  private final Path part;
  private final PartInfo info;
  private final StagingLimits limits;
  private final StagingArea.DiskSpace space;
  private final Clock clock;

  StagingSlot(
      Path folder, int position, StagingLimits limits, StagingArea.DiskSpace space, Clock clock) {
    this.folder = folder;
    this.position = position;
    this.part = folder.resolve(position + ".part");
    this.info = new PartInfo(folder.resolve(position + ".part.properties"));
    this.limits = limits;
    this.space = space;
    this.clock = clock;
  }

  /** Where an interrupted download may go on; empty when the server gave no proof that it can. */
  public Optional<ResumePoint> resumePoint() {
    try {
      if (!Files.exists(part) || Files.size(part) == 0) {
        return Optional.empty();
      }
      long offset = Files.size(part);
      return info.strongEtag().map(etag -> new ResumePoint(offset, etag));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Forgets what an interrupted download left. */
  public void discardPart() {
    try {
      Files.deleteIfExists(part);
      info.delete();
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /**
   * Takes the bytes of an answer, checks them and gives them their name; throws a {@link
   * StagingFailure} otherwise, and then nothing has a final name.
   */
  public Receipt receive(Answer answer, Expectation expectation) {
    try (InputStream body = answer.body()) {
      Files.createDirectories(folder);
      MessageDigest digest = Digests.sha256();
      long start = begin(answer, digest);
      long bytes = write(answer, body, start, digest);
      return finish(answer, expectation, bytes, digest);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /** Prepares the part file and says at which byte the answer begins. */
  private long begin(Answer answer, MessageDigest digest) throws IOException {
    if (answer.status() == 206) {
      long offset = resumedAt(answer);
      Digests.update(digest, part);
      return offset;
    }
    discardPart();
    info.write(answer);
    return 0;
  }

  private long resumedAt(Answer answer) throws IOException {
    Matcher range = RANGE.matcher(String.valueOf(answer.contentRange()));
    long have = Files.exists(part) ? Files.size(part) : 0;
    boolean fits =
        range.matches()
            && Long.parseLong(range.group(1)) == have
            && have > 0
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

  private long write(Answer answer, InputStream body, long start, MessageDigest digest)
      throws IOException {
    long announced = answer.contentLength() < 0 ? -1 : start + answer.contentLength();
    requireSpace(answer.contentLength());
    long bytes = start;
    long nextSpaceCheck = bytes + SPACE_CHECK_BYTES;
    byte[] buffer = new byte[Digests.BUFFER];
    try (FileChannel out =
        FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      out.position(start);
      int count = read(body, buffer, bytes);
      while (count >= 0) {
        digest.update(buffer, 0, count);
        writeFully(out, ByteBuffer.wrap(buffer, 0, count));
        bytes += count;
        requireSize(bytes);
        if (bytes >= nextSpaceCheck) {
          requireSpace(0);
          nextSpaceCheck = bytes + SPACE_CHECK_BYTES;
        }
        count = read(body, buffer, bytes);
      }
      if (announced >= 0 && bytes != announced) {
        throw truncated(bytes, announced);
      }
      out.force(true);
    }
    return bytes;
  }

  private static int read(InputStream body, byte[] buffer, long bytes) {
    try {
      return body.read(buffer);
    } catch (IOException e) {
      throw StagingFailure.retry(
          "TRUNCATED",
          "the transfer broke off after "
              + bytes
              + " bytes ("
              + e.getMessage()
              + "); it is resumed"
              + " where the server can, else repeated",
          e);
    }
  }

  private static void writeFully(FileChannel out, ByteBuffer bytes) {
    try {
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
    } catch (IOException e) {
      throw full("a write failed: " + e.getMessage());
    }
  }

  private static StagingFailure truncated(long bytes, long announced) {
    return StagingFailure.retry(
        "TRUNCATED",
        "the server announced "
            + announced
            + " bytes and sent "
            + bytes
            + "; the transfer is resumed where the server can, else repeated");
  }

  private void requireSize(long bytes) {
    if (limits.maxBytes() > 0 && bytes > limits.maxBytes()) {
      discardPart();
      throw StagingFailure.last(
          "TOO_LARGE",
          "the file is larger than staging.max-bytes ("
              + limits.maxBytes()
              + "); raise the limit if the file is right");
    }
  }

  private void requireSpace(long wanted) throws IOException {
    if (wanted > 0) {
      requireSize(wanted);
    }
    long usable = space.usable(folder);
    if (usable - Math.max(wanted, 0) < limits.reserveBytes()) {
      throw full(
          usable
              + " bytes are free, and "
              + limits.reserveBytes()
              + " must be left (staging.reserve)");
    }
  }

  private static StagingFailure full(String why) {
    return StagingFailure.retry(
        "DISK_FULL",
        "there is no room to stage the file: "
            + why
            + "; free space on the disk of staging.folder, the"
            + " run goes on by itself");
  }

  private Receipt finish(Answer answer, Expectation expectation, long bytes, MessageDigest digest)
      throws IOException {
    String type = answer.contentType() == null ? info.contentType() : answer.contentType();
    String disposition =
        answer.contentDisposition() == null
            ? info.contentDisposition()
            : answer.contentDisposition();
    List<String> checks = new ArrayList<>();
    try {
      if (answer.contentLength() >= 0) {
        checks.add("length");
      } else {
        checks.add("last-chunk");
      }
      checks.addAll(new ContentChecks(limits).check(part, bytes, expectation.kind(), type));
    } catch (StagingFailure failure) {
      discardPart();
      throw failure;
    }
    String name =
        FileNames.safe(
            ContentDisposition.fileName(disposition).orElse(null),
            FileNames.safe(expectation.fallbackName(), "export"));
    Path staged = folder.resolve(position + "-" + name);
    Files.move(part, staged, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    info.delete();
    syncFolder();
    return new Receipt(
        name,
        bytes,
        Digests.hex(digest),
        type,
        staged,
        answer.lastModified(),
        List.copyOf(checks),
        clock.instant());
  }

  /** A rename is only on disk when its folder is. */
  private void syncFolder() throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private StagingFailure unwritable(IOException e) {
    return StagingFailure.retry(
        "STAGING_UNWRITABLE",
        "the staging folder "
            + folder
            + " cannot be written: "
            + e.getMessage()
            + "; see staging.folder and its rights",
        e);
  }
}
