package io.saddlebag.staging;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Proves that an archive is whole: its end record, its directory, each member's local header, and,
 * unless only the directory is wanted, the checksum of every member that is not encrypted. The
 * directory is read as a stream, so that a hostile one cannot fill the memory.
 */
final class ZipCheck {
  private static final int END = 0x06054b50;
  private static final int END64 = 0x06064b50;
  private static final int END64_LOCATOR = 0x07064b50;
  private static final int MEMBER = 0x02014b50;
  private static final int LOCAL = 0x04034b50;
  private static final int END_SIZE = 22;
  private static final int LONGEST_COMMENT = 65_535;
  private static final long IN_ZIP64 = 0xFFFFFFFFL;

  private final Path file;
  private final StagingLimits limits;

  ZipCheck(Path file, StagingLimits limits) {
    this.file = file;
    this.limits = limits;
  }

  private record Directory(long offset, long entries) {}

  private record Member(
      boolean encrypted, int method, long crc, long packed, long size, long local) {}

  List<String> check() throws IOException {
    try (FileChannel zip = FileChannel.open(file, StandardOpenOption.READ)) {
      Directory directory = directory(zip);
      if (directory.entries() > limits.maxArchiveEntries()) {
        throw limit("has " + directory.entries() + " members");
      }
      return members(zip, directory);
    } catch (EOFException e) {
      throw broken("its directory points behind its end");
    }
  }

  private Directory directory(FileChannel zip) throws IOException {
    long size = zip.size();
    int tailSize = (int) Math.min(size, END_SIZE + LONGEST_COMMENT);
    ByteBuffer tail = read(zip, size - tailSize, tailSize);
    for (int i = tailSize - END_SIZE; i >= 0; i--) {
      if (tail.getInt(i) == END && i + END_SIZE + (tail.getShort(i + 20) & 0xFFFF) == tailSize) {
        return directory(zip, tail, i, size - tailSize + i);
      }
    }
    throw StagingFailure.retry(
        "TRUNCATED", "the archive has no end record, so it was cut off; it is fetched again");
  }

  private static Directory directory(FileChannel zip, ByteBuffer tail, int at, long endOffset)
      throws IOException {
    long entries = tail.getShort(at + 10) & 0xFFFF;
    long offset = tail.getInt(at + 16) & IN_ZIP64;
    if ((entries == 0xFFFF || offset == IN_ZIP64) && endOffset >= 20) {
      ByteBuffer locator = read(zip, endOffset - 20, 20);
      if (locator.getInt(0) == END64_LOCATOR) {
        ByteBuffer end64 = read(zip, locator.getLong(8), 56);
        if (end64.getInt(0) != END64) {
          throw broken("its Zip64 end record is not where it should be");
        }
        return new Directory(end64.getLong(48), end64.getLong(32));
      }
    }
    return new Directory(offset, entries);
  }

  private List<String> members(FileChannel zip, Directory directory) throws IOException {
    if (directory.entries() == 0) {
      return List.of("zip-directory", "zip-empty");
    }
    boolean full = limits.verification() == Verification.FULL;
    boolean encrypted = false;
    long inflated = 0;
    try (FileChannel own = FileChannel.open(file, StandardOpenOption.READ);
        DataInputStream in =
            new DataInputStream(
                new BufferedInputStream(
                    Channels.newInputStream(own.position(directory.offset())), 1 << 16))) {
      for (long i = 0; i < directory.entries(); i++) {
        Member member = member(in);
        long data = localData(zip, member);
        encrypted |= member.encrypted();
        if (full && !member.encrypted()) {
          inflated += crc(zip, member, data, limits.maxInflatedBytes() - inflated);
        }
      }
    }
    String depth = full ? "zip-crc" : "zip-members";
    return encrypted
        ? List.of("zip-directory", depth, "zip-encrypted")
        : List.of("zip-directory", depth);
  }

