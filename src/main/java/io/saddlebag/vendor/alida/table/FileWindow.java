package io.saddlebag.vendor.alida.table;

import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * A part of a file in memory. Behind its last byte stand zeros, enough for a read of eight bytes:
 * as JSON has no zeros, who reads it meets one instead of having to ask for the end.
 */
final class FileWindow implements Closeable {
  /** Many records, and what is read twice at its end is little beside it. */
  static final int SMALLEST = 1 << 17;

  /** Room for a record of several thousand answers. */
  static final int LARGEST = 1 << 20;

  private static final int ZEROS = 8;

  private final FileChannel file;
  private final int largest;
  private byte[] bytes;
  private int size;
  private int length;
  private long offset;

  /** Begins at this offset; both sizes are in bytes. */
  FileWindow(File file, long offset, int smallest, int largest) throws IOException {
    this.file = FileChannel.open(file.toPath(), StandardOpenOption.READ);
    this.offset = offset;
    this.size = smallest;
    this.largest = largest;
    this.bytes = new byte[smallest + ZEROS];
    try {
      fill();
    } catch (IOException e) {
      this.file.close();
      throw e;
    }
  }

  /** What it shows; another array after a move. */
  byte[] bytes() {
    return bytes;
  }

  /** Where in the file it begins. */
  long offset() {
    return offset;
  }

  /**
   * Moves its beginning to one of its bytes, or grows when it begins there already. What was
   * written over its bytes is gone. False when there is no more to see from there.
   */
  boolean move(int at) throws IOException {
    if (at == 0) {
      if (length < size || size >= largest) {
        return false;
      }
      size = Math.min(size * 2, largest);
      bytes = new byte[size + ZEROS];
    }
    offset += at;
    fill();
    return true;
  }

  private void fill() throws IOException {
    ByteBuffer target = ByteBuffer.wrap(bytes, 0, size);
    int count = 0;
    while (target.hasRemaining() && count >= 0) {
      count = file.read(target, offset + target.position());
    }
    length = target.position();
    Arrays.fill(bytes, length, length + ZEROS, (byte) 0);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
