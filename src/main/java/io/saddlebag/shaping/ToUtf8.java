package io.saddlebag.shaping;

import io.saddlebag.csv.EncodingSigns;
import io.saddlebag.kamelet.ExactText;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import org.apache.camel.Exchange;

/**
 * Converts a text to UTF-8, for the Kamelet {@code to-utf8-action}; in constant memory. Safe for
 * threads.
 */
public final class ToUtf8 {
  private static final int BUFFER = 64 << 10;
  private static final char MARK = '\uFEFF';

  private final ShapedCopy copy;
  private final Charset from;
  private final Bom bom;
  private final OnMalformed onMalformed;

  /** Whether the copy begins with the byte order mark. */
  private enum Bom {
    NONE,
    ADD,
    KEEP
  }

  /** What becomes of bytes that are no character. */
  private enum OnMalformed {
    FAIL,
    REPLACE
  }

  /**
   * A conversion with the parameters of the Kamelet.
   *
   * @throws ShapingFailure when one of them cannot be
   */
  public ToUtf8(String workFolder, String from, String bom, String onMalformed) {
    this.copy = new ShapedCopy(new WorkFolder(workFolder));
    try {
      this.from = Charset.forName(ExactText.of(from));
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      throw new ShapingFailure(
          "from of to-utf8-action is "
              + from
              + ", which is no character set of Java; write one such as ISO-8859-1 or windows-1252",
          e);
    }
    this.bom = Choice.of(Bom.class, "bom of to-utf8-action", bom);
    this.onMalformed = Choice.of(OnMalformed.class, "onMalformed of to-utf8-action", onMalformed);
  }

  /**
   * Puts the copy in UTF-8 in the place of the message's file.
   *
   * @throws ShapingFailure when the text is not of the character set, with the byte's position, or
   *     shows that it is in another one, or the file is no text but an archive or an Office
   *     document
   */
  public void convert(Exchange exchange) throws IOException {
    String name = new GivenFile(exchange).name();
    copy.replace(exchange, name, (in, out) -> new Conversion(name, in, out).run());
  }

  private CharsetDecoder decoder(Charset charset) {
    CodingErrorAction action =
        onMalformed == OnMalformed.FAIL ? CodingErrorAction.REPORT : CodingErrorAction.REPLACE;
    return charset.newDecoder().onMalformedInput(action).onUnmappableCharacter(action);
  }

  /** One text on its way. */
  private final class Conversion {
    private final String name;
    private CharsetDecoder decoder = decoder(from);
    private final InputStream in;
    private final OutputStream out;
    private final CharsetEncoder encoder =
        StandardCharsets.UTF_8
            .newEncoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private final ByteBuffer given = ByteBuffer.allocate(BUFFER);
    private final CharBuffer chars = CharBuffer.allocate(BUFFER);
    private final ByteBuffer made = ByteBuffer.allocate(BUFFER);
    private long decoded;
    private boolean begun;

    Conversion(String name, InputStream in, OutputStream out) {
      this.name = name;
      this.in = in;
      this.out = out;
    }

    void run() throws IOException {
      boolean last = false;
      while (!last) {
        last = fill();
        given.flip();
        if (!begun && given.hasRemaining()) {
          begin();
        }
        decode(last);
        given.compact();
      }
      drain(decoder.flush(chars), true);
      if (!begun) {
        mark(bom == Bom.ADD);
      }
      while (encoder.flush(made).isOverflow()) {
        write();
      }
      write();
    }

    /** Fills the buffer; whether the text is at its end. */
    private boolean fill() throws IOException {
      while (given.hasRemaining()) {
        int read = in.read(given.array(), given.position(), given.remaining());
        if (read < 0) {
          return true;
        }
        given.position(given.position() + read);
      }
      return false;
    }

    /** Takes a mark at the beginning off; some decoders would drop it, others pass it on. */
    private void begin() throws IOException {
      begun = true;
      PackedFile packed = PackedFile.of(given);
      if (packed != null) {
        throw packed.refusal(name, "to-utf8-action");
      }
      look();
      byte[] sign = signature();
      boolean marked = sign.length > 0 && given.remaining() >= sign.length;
      for (int i = 0; marked && i < sign.length; i++) {
        marked = given.get(i) == sign[i];
      }
      boolean swapped =
          from.equals(StandardCharsets.UTF_16)
              && given.remaining() >= 2
              && given.get(0) == (byte) 0xFF
              && given.get(1) == (byte) 0xFE;
      // The decoder of UTF-16 needs its mark, and drops it.
      if (marked && !from.equals(StandardCharsets.UTF_16)) {
        given.position(sign.length);
        decoded = sign.length;
      }
      mark(bom == Bom.ADD || bom == Bom.KEEP && (marked || swapped));
    }

    /**
     * Another character set would make other letters of the same bytes, and nobody would see it.
     */
    private void look() {
      Charset other = EncodingSigns.otherThan(from, given.array(), given.limit());
      if (other != null) {
        throw new ShapingFailure(
            name
                + " is in "
                + other
                + " and not in "
                + from
                + ": correct from of to-utf8-action to "
                + other);
      }
      if (from.equals(StandardCharsets.UTF_16)
          && EncodingSigns.marked(given.array(), given.limit()) == null) {
        Charset order = EncodingSigns.order(given.array(), given.limit());
        if (order == null) {
          throw new ShapingFailure(
              name
                  + " has no mark that tells the order of the bytes of UTF-16: correct from of"
                  + " to-utf8-action to UTF-16LE or UTF-16BE");
        }
        decoder = decoder(order);
      }
    }

    private byte[] signature() {
      if (!from.newEncoder().canEncode(MARK)) {
        return new byte[0];
      }
      return from.equals(StandardCharsets.UTF_16)
          ? new byte[] {(byte) 0xFE, (byte) 0xFF}
          : String.valueOf(MARK).getBytes(from);
    }

    private void mark(boolean wanted) throws IOException {
      if (wanted) {
        out.write(String.valueOf(MARK).getBytes(StandardCharsets.UTF_8));
      }
    }

    private void decode(boolean last) throws IOException {
      CoderResult result;
      do {
        int before = given.position();
        result = decoder.decode(given, chars, last);
        decoded += given.position() - before;
        drain(result, false);
      } while (result.isOverflow());
    }

    private void drain(CoderResult result, boolean last) throws IOException {
      if (result.isError()) {
        throw new ShapingFailure(
            name
                + " is not in "
                + from
                + ": the byte at position "
                + decoded
                + " is no character of it; correct from of to-utf8-action, or set its onMalformed to"
                + " replace");
      }
      chars.flip();
      CoderResult encoded;
      do {
        encoded = encoder.encode(chars, made, last);
        write();
      } while (encoded.isOverflow());
      chars.compact();
    }

    private void write() throws IOException {
      out.write(made.array(), 0, made.position());
      made.clear();
    }
  }
}
