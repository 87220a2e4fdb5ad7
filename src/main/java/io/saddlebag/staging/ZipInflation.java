package io.saddlebag.staging;

import java.io.IOException;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Inflates members to compare their CRC; the bytes themselves are dropped. */
final class ZipInflation implements AutoCloseable {
  private static final int STORED = 0;
  private static final int DEFLATED = 8;
  private static final int BUFFER = 64 << 10;

  private final ZipBytes zip;
  private final Inflater inflater = new Inflater(true);
  private final byte[] packed = new byte[BUFFER];
  private final byte[] plain = new byte[BUFFER];

  ZipInflation(ZipBytes zip) {
    this.zip = zip;
  }

  static boolean knows(int method) {
    return method == STORED || method == DEFLATED;
  }

  /**
   * Throws CORRUPT when the data is not what the directory says. Inflates no more than the
   * directory claims, so the caller's limit on claims is the limit on work.
   */
  void prove(ZipMember member, long dataAt) throws IOException {
    CRC32 crc = new CRC32();
    long bytes;
    try {
      bytes =
          member.method() == STORED ? stored(member, dataAt, crc) : deflated(member, dataAt, crc);
    } catch (DataFormatException e) {
      throw corrupt(member.number(), "cannot be inflated");
    }
    if (bytes != member.size()) {
      throw corrupt(member.number(), "is not as long as the directory says");
    }
    if (crc.getValue() != member.crc()) {
      throw corrupt(member.number(), "does not have the checksum that the directory says");
    }
  }

  private long stored(ZipMember member, long dataAt, CRC32 crc) throws IOException {
    if (member.packed() != member.size()) {
      return -1;
    }
    long at = dataAt;
    long end = dataAt + member.packed();
    while (at < end) {
      int read = zip.read(at, packed, (int) Math.min(packed.length, end - at));
      crc.update(packed, 0, read);
      at += read;
    }
    return member.packed();
  }

  /** How many bytes came out; -1 when too many, too few, or when input is left over. */
  private long deflated(ZipMember member, long dataAt, CRC32 crc)
      throws IOException, DataFormatException {
    if (member.packed() == 0) {
      // Not what deflate writes for nothing, but what some writers do.
      return 0;
    }
    inflater.reset();
    long at = dataAt;
    long end = dataAt + member.packed();
    long bytes = 0;
    while (!inflater.finished()) {
      if (inflater.needsInput() && at < end) {
        int read = zip.read(at, packed, (int) Math.min(packed.length, end - at));
        inflater.setInput(packed, 0, read);
        at += read;
      }
      int out = inflater.inflate(plain);
      if (out == 0 && !inflater.finished() && (inflater.needsDictionary() || at == end)) {
        return -1;
      }
      crc.update(plain, 0, out);
      bytes += out;
      if (bytes > member.size()) {
        return -1;
      }
    }
    return inflater.getBytesRead() == member.packed() ? bytes : -1;
  }

  private static StagingFailure corrupt(long number, String how) {
    return StagingFailure.retry(
        "CORRUPT",
        "member "
            + number
            + " of the archive "
            + how
            + "; it is fetched again, ask the vendor if this repeats");
  }

  @Override
  public void close() {
    inflater.end();
  }
}
