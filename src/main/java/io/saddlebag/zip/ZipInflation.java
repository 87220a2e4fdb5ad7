package io.saddlebag.zip;

import java.io.IOException;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Unpacks members that are not encrypted, and proves them by their length and CRC. Not for several
 * threads.
 */
public final class ZipInflation implements AutoCloseable {
  private static final int STORED = 0;
  private static final int DEFLATED = 8;
  private static final int BUFFER = 64 << 10;

  private final ZipBytes zip;
  private final Inflater inflater = new Inflater(true);
  private final byte[] packed = new byte[BUFFER];
  private final byte[] plain = new byte[BUFFER];

  /** Where the unpacked bytes of a member go. */
  @FunctionalInterface
  public interface Sink {
    /** Takes the first so many bytes of this buffer, which is used again afterwards. */
    void write(byte[] bytes, int length) throws IOException;
  }

  /** An inflation of members of this archive. */
  public ZipInflation(ZipBytes zip) {
    this.zip = zip;
  }

  /** Whether members packed in this way can be unpacked. */
  public static boolean knows(int method) {
    return method == STORED || method == DEFLATED;
  }

  /** As {@link #unpack}, with the bytes dropped. */
  public void prove(ZipMember member, long dataAt) throws IOException {
    unpack(member, dataAt, (bytes, length) -> {});
  }

  /**
   * Unpacks a member; what the sink was given is right only when this returns. Inflates no more
   * than the directory claims, so the caller's limit on claims is the limit on work.
   *
   * @throws BrokenZip when the data is not what the directory says
   */
  public void unpack(ZipMember member, long dataAt, Sink sink) throws IOException {
    Proof proof = new Proof(member.size(), sink);
    boolean ended;
    try {
      ended =
          member.method() == STORED
              ? stored(member, dataAt, proof)
              : deflated(member, dataAt, proof);
    } catch (DataFormatException e) {
      throw corrupt(member.number(), "cannot be inflated");
    }
    if (!ended || proof.bytes != member.size()) {
      throw corrupt(member.number(), "is not as long as the directory says");
    }
    if (proof.crc.getValue() != member.crc()) {
      throw corrupt(member.number(), "does not have the checksum that the directory says");
    }
  }

  /** What has come out so far. */
  private static final class Proof {
    private final CRC32 crc = new CRC32();
    private final long claimed;
    private final Sink sink;
    private long bytes;

    Proof(long claimed, Sink sink) {
      this.claimed = claimed;
      this.sink = sink;
    }

    /** Whether these bytes are still within the claim; those beyond it go nowhere. */
    boolean take(byte[] block, int length) throws IOException {
      bytes += length;
      if (bytes > claimed) {
        return false;
      }
      crc.update(block, 0, length);
      sink.write(block, length);
      return true;
    }
  }

  private boolean stored(ZipMember member, long dataAt, Proof proof) throws IOException {
    if (member.packed() != member.size()) {
      return false;
    }
    long at = dataAt;
    long end = dataAt + member.packed();
    while (at < end) {
      int read = zip.read(at, packed, (int) Math.min(packed.length, end - at));
      if (!proof.take(packed, read)) {
        return false;
      }
      at += read;
    }
    return true;
  }

  /** Whether the data ended where it should; false when too much came out or input is left over. */
  private boolean deflated(ZipMember member, long dataAt, Proof proof)
      throws IOException, DataFormatException {
    if (member.packed() == 0) {
      // Not what deflate writes for nothing, but what some writers do.
      return true;
    }
    inflater.reset();
    long at = dataAt;
    long end = dataAt + member.packed();
    while (!inflater.finished()) {
      if (inflater.needsInput() && at < end) {
        int read = zip.read(at, packed, (int) Math.min(packed.length, end - at));
        inflater.setInput(packed, 0, read);
        at += read;
      }
      int out = inflater.inflate(plain);
      if (out == 0 && !inflater.finished() && (inflater.needsDictionary() || at == end)) {
        return false;
      }
      if (!proof.take(plain, out)) {
        return false;
      }
    }
    return inflater.getBytesRead() == member.packed();
  }

  private static BrokenZip corrupt(long number, String how) {
    return new BrokenZip(BrokenZip.Fault.DATA, "member " + number + " " + how);
  }

  @Override
  public void close() {
    inflater.end();
  }
}
