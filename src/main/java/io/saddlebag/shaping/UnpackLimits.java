package io.saddlebag.shaping;

/**
 * How far an archive may unpack. It is asked with what the directory claims before anything goes
 * on, and nothing is unpacked beyond its claim.
 *
 * @param maxEntries the most entries that an archive may have
 * @param maxBytes the most bytes that it may unpack to
 * @param maxRatio the most times its size that it may unpack to, 0 for any
 */
public record UnpackLimits(long maxEntries, long maxBytes, long maxRatio) {
  /** Below this, even the best packed archive harms nobody. */
  private static final long HARMLESS_BYTES = 16L << 20;

  /** Refuses so many entries. */
  void entries(long count) {
    if (count < 0 || count > maxEntries) {
      throw new ShapingFailure(
          "the archive has more than "
              + maxEntries
              + " entries; raise maxEntries of unpack-action if the file is right");
    }
  }

  /** Refuses so many unpacked bytes of an archive of so many. */
  void bytes(long packed, long unpacked) {
    if (unpacked < 0 || unpacked > maxBytes) {
      throw new ShapingFailure(
          "the archive unpacks to more than "
              + maxBytes
              + " bytes; raise maxBytes of unpack-action if the file is right");
    }
    if (maxRatio > 0 && unpacked > HARMLESS_BYTES && unpacked / maxRatio >= Math.max(1, packed)) {
      throw new ShapingFailure(
          "the archive unpacks to more than "
              + maxRatio
              + " times its size, as one made to fill a disk does; raise maxRatio of unpack-action"
              + " if the file is right");
    }
  }
}
