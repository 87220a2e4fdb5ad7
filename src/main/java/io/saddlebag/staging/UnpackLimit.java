package io.saddlebag.staging;

/**
 * How far an archive, or a body with a content coding, may unpack. It is asked with what the
 * directory claims before anything is unpacked, and nothing is unpacked beyond its claim.
 */
final class UnpackLimit {
  /** Below this, even the best packed archive harms nobody. */
  private static final long HARMLESS_BYTES = 16L << 20;

  private final StagingLimits limits;
  private long packed;
  private long unpacked;

  UnpackLimit(StagingLimits limits) {
    this.limits = limits;
  }

  /** Throws ARCHIVE_LIMIT when there are too many members. */
  void members(long count) {
    if (count < 0 || count > limits.maxArchiveEntries()) {
      throw StagingFailure.last(
          "ARCHIVE_LIMIT",
          "the archive has more than "
              + limits.maxArchiveEntries()
              + " members; raise staging.max-archive-entries if the file is right");
    }
  }

  /** Adds so much packed data; throws ARCHIVE_LIMIT when it unpacks to too much. */
  void add(long packedBytes, long unpackedBytes) {
    if (unpackedBytes > limits.maxInflatedBytes() - unpacked) {
      throw StagingFailure.last(
          "ARCHIVE_LIMIT",
          "the file unpacks to more than "
              + limits.maxInflatedBytes()
              + " bytes; raise staging.max-inflated-bytes if the file is right");
    }
    packed += packedBytes;
    unpacked += unpackedBytes;
    if (bomb(packedBytes, unpackedBytes) || bomb(packed, unpacked)) {
      throw StagingFailure.last(
          "ARCHIVE_LIMIT",
          "the file unpacks to more than "
              + limits.maxArchiveRatio()
              + " times its size, as one made to fill a disk does; raise staging.max-archive-ratio if"
              + " the file is right");
    }
  }

  private boolean bomb(long packedBytes, long unpackedBytes) {
    return limits.maxArchiveRatio() > 0
        && unpackedBytes > HARMLESS_BYTES
        && unpackedBytes / limits.maxArchiveRatio() >= Math.max(1, packedBytes);
  }
}
