package io.saddlebag.simulator;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPOutputStream;

/**
 * Something that goes wrong with one request. A fault either answers the call itself and returns
 * true, or changes how the simulator's own answer is written and returns false.
 */
@FunctionalInterface
public interface Fault {

  /** Applies the fault; true when the call has been answered. */
  boolean apply(Call call) throws IOException;

  /** Answers with this status and an empty body. */
  static Fault status(int status) {
    return call -> call.empty(status);
  }

  /** Answers with this status and a Retry-After header in any of its forms. */
  static Fault retryAfter(int status, String value) {
    return call -> call.header("Retry-After", value).empty(status);
  }

  /** Answers with this status, content type and text. */
  static Fault answer(int status, String contentType, String text) {
    return call -> call.text(status, contentType, text);
  }

  /** A login page with 200, as a proxy or an expired session gives it. */
  static Fault loginPage() {
    return answer(
        200,
        "text/html; charset=utf-8",
        "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><form>Password</form></body></html>");
  }

  /** A redirect to this address. */
  static Fault redirect(int status, String location) {
    return call -> call.header("Location", location).empty(status);
  }

  /**
   * Does what was asked, then answers something else, as a proxy does that gave up waiting for the
   * vendor behind it.
   */
  static Fault answeredInstead(Fault answer) {
    return call -> {
      call.answerInstead(answer);
      return false;
    };
  }

  /** Closes the connection without an answer; the request has been recorded. */
  static Fault dropConnection() {
    return Call::drop;
  }

  /** Does the work the request asks for, then closes the connection without an answer. */
  static Fault loseReply() {
    return call -> {
      call.loseReply();
      return false;
    };
  }

  /** Waits before the answer is made. */
  static Fault delay(Duration time) {
    return call -> {
      LockSupport.parkNanos(time.toNanos());
      return false;
    };
  }

  /** Announces the whole body, but closes the connection after so many bytes. */
  static Fault truncate(long bytes) {
    return filter(
        out ->
            new CountingStream(out) {
              @Override
              public void write(byte[] b, int off, int len) throws IOException {
                int room = (int) Math.min(len, Math.max(0, bytes - written));
                super.write(b, off, room);
                if (room < len) {
                  out.flush();
                  throw new IOException("cut here by a scripted fault");
                }
              }
            });
  }

  /** Flips the bits of the byte at this offset of the body. */
  static Fault corrupt(long offset) {
    return filter(
        out ->
            new CountingStream(out) {
              @Override
              public void write(byte[] b, int off, int len) throws IOException {
                byte[] copy = java.util.Arrays.copyOfRange(b, off, off + len);
                if (offset >= written && offset < written + len) {
                  copy[(int) (offset - written)] ^= (byte) 0xFF;
                }
                super.write(copy, 0, len);
              }
            });
  }

  /** Sends the body in gzip, which nobody asked for, as a proxy or a stored object does. */
  static Fault gzipped() {
    return encoded(
        "gzip",
        plain -> {
          ByteArrayOutputStream packed = new ByteArrayOutputStream();
          try (OutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(plain);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          return packed.toByteArray();
        });
  }

  /** Says that the body is in this content coding, and makes of its bytes what is sent. */
  static Fault encoded(String coding, UnaryOperator<byte[]> encoder) {
    return call -> {
      call.header("Content-Encoding", coding).encodeBody(encoder);
      return false;
    };
  }

  /** Writes the body in small pieces with a pause after each. */
  static Fault drip(int pieceBytes, Duration pause) {
    return filter(
        out ->
            new CountingStream(out) {
              @Override
              public void write(byte[] b, int off, int len) throws IOException {
                for (int done = 0; done < len; done += pieceBytes) {
                  super.write(b, off + done, Math.min(pieceBytes, len - done));
                  out.flush();
                  LockSupport.parkNanos(pause.toNanos());
                }
              }
            });
  }

  /** Writes so many bytes of the body, then nothing more for this time, then goes on. */
  static Fault stall(long afterBytes, Duration time) {
    return filter(
        out ->
            new CountingStream(out) {
              private boolean stalled;

              @Override
              public void write(byte[] b, int off, int len) throws IOException {
                if (!stalled && written + len > afterBytes) {
                  int room = (int) Math.max(0, afterBytes - written);
                  super.write(b, off, room);
                  out.flush();
                  stalled = true;
                  LockSupport.parkNanos(time.toNanos());
                  super.write(b, off + room, len - room);
                } else {
                  super.write(b, off, len);
                }
              }
            });
  }

  /** Makes another body of the simulator's own answer; its length is announced as it is then. */
  static Fault rewrite(java.util.function.UnaryOperator<byte[]> how) {
    return call -> {
      call.rewrite(how);
      return false;
    };
  }

  /** Passes the body of the simulator's own answer through a filter. */
  static Fault filter(UnaryOperator<OutputStream> filter) {
    return call -> {
      call.filterBody(filter);
      return false;
    };
  }

  /** A stream that knows how many bytes went through it. */
  class CountingStream extends OutputStream {
    private final OutputStream out;

    /** Bytes written so far. */
    protected long written;

    protected CountingStream(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] b, int off, int len) throws IOException {
      out.write(b, off, len);
      written += len;
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }
  }
}
