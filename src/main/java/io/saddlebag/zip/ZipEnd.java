package io.saddlebag.zip;

import java.io.IOException;

/**
 * What the end of an archive says of its directory, which must reach from {@code directoryAt} to
 * exactly {@code at}. A comment may follow; a Zip64 record and its locator may stand between.
 *
 * @param at offset at which the directory ends
 * @param entries how many members there are; only the low 16 bits when not zip64
 * @param directoryAt the directory's offset
 * @param zip64 whether the numbers are of 64 bits
 */
public record ZipEnd(long at, long entries, long directoryAt, boolean zip64) {
  private static final int LENGTH = 22;
  private static final int LOCATOR_LENGTH = 20;
  private static final int LENGTH_64 = 56;
  private static final int LONGEST_COMMENT = 0xFFFF;
  private static final long SIGNATURE = 0x06054b50L;
  private static final long LOCATOR_SIGNATURE = 0x07064b50L;
  private static final long SIGNATURE_64 = 0x06064b50L;

  /** Finds the end record and proves that the directory ends where it begins. */
  public static ZipEnd find(ZipBytes zip) throws IOException {
    long last = zip.size() - LENGTH;
    long first = Math.max(0, last - LONGEST_COMMENT);
    if (last >= 0) {
      // Fills the window, so that the search does not read again at every step.
      zip.bytes(first, (int) (zip.size() - first));
    }
    for (long at = last; at >= first; at--) {
      if (zip.u32(at) == SIGNATURE && at + LENGTH + zip.u16(at + 20) == zip.size()) {
        return at(zip, at);
      }
    }
    throw new BrokenZip(BrokenZip.Fault.CUT_OFF, "it has no end record, so it was cut off");
  }

  private static ZipEnd at(ZipBytes zip, long at) throws IOException {
    long locator = at - LOCATOR_LENGTH;
    if (locator >= LENGTH_64 && zip.u32(locator) == LOCATOR_SIGNATURE) {
      return zip64(zip, locator, zip.u64(locator + 8));
    }
    long disks = zip.u32(at + 4);
    if (disks != 0 || zip.u16(at + 8) != zip.u16(at + 10)) {
      throw severalDisks();
    }
    return proven(at, zip.u32(at + 16), zip.u32(at + 12), zip.u16(at + 10), false);
  }

  private static ZipEnd zip64(ZipBytes zip, long locator, long at) throws IOException {
    boolean there = at >= 0 && at <= locator - LENGTH_64 && zip.u32(at) == SIGNATURE_64;
    if (!there || zip.u64(at + 4) != locator - at - 12) {
      throw BrokenZip.structure("its Zip64 end record is not where it should be");
    }
    if (zip.u64(at + 16) != 0
        || zip.u32(locator + 16) > 1
        || zip.u64(at + 24) != zip.u64(at + 32)) {
      throw severalDisks();
    }
    return proven(at, zip.u64(at + 48), zip.u64(at + 40), zip.u64(at + 32), true);
  }

  private static ZipEnd proven(
      long at, long directoryAt, long directoryBytes, long entries, boolean zip64)
      throws BrokenZip {
    if (directoryAt < 0 || directoryAt > at || directoryBytes != at - directoryAt) {
      throw BrokenZip.structure("its directory is not where its end record says");
    }
    return new ZipEnd(at, entries, directoryAt, zip64);
  }

  private static BrokenZip severalDisks() {
    return BrokenZip.structure("it is one part of several");
  }
}
