package io.saddlebag.staging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Proves that a gzip file is whole by its checksums and lengths, in constant memory, within the
 * limits of archives. Bytes behind its end, which readers pass over, are noted ({@code
 * gzip-trailing}). With only the directory to be checked, its first bytes are all there is.
 */
final class GzipCheck {
  private static final int BUFFER = 64 << 10;

  private final Path file;
  private final StagingLimits limits;

  GzipCheck(Path file, StagingLimits limits) {
    this.file = file;
    this.limits = limits;
  }

  List<String> check() throws IOException {
    if (limits.verification() == Verification.DIRECTORY) {
      return List.of("gzip-magic");
    }
    long packed = Files.size(file);
    long unpacked = 0;
    byte[] buffer = new byte[BUFFER];
    try (GzipStream in = new GzipStream(Files.newInputStream(file))) {
      int count = in.read(buffer);
      while (count >= 0) {
        unpacked += count;
        new UnpackLimit(limits).add(packed, unpacked);
        count = in.read(buffer);
      }
      return in.trailing() ? List.of("gzip-crc", "gzip-trailing") : List.of("gzip-crc");
    } catch (GzipStream.Broken e) {
      throw StagingFailure.retry(
          e.cutOff() ? "TRUNCATED" : "CORRUPT", "the gzip file " + e.getMessage());
    }
  }
}
