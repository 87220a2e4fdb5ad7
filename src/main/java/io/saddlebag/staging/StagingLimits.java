package io.saddlebag.staging;

/**
 * What staging allows itself.
 *
 * @param reserveBytes free disk that must be left
 * @param maxBytes the largest file, 0 for none
 * @param verification how much of an archive is checked
 * @param maxArchiveEntries the most members of an archive
 * @param maxInflatedBytes the most bytes that an archive may unpack to
 */
public record StagingLimits(
    long reserveBytes,
    long maxBytes,
    Verification verification,
    long maxArchiveEntries,
    long maxInflatedBytes) {

  /** 512 MiB of reserve, no largest file, a million members, 1 TiB unpacked. */
  public static StagingLimits defaults() {
    return new StagingLimits(512L << 20, 0, Verification.FULL, 1_000_000, 1L << 40);
  }
}
