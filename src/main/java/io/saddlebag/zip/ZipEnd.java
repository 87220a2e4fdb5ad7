package io.saddlebag.zip;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What the end of an archive says of its directory, which must reach from {@code directoryAt} to
 * exactly {@code at}. A comment may follow; a Zip64 record and its locator may stand between.
 *
 * <p>Behind the comment may come bytes that readers pass over, as a newline of a script or zeros of
 * a block; never another end record, of which readers would choose one or the other. In front may
 * stand the four bytes of an archive that was to become one of several parts (APPNOTE 8.5.4), with
 * or without the offsets counting them. See
 * https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 *
 * @param at offset at which the directory ends
 * @param entries how many members there are; only the low 16 bits when not zip64
 * @param directoryAt the directory's offset
 * @param zip64 whether the numbers are of 64 bits
 * @param base what is to be added to each offset that the directory says
 * @param marker bytes of the marker in front of the first member, 0 when there is none
 * @param behind bytes behind the comment
 */
public record ZipEnd(
    long at, long entries, long directoryAt, boolean zip64, long base, long marker, long behind) {
  private static final int LENGTH = 22;
  private static final int LOCATOR_LENGTH = 20;
  private static final int LENGTH_64 = 56;
  private static final int LONGEST_COMMENT = 0xFFFF;
  private static final long SIGNATURE = 0x06054b50L;
  private static final long LOCATOR_SIGNATURE = 0x07064b50L;
  private static final long SIGNATURE_64 = 0x06064b50L;
  private static final long ONE_PART = 0x30304b50L;
  private static final long FIRST_PART = 0x08074b50L;
  private static final int MARKER = 4;

  /** Finds the end record and proves that the directory ends where it begins. */
  public static ZipEnd find(ZipBytes zip) throws IOException {
    long last = zip.size() - LENGTH;
    long first = Math.max(0, last - LONGEST_COMMENT);
    if (last >= 0) {
      // Fills the window, so that the search does not read again at every step.
      zip.bytes(first, (int) (zip.size() - first));
    }
    long marker = marker(zip);
    long other = -1;
    BrokenZip broken = null;
    for (long at = last; at >= first; at--) {
      if (zip.u32(at) == SIGNATURE) {
        long end = at + LENGTH + zip.u16(at + 20);
        if (end <= zip.size() && other >= end) {
          broken = broken == null ? severalEnds() : broken;
        } else if (end <= zip.size()) {
          try {
            return at(zip, at, marker, zip.size() - end);
          } catch (BrokenZip e) {
            broken = broken == null && end == zip.size() ? e : broken;
          }
        }
        other = Math.max(other, at);
      }
    }
    throw broken != null
        ? broken
        : new BrokenZip(BrokenZip.Fault.CUT_OFF, "it has no end record, so it was cut off");
  }

  private static long marker(ZipBytes zip) throws IOException {
    long start = zip.size() < LENGTH ? 0 : zip.u32(0);
    return start == ONE_PART || start == FIRST_PART ? MARKER : 0;
  }

  private static ZipEnd at(ZipBytes zip, long at, long marker, long behind) throws IOException {
    BrokenZip broken = null;
    for (long base = 0; base <= marker; base += MARKER) {
      for (boolean zip64 : new boolean[] {true, false}) {
        try {
          ZipEnd end = zip64 ? zip64(zip, at, base) : plain(zip, at, base);
          if (end != null) {
            return new ZipEnd(
                end.at, end.entries, end.directoryAt, end.zip64, base, marker, behind);
          }
        } catch (BrokenZip e) {
          broken = broken == null ? e : broken;
        }
      }
    }
    throw broken == null ? BrokenZip.structure("its end record is damaged") : broken;
  }

  private static ZipEnd plain(ZipBytes zip, long at, long base) throws IOException {
    long disks = zip.u32(at + 4);
    if (disks != 0 || zip.u16(at + 8) != zip.u16(at + 10)) {
      throw severalDisks();
    }
    return proven(at, base + zip.u32(at + 16), zip.u32(at + 12), zip.u16(at + 10), false);
  }

  /**
   * The end as its Zip64 record says; null when there is no locator of one. A name that ends the
   * directory may look like a locator: then there is no record where it points.
   */
  private static @Nullable ZipEnd zip64(ZipBytes zip, long end, long base) throws IOException {
    long locator = end - LOCATOR_LENGTH;
    if (locator < LENGTH_64 || zip.u32(locator) != LOCATOR_SIGNATURE) {
      return null;
    }
    long at = base + zip.u64(locator + 8);
    boolean there = at >= 0 && at <= locator - LENGTH_64 && zip.u32(at) == SIGNATURE_64;
    if (!there || zip.u64(at + 4) != locator - at - 12) {
      throw BrokenZip.structure("its Zip64 end record is not where it should be");
    }
    if (zip.u64(at + 16) != 0
        || zip.u32(locator + 16) > 1
        || zip.u64(at + 24) != zip.u64(at + 32)) {
      throw severalDisks();
    }
    return proven(at, base + zip.u64(at + 48), zip.u64(at + 40), zip.u64(at + 32), true);
  }

  private static ZipEnd proven(
      long at, long directoryAt, long directoryBytes, long entries, boolean zip64)
      throws BrokenZip {
    if (directoryAt < 0 || directoryAt > at || directoryBytes != at - directoryAt) {
      throw BrokenZip.structure("its directory is not where its end record says");
    }
    return new ZipEnd(at, entries, directoryAt, zip64, 0, 0, 0);
  }

  private static BrokenZip severalEnds() {
    return BrokenZip.structure("it has another end record behind its own");
  }

  private static BrokenZip severalDisks() {
    return BrokenZip.structure("it is one part of several");
  }
}
