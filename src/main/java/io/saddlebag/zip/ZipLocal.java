package io.saddlebag.zip;

import java.io.IOException;
import java.util.Arrays;

/**
 * A member as it lies in the archive: local header, data, and the descriptor behind them where the
 * writer could not seek back. All of it must agree with the directory, so that readers of streams
 * and readers of directories see the same.
 *
 * <p>A streamed member's header may leave checksum and sizes out (0), point to a Zip64 field that
 * is not filled or not there (-1: Survey Solutions' writer with dynamic Zip64), or say them. Its
 * descriptor may have a signature or none, and numbers of 32 or 64 bits.
 *
 * @param start offset of the header
 * @param dataAt offset of the data
 * @param end where the member ends, with its descriptor
 */
public record ZipLocal(long start, long dataAt, long end) {
  private static final int FIXED = 30;
  private static final long SIGNATURE = 0x04034b50L;
  private static final long DESCRIPTOR = 0x08074b50L;

  /**
   * Reads the local parts of a member.
   *
   * @param local reads headers
   * @param directory reads the directory
   * @param limit where the directory begins, and every member must have ended
   */
  public static ZipLocal of(ZipMember member, ZipBytes local, ZipBytes directory, long limit)
      throws IOException {
    long at = member.localAt();
    if (at > limit - FIXED || local.u32(at) != SIGNATURE) {
      throw disagrees(member, "is not where the directory says");
    }
    int nameLength = local.u16(at + 26);
    int extraLength = local.u16(at + 28);
    long dataAt = at + FIXED + nameLength + extraLength;
    if (dataAt > limit || member.packed() > limit - dataAt) {
      throw disagrees(member, "reaches into the directory");
    }
    long dataEnd = dataAt + member.packed();
    if (member.masked()) {
      return new ZipLocal(at, dataAt, dataEnd);
    }
    int flags = local.u16(at + 6);
    if (local.u16(at + 8) != member.method() || ((flags ^ member.flags()) & 1) != 0) {
      throw disagrees(member, "is packed otherwise than the directory says");
    }
    if (nameLength != member.nameLength()
        || !Arrays.equals(
            local.bytes(at + FIXED, nameLength), directory.bytes(member.nameAt(), nameLength))) {
      throw disagrees(member, "has another name than the directory says");
    }
    long crc = local.u32(at + 14);
    long[] sizes = {local.u32(at + 22), local.u32(at + 18)};
    Zip64Field.resolve(local, at + FIXED + nameLength, extraLength, sizes);
    boolean said = crc == member.crc() && sizes[0] == member.size() && sizes[1] == member.packed();
    if (((flags | member.flags()) & ZipMember.SIZES_FOLLOW) == 0) {
      if (!said) {
        throw disagrees(member, "has other sizes or another checksum than the directory says");
      }
      return new ZipLocal(at, dataAt, dataEnd);
    }
    int descriptor = descriptor(member, local, dataEnd, limit);
    boolean silent =
        (crc == 0 || crc == member.crc())
            && silentOr(sizes[0], member.size())
            && silentOr(sizes[1], member.packed());
    // Some writers set the bit, say everything in front, and then write no descriptor.
    if (!said && (!silent || descriptor == 0)) {
      throw disagrees(member, "has other sizes or another checksum than the directory says");
    }
    return new ZipLocal(at, dataAt, dataEnd + descriptor);
  }

  private static boolean silentOr(long said, long real) {
    return said == 0 || said == -1 || said == ZipMember.IN_ZIP64 || said == real;
  }

  /** How long the descriptor is that agrees with the directory, 0 when there is none. */
  private static int descriptor(ZipMember member, ZipBytes zip, long at, long limit)
      throws IOException {
    for (int signature : new int[] {4, 0}) {
      for (int width : new int[] {8, 4}) {
        int length = signature + 4 + 2 * width;
        if (length <= limit - at
            && (signature == 0 || zip.u32(at) == DESCRIPTOR)
            && agrees(member, zip, at + signature, width)) {
          return length;
        }
      }
    }
    return 0;
  }

  private static boolean agrees(ZipMember member, ZipBytes zip, long at, int width)
      throws IOException {
    if (zip.u32(at) != member.crc()) {
      return false;
    }
    if (width == 8) {
      return zip.u64(at + 4) == member.packed() && zip.u64(at + 12) == member.size();
    }
    // A writer without Zip64 leaves the upper half out.
    return zip.u32(at + 4) == (member.packed() & ZipMember.IN_ZIP64)
        && zip.u32(at + 8) == (member.size() & ZipMember.IN_ZIP64);
  }

  private static BrokenZip disagrees(ZipMember member, String how) {
    return BrokenZip.structure("member " + member.number() + " " + how);
  }
}
