package io.saddlebag.zip;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/** Reads an archive at any offset through one window of constant size. */
public final class ZipBytes {
  private final FileChannel channel;
  private final long size;
  private final ByteBuffer window;
  private final int readAhead;
  private long windowAt;

  /**
   * A reader of this archive.
   *
   * @param windowBytes the most bytes that can be asked for at once
   * @param readAhead how many bytes are read when fewer are asked for
   */
  public ZipBytes(FileChannel channel, int windowBytes, int readAhead) throws IOException {
    this.channel = channel;
    this.size = channel.size();
    this.readAhead = Math.min(windowBytes, readAhead);
    this.window = ByteBuffer.allocate(windowBytes).order(ByteOrder.LITTLE_ENDIAN).limit(0);
  }

  /** Bytes of the archive. */
  public long size() {
    return size;
  }

  int u16(long at) throws IOException {
    return need(at, 2).getShort((int) (at - windowAt)) & 0xFFFF;
  }

  long u32(long at) throws IOException {
    return need(at, 4).getInt((int) (at - windowAt)) & 0xFFFFFFFFL;
  }

  /** A 64-bit number; one above the largest long comes out negative. */
  long u64(long at) throws IOException {
    return need(at, 8).getLong((int) (at - windowAt));
  }

  /** At most as many bytes as the window holds. */
  public byte[] bytes(long at, int length) throws IOException {
    byte[] bytes = new byte[length];
    need(at, length).get((int) (at - windowAt), bytes);
    return bytes;
  }

  /** Reads straight past the window; how many bytes came, at least one. */
  int read(long at, byte[] into, int length) throws IOException {
    int read = channel.read(ByteBuffer.wrap(into, 0, length), at);
    if (read <= 0) {
      throw new EOFException("the archive ends inside an entry");
    }
    return read;
  }

  private ByteBuffer need(long at, int length) throws IOException {
    if (at < 0 || at > size - length) {
      throw new EOFException("the archive ends inside a record");
    }
    if (at < windowAt || at + length > windowAt + window.limit()) {
      window.clear().limit(Math.max(length, readAhead));
      windowAt = at;
      while (window.position() < length) {
        if (channel.read(window, at + window.position()) < 0) {
          throw new EOFException("the archive ends inside a record");
        }
      }
      window.flip();
    }
    return window;
  }
}
