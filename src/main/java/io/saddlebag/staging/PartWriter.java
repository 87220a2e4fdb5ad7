package io.saddlebag.staging;

import io.saddlebag.file.OwnerOnly;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Consumer;

/** Writes a body to a part file, within the limits of size and disk, down to the disk itself. */
final class PartWriter {
  private static final long SPACE_CHECK_BYTES = 64L << 20;

  private final Path folder;
  private final Path part;
  private final StagingLimits limits;
  private final Disk disk;

  PartWriter(Path folder, Path part, StagingLimits limits, Disk disk) {
    this.folder = folder;
    this.part = part;
    this.limits = limits;
    this.disk = disk;
  }

  /**
   * Appends a body to what is there.
   *
   * @param body the body, in its coding's bytes as long as was announced
   * @param start where the body begins
   * @param announced how long the body is, -1 when unknown
   * @param room how many bytes will be needed at least
   * @param digest takes the bytes too
   * @param head judges the first bytes of a file before any of them is written
   * @return how long the part is now
   */
  long write(
      IncomingBody body,
      long start,
      long announced,
      long room,
      MessageDigest digest,
      Consumer<byte[]> head)
      throws IOException {
    boolean decoded = body.coding() == IncomingBody.Coding.DECODED;
    if (!decoded) {
      requireSize(start + Math.max(announced, 0));
    }
    requireSpace(Math.max(announced, room));
    long bytes = start;
    long nextSpaceCheck = bytes + SPACE_CHECK_BYTES;
    BodyChunks chunks = new BodyChunks(body.plain());
    byte[] buffer = chunks.buffer();
    int count = start == 0 ? first(chunks, head) : next(chunks, bytes);
    try (FileChannel out =
        FileChannel.open(
            part,
            start == 0
                ? Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE)
                : Set.of(StandardOpenOption.WRITE),
            OwnerOnly.file(folder))) {
      out.position(start);
      while (count >= 0) {
        digest.update(buffer, 0, count);
        writeFully(out, ByteBuffer.wrap(buffer, 0, count));
        bytes += count;
        requireSize(bytes);
        if (decoded) {
          new UnpackLimit(limits).add(body.received(), bytes);
        }
        if (bytes >= nextSpaceCheck) {
          requireSpace(0);
          nextSpaceCheck = bytes + SPACE_CHECK_BYTES;
        }
        count = next(chunks, bytes);
      }
      requireAll(start, body.received(), announced);
      body.requireNothingBehind();
      force(out);
    }
    return bytes;
  }

  private static int first(BodyChunks chunks, Consumer<byte[]> head) {
    try {
      int count = chunks.next(BodyHead.BYTES);
      if (count == BodyHead.BYTES) {
        head.accept(Arrays.copyOf(chunks.buffer(), count));
      }
      return count;
    } catch (GzipStream.Broken e) {
      throw IncomingBody.broken(e);
    } catch (IOException e) {
      throw brokeOff(0, e);
    }
  }

  private static int next(BodyChunks chunks, long bytes) {
    try {
      return chunks.next(BodyChunks.BYTES);
    } catch (GzipStream.Broken e) {
      throw IncomingBody.broken(e);
    } catch (IOException e) {
      throw brokeOff(bytes, e);
    }
  }

  static StagingFailure brokeOff(long bytes, IOException e) {
    return StagingFailure.truncated(
        "the transfer broke off after " + bytes + " bytes (" + e.getMessage() + ")", e);
  }

  private static void requireAll(long start, long received, long announced) {
    if (announced < 0 || received == announced) {
      return;
    }
    String said =
        "the server announced " + (start + announced) + " bytes and sent " + (start + received);
    throw received < announced
        ? StagingFailure.truncated(said, null)
        : StagingFailure.retry("LENGTH_MISMATCH", said);
  }

  private static void writeFully(FileChannel out, ByteBuffer bytes) {
    try {
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
    } catch (IOException e) {
      throw StagingFailure.full("a write failed: " + e.getMessage());
    }
  }

  /** Some disks say only now that they are full. */
  private void force(FileChannel out) {
    try {
      disk.sync(out, part);
    } catch (IOException e) {
      throw StagingFailure.full("a write failed: " + e.getMessage());
    }
  }

  private void requireSize(long bytes) {
    if (limits.maxBytes() > 0 && bytes > limits.maxBytes()) {
      throw StagingFailure.last(
          "TOO_LARGE",
          "the file is larger than staging.max-bytes ("
              + limits.maxBytes()
              + "); raise the limit if the file is right");
    }
  }

  private void requireSpace(long wanted) throws IOException {
    long usable = disk.usable(folder);
    if (usable - Math.max(wanted, 0) < limits.reserveBytes()) {
      throw StagingFailure.full(
          usable
              + " bytes are free, and "
              + limits.reserveBytes()
              + " must be left (staging.reserve-bytes)");
    }
  }
}
