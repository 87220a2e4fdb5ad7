package io.saddlebag.zip;

import java.io.IOException;

/**
 * A member as the directory has it.
 *
 * @param number its place in the directory, from 1; messages say it in place of the name, which is
 *     the vendor's and may hold anything
 * @param flags the general purpose bits
 * @param method 0 stored, 8 deflated
 * @param crc its checksum
 * @param packed its bytes in the archive
 * @param size its bytes when unpacked
 * @param nameAt offset of its name in the archive
 * @param nameLength bytes of its name
 * @param localAt offset of its local header
 * @param link whether it is a symbolic link
 * @param length bytes of this record
 */
public record ZipMember(
    long number,
    int flags,
    int method,
    long crc,
    long packed,
    long size,
    long nameAt,
    int nameLength,
    long localAt,
    boolean link,
    long length) {
  /** Stands in a 32-bit field whose number is in the Zip64 field. */
  static final long IN_ZIP64 = 0xFFFFFFFFL;

  /** Set when sizes and checksum follow the data, because the writer could not seek back. */
  static final int SIZES_FOLLOW = 1 << 3;

  private static final int FIXED = 46;
  private static final long SIGNATURE = 0x02014b50L;
  private static final int ENCRYPTED = 1;
  private static final int UTF8 = 1 << 11;
  private static final int MASKED = 1 << 13;
  private static final int UNIX = 3;
  private static final int LINK = 0xA000;

  /** Whether a password is needed to read it. */
  public boolean encrypted() {
    return (flags & (ENCRYPTED | MASKED)) != 0;
  }

  /** Whether its local header says nothing, because the directory itself was encrypted. */
  public boolean masked() {
    return (flags & MASKED) != 0;
  }

  /** Whether its name is in UTF-8; otherwise in the code page of whoever wrote it. */
  public boolean utf8() {
    return (flags & UTF8) != 0;
  }

  /** Reads the record at this offset, which must end before the directory does. */
  public static ZipMember at(ZipBytes zip, long at, ZipEnd directory, long number)
      throws IOException {
    long end = directory.at();
    if (at > end - FIXED || zip.u32(at) != SIGNATURE) {
      throw bad(number);
    }
    int nameLength = zip.u16(at + 28);
    int extraLength = zip.u16(at + 30);
    long length = FIXED + (long) nameLength + extraLength + zip.u16(at + 32);
    int disk = zip.u16(at + 34);
    if (length > end - at || disk != 0 && disk != 0xFFFF) {
      throw bad(number);
    }
    long[] numbers = {zip.u32(at + 24), zip.u32(at + 20), zip.u32(at + 42)};
    Zip64Field.resolve(zip, at + FIXED + nameLength, extraLength, numbers);
    for (long value : numbers) {
      if (value < 0) {
        throw bad(number);
      }
    }
    boolean link = zip.u16(at + 4) >> 8 == UNIX && (zip.u32(at + 38) >> 16 & 0xF000) == LINK;
    return new ZipMember(
        number,
        zip.u16(at + 8),
        zip.u16(at + 10),
        zip.u32(at + 16),
        numbers[1],
        numbers[0],
        at + FIXED,
        nameLength,
        directory.base() + numbers[2],
        link,
        length);
  }

  private static BrokenZip bad(long number) {
    return BrokenZip.structure("record " + number + " of its directory is damaged");
  }
}
