package io.saddlebag.staging;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Unpacks gzip, all members of it, and proves each by its checksum and length. {@link
 * java.util.zip.GZIPInputStream} does not do for bodies: it takes a pause of the network behind a
 * member for the end, and passes over whatever follows. See https://www.rfc-editor.org/rfc/rfc1952
 *
 * <p>What the source throws goes on as it is; what is wrong with the bytes is {@link Broken}. Not
 * for several threads.
 */
public final class GzipStream extends InputStream {
  private static final int BUFFER = 64 << 10;

  /** So many packed bytes that give nothing are no file, but something without end. */
  private static final int MOST_IDLE = 16 << 20;

  private static final int HEADER_CHECKSUM = 2;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;
  private static final int RESERVED = 0xE0;

  private final InputStream source;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 checksum = new CRC32();
  private final byte[] buffer = new byte[BUFFER];
  private int from;
  private int to;
  private long idle;
  private boolean begun;
  private boolean inMember;
  private boolean ended;
  private boolean trailing;

  /** What is wrong with gzip bytes. */
  public static final class Broken extends IOException {
    private static final long serialVersionUID = 1;

    private final boolean cutOff;

    Broken(boolean cutOff, String how) {
      super(how);
      this.cutOff = cutOff;
    }

    /** Whether the bytes end before their end, and are right until there. */
    public boolean cutOff() {
      return cutOff;
    }
  }

  /** Unpacks what this stream gives, which must begin with gzip's magic bytes. */
  public GzipStream(InputStream source) {
    this.source = source;
  }

  /** Whether bytes begin as gzip does. */
  public static boolean begins(byte[] bytes) {
    return bytes.length >= 2 && (bytes[0] & 0xFF) == 0x1F && (bytes[1] & 0xFF) == 0x8B;
  }

  /** Whether something that is no gzip follows behind the last member; known at the end. */
  boolean trailing() {
    return trailing;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    while (length > 0 && !ended) {
      if (!inMember) {
        nextMember();
        continue;
      }
      int count = inflated(into, offset, length);
      if (count > 0) {
        checksum.update(into, offset, count);
        idle = 0;
        return count;
      }
      if (inflater.finished()) {
        endMember();
      } else if (inflater.needsDictionary()) {
        throw damaged();
      } else if (inflater.needsInput()) {
        give();
      }
    }
    return length == 0 ? 0 : -1;
  }

  private int inflated(byte[] into, int offset, int length) throws Broken {
    try {
      return inflater.inflate(into, offset, length);
    } catch (DataFormatException e) {
      throw damaged();
    }
  }

  private void give() throws IOException {
    if (!fill()) {
      throw cut();
    }
    inflater.setInput(buffer, from, to - from);
    from = to;
  }

  /** Whether there is a byte to take. */
  private boolean fill() throws IOException {
    if (from < to) {
      return true;
    }
    int count = source.read(buffer, 0, buffer.length);
    if (count <= 0) {
      return false;
    }
    idle += count;
    if (idle > MOST_IDLE) {
      throw new Broken(false, "goes on without giving a byte");
    }
    from = 0;
    to = count;
    return true;
  }

  /** The next packed byte, -1 at the end. */
  private int next() throws IOException {
    return fill() ? buffer[from++] & 0xFF : -1;
  }

  private int required() throws IOException {
    int value = next();
    if (value < 0) {
      throw cut();
    }
    return value;
  }

  /** Begins the next member, or ends; zeros behind a member fill a block and mean nothing. */
  private void nextMember() throws IOException {
    int first = next();
    while (begun && first == 0) {
      first = next();
    }
    if (begun && first < 0) {
      ended = true;
    } else if (first == 0x1F && required() == 0x8B) {
      header();
      inflater.reset();
      checksum.reset();
      begun = true;
      inMember = true;
    } else if (begun) {
      trailing = true;
      while (fill()) {
        from = to;
      }
      ended = true;
    } else {
      throw first < 0 ? cut() : damaged();
    }
  }

  private void header() throws IOException {
    int method = required();
    int flags = required();
    if (method != 8 || (flags & RESERVED) != 0) {
      throw damaged();
    }
    skip(6);
    if ((flags & EXTRA) != 0) {
      int low = required();
      skip(low | required() << 8);
    }
    if ((flags & NAME) != 0) {
      skipText();
    }
    if ((flags & COMMENT) != 0) {
      skipText();
    }
    if ((flags & HEADER_CHECKSUM) != 0) {
      skip(2);
    }
  }

  private void skip(int bytes) throws IOException {
    for (int i = 0; i < bytes; i++) {
      required();
    }
  }

  private void skipText() throws IOException {
    int value = required();
    while (value != 0) {
      value = required();
    }
  }

  private void endMember() throws IOException {
    from = to - inflater.getRemaining();
    long crc = number();
    long length = number();
    if (crc != checksum.getValue() || length != (inflater.getBytesWritten() & 0xFFFFFFFFL)) {
      throw new Broken(false, "does not match its checksum");
    }
    inMember = false;
  }

  private long number() throws IOException {
    long number = 0;
    for (int shift = 0; shift < 32; shift += 8) {
      number |= (long) required() << shift;
    }
    return number;
  }

  private static Broken cut() {
    return new Broken(true, "ends before its checksum");
  }

  private static Broken damaged() {
    return new Broken(false, "is damaged");
  }

  @Override
  public void close() throws IOException {
    ended = true;
    inflater.end();
    source.close();
  }
}
