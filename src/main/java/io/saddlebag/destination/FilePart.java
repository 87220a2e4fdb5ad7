package io.saddlebag.destination;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.ContentStreamProvider;

/**
 * A stretch of a file, or the whole of it, that can be read again and again, so that it can be sent
 * again.
 */
final class FilePart implements ContentStreamProvider, AutoCloseable {
  /** The client asks for 4 KiB at a time; each would be a call of the operating system. */
  private static final int BUFFER = 1 << 16;

  private final Path file;
  private final long offset;
  private final long length;
  private @Nullable InputStream open;

  /** So many bytes from an offset on. */
  FilePart(Path file, long offset, long length) {
    this.file = file;
    this.offset = offset;
    this.length = length;
  }

  /** How many bytes it has. */
  long length() {
    return length;
  }

  @Override
  public InputStream newStream() {
    close();
    try {
      SeekableByteChannel channel = Files.newByteChannel(file);
      InputStream buffered =
          new BufferedInputStream(Channels.newInputStream(channel.position(offset)), BUFFER);
      InputStream stream = new Stretch(buffered, length);
      open = stream;
      return stream;
    } catch (IOException e) {
      throw new UncheckedIOException("the staged file cannot be read: " + e.getMessage(), e);
    }
  }

  /** Closes what was read last. */
  @Override
  public void close() {
    try {
      if (open != null) {
        open.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the staged file cannot be closed: " + e.getMessage(), e);
    } finally {
      open = null;
    }
  }

  /** Ends after so many bytes. */
  private static final class Stretch extends FilterInputStream {
    private long left;

    private Stretch(InputStream in, long length) {
      super(in);
      left = length;
    }

    @Override
    public int read() throws IOException {
      if (left <= 0) {
        return -1;
      }
      int read = super.read();
      left -= read < 0 ? 0 : 1;
      return read;
    }

    @Override
    public int read(byte[] buffer, int from, int count) throws IOException {
      if (left <= 0) {
        return -1;
      }
      int read = super.read(buffer, from, (int) Math.min(count, left));
      left -= Math.max(read, 0);
      return read;
    }

    @Override
    public long skip(long count) throws IOException {
      long skipped = super.skip(Math.min(count, left));
      left -= skipped;
      return skipped;
    }

    @Override
    public int available() throws IOException {
      return (int) Math.min(super.available(), left);
    }

    @Override
    public boolean markSupported() {
      return false;
    }
  }
}