  private static Member member(DataInputStream in) throws IOException {
    ByteBuffer head = ByteBuffer.wrap(readNow(in, 46)).order(ByteOrder.LITTLE_ENDIAN);
    if (head.getInt(0) != MEMBER) {
      throw broken("its directory is damaged");
    }
    int flags = head.getShort(8) & 0xFFFF;
    long packed = head.getInt(20) & IN_ZIP64;
    long size = head.getInt(24) & IN_ZIP64;
    long local = head.getInt(42) & IN_ZIP64;
    readNow(in, head.getShort(28) & 0xFFFF);
    ByteBuffer extra =
        ByteBuffer.wrap(readNow(in, head.getShort(30) & 0xFFFF)).order(ByteOrder.LITTLE_ENDIAN);
    readNow(in, head.getShort(32) & 0xFFFF);
    while (extra.remaining() >= 4) {
      int id = extra.getShort() & 0xFFFF;
      int length = extra.getShort() & 0xFFFF;
      if (length > extra.remaining()) {
        break;
      }
      ByteBuffer field = extra.slice(extra.position(), length).order(ByteOrder.LITTLE_ENDIAN);
      extra.position(extra.position() + length);
      if (id == 1) {
        size = size == IN_ZIP64 && field.remaining() >= 8 ? field.getLong() : size;
        packed = packed == IN_ZIP64 && field.remaining() >= 8 ? field.getLong() : packed;
        local = local == IN_ZIP64 && field.remaining() >= 8 ? field.getLong() : local;
      }
    }
    return new Member(
        (flags & 1) == 1,
        head.getShort(10) & 0xFFFF,
        head.getInt(16) & IN_ZIP64,
        packed,
        size,
        local);
  }

  /** Where a member's data begin, behind its local header. */
  private static long localData(FileChannel zip, Member member) throws IOException {
    ByteBuffer local = read(zip, member.local(), 30);
    if (local.getInt(0) != LOCAL) {
      throw broken("a member is not where its directory says");
    }
    long data = member.local() + 30 + (local.getShort(26) & 0xFFFF) + (local.getShort(28) & 0xFFFF);
    if (data + member.packed() > zip.size()) {
      throw broken("a member reaches behind its end");
    }
    return data;
  }

  private long crc(FileChannel zip, Member member, long data, long allowed) throws IOException {
    CRC32 crc = new CRC32();
    long size;
    if (member.method() == 0) {
      size = stored(zip, member, data, crc);
    } else if (member.method() == 8) {
      size = deflated(zip, member, data, crc, allowed);
    } else {
      return 0;
    }
    if (size != member.size() || crc.getValue() != member.crc()) {
      throw corrupt();
    }
    return size;
  }

  private static long stored(FileChannel zip, Member member, long data, CRC32 crc)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    long left = member.packed();
    long at = data;
    while (left > 0) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), left));
      int count = zip.read(buffer, at);
      if (count < 0) {
        throw new EOFException();
      }
      crc.update(buffer.array(), 0, count);
      at += count;
      left -= count;
    }
    return member.packed();
  }

  private long deflated(FileChannel zip, Member member, long data, CRC32 crc, long allowed)
      throws IOException {
    Inflater inflater = new Inflater(true);
    ByteBuffer packed = ByteBuffer.allocate(1 << 16);
    byte[] out = new byte[1 << 16];
    long at = data;
    long end = data + member.packed();
    long size = 0;
    try {
      while (!inflater.finished()) {
        if (inflater.needsInput()) {
          packed.clear().limit((int) Math.min(packed.capacity(), end - at));
          int count = at < end ? zip.read(packed, at) : -1;
          if (count <= 0) {
            throw corrupt();
          }
          at += count;
          inflater.setInput(packed.array(), 0, count);
        }
        int count = inflater.inflate(out);
        if (count == 0 && inflater.needsDictionary()) {
          throw corrupt();
        }
        crc.update(out, 0, count);
        size += count;
        if (size > allowed) {
          throw limit("unpacks to more than " + limits.maxInflatedBytes() + " bytes");
        }
      }
      return size;
    } catch (DataFormatException e) {
      throw corrupt();
    } finally {
      inflater.end();
    }
  }

  private static ByteBuffer read(FileChannel zip, long at, int bytes) throws IOException {
    if (at < 0 || at + bytes > zip.size()) {
      throw new EOFException();
    }
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (zip.read(buffer, at + buffer.position()) < 0) {
        throw new EOFException();
      }
    }
    return buffer.flip().order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] readNow(InputStream in, int bytes) throws IOException {
    byte[] read = in.readNBytes(bytes);
    if (read.length < bytes) {
      throw new EOFException();
    }
    return read;
  }

  private static StagingFailure broken(String why) {
    return StagingFailure.retry(
        "NOT_AN_ARCHIVE", "the zip archive is broken: " + why + "; it is fetched again");
  }

  private static StagingFailure corrupt() {
    return StagingFailure.retry(
        "CORRUPT", "a member of the zip archive does not match its checksum; it is fetched again");
  }

  private static StagingFailure limit(String what) {
    return StagingFailure.last(
        "ARCHIVE_LIMIT",
        "the zip archive "
            + what
            + ", more than staging allows; raise the limit if the file is right");
  }
}
