package io.saddlebag.csv;

import io.saddlebag.csv.CsvFailure.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.Serial;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The characters of a text without its mark. All that are right are given before the fault behind
 * them is thrown, so that whoever reads knows how far they came.
 */
final class EncodedText extends Reader {
  private static final int BUFFER = 64 << 10;
  private static final char MARK = '\uFEFF';

  private final InputStream in;
  private final ByteBuffer bytes = ByteBuffer.allocate(BUFFER);
  private final Charset encoding;
  private CharsetDecoder decoder;
  private boolean begun;
  private boolean ended;
  private boolean flushed;
  private @Nullable Fault fault;

  /** What is wrong behind the characters that were given. */
  static final class Fault extends IOException {
    @Serial private static final long serialVersionUID = 1;

    final Reason reason;

    Fault(Reason reason, String message) {
      super(message);
      this.reason = reason;
    }
  }

  EncodedText(InputStream in, Charset encoding) {
    this.in = in;
    this.encoding = encoding;
    this.decoder = decoder(encoding);
    bytes.flip();
  }

  private static CharsetDecoder decoder(Charset charset) {
    return charset
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT);
  }

  @Override
  public int read(char[] target, int offset, int length) throws IOException {
    int given = 0;
    while (given == 0) {
      if (fault != null) {
        throw fault;
      }
      if (flushed) {
        return -1;
      }
      boolean first = !begun;
      if (first) {
        begin();
      }
      given = upToNul(target, offset, decode(target, offset, length));
      if (first && given > 0 && target[offset] == MARK) {
        given--;
        System.arraycopy(target, offset + 1, target, offset, given);
      }
    }
    return given;
  }

  /** Fills the buffer and looks at the signs of another encoding in it. */
  private void begin() throws IOException {
    begun = true;
    while (!ended && bytes.limit() < bytes.capacity()) {
      fill();
    }
    Charset other = EncodingSigns.otherThan(encoding, bytes.array(), bytes.limit());
    if (other != null) {
      throw fault(
          new Fault(Reason.ENCODING, "it is in " + other + ", though it should be in " + encoding));
    }
    if (encoding.equals(StandardCharsets.UTF_16)
        && bytes.hasRemaining()
        && EncodingSigns.marked(bytes.array(), bytes.limit()) == null) {
      Charset order = EncodingSigns.order(bytes.array(), bytes.limit());
      if (order == null) {
        throw fault(
            new Fault(
                Reason.ENCODING,
                "it has no mark that tells the order of the bytes of UTF-16: write UTF-16LE or"
                    + " UTF-16BE as its encoding"));
      }
      decoder = decoder(order);
    }
  }

  private Fault fault(Fault found) {
    fault = found;
    return found;
  }

  /** How many characters it gives; none when there is a fault or the end. */
  private int decode(char[] target, int offset, int length) throws IOException {
    CharBuffer chars = CharBuffer.wrap(target, offset, length);
    CoderResult result = CoderResult.UNDERFLOW;
    while (result.isUnderflow() && !flushed && chars.position() == offset) {
      result = decoder.decode(bytes, chars, ended);
      if (result.isUnderflow()) {
        if (ended) {
          decoder.flush(chars);
          flushed = true;
        } else {
          fill();
        }
      }
    }
    if (result.isError()) {
      fault = new Fault(Reason.ENCODING, "there are bytes that are no character of " + encoding);
    }
    return chars.position() - offset;
  }

  private void fill() throws IOException {
    bytes.compact();
    int read = in.read(bytes.array(), bytes.position(), bytes.remaining());
    if (read < 0) {
      ended = true;
    } else {
      bytes.position(bytes.position() + read);
    }
    bytes.flip();
  }

  private int upToNul(char[] target, int offset, int given) {
    for (int i = 0; i < given; i++) {
      if (target[offset + i] == 0) {
        fault =
            new Fault(
                Reason.NUL, "there is a character of the code 0, which no text has: is it CSV?");
        return i;
      }
    }
    return given;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
