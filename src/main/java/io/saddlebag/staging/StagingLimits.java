package io.saddlebag.staging;

/**
 * What staging allows itself.
 *
 * @param reserveBytes free disk that must be left
 * @param maxBytes the largest file, 0 for none
 * @param verification how much of an archive is checked
 * @param maxArchiveEntries the most members of an archive
 * @param maxInflatedBytes the most bytes that an archive may unpack to
 * @param maxArchiveRatio the most times its size that an archive may unpack to, 0 for any
 */
public record StagingLimits(
    long reserveBytes,
    long maxBytes,
    Verification verification,
    long maxArchiveEntries,
    long maxInflatedBytes,
    long maxArchiveRatio) {

  /**
   * 512 MiB of reserve, no largest file, a million members, 1 TiB unpacked, a thousandfold of the
   * archive: deflate reaches 1,032, with nothing but zeros.
   */
  public static StagingLimits defaults() {
    return new StagingLimits(512L << 20, 0, Verification.FULL, 1_000_000, 1L << 40, 1_000);
  }
}
