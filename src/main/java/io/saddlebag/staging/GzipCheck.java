package io.saddlebag.staging;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Proves that a gzip file is whole by its checksum and length, in constant memory, within the
 * limits of archives. With only the directory to be checked, its first bytes are all there is.
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
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), BUFFER);
        InputStream in = new GZIPInputStream(raw, BUFFER)) {
      int count = in.read(buffer);
      while (count >= 0) {
        unpacked += count;
        new UnpackLimit(limits).add(packed, unpacked);
        count = in.read(buffer);
      }
      return List.of("gzip-crc");
    } catch (EOFException e) {
      throw StagingFailure.retry(
          "TRUNCATED", "the gzip file ends before its checksum, so it was cut off");
    } catch (ZipException e) {
      throw StagingFailure.retry(
          "CORRUPT", "the gzip file does not match its checksum or is damaged");
    }
  }
}
