package io.saddlebag.staging;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A body on its way in: its content coding is undone, and the bytes that came are counted. Lengths
 * and ranges are of those, and what is staged and digested is what they hold.
 *
 * <p>What is proven wins over what is said. A body that is said to be gzip and does not begin so is
 * the file. So is one that is gzip when a gzip file was asked for, or the answer calls it one, and
 * what it holds is no gzip file: the server said of the file's own form that it were a coding, as
 * web servers do for names that end in {@code .gz}.
 */
final class IncomingBody {
  /** What was made of a coding, with the name that a receipt gives it. */
  enum Coding {
    /** None was said. */
    NONE(null),
    /** It was undone. */
    DECODED("gzip-decoded"),
    /** It was said, and is none of these bytes'. */
    IGNORED("coding-ignored");

    private final @Nullable String note;

    Coding(@Nullable String note) {
      this.note = note;
    }

    @Nullable String note() {
      return note;
    }
  }

  /** Enough for gzip's header and the first packed bytes. */
  private static final int HEAD = 4 << 10;

  private static final Pattern GZIP_NAME = Pattern.compile("(?i).*[.](gz|tgz)");

  private final Coding coding;
  private final Counted coded;
  private final InputStream plain;

  private IncomingBody(Coding coding, Counted coded, InputStream plain) {
    this.coding = coding;
    this.coded = coded;
    this.plain = plain;
  }

  /**
   * The body of an answer.
   *
   * @throws StagingFailure UNSUPPORTED_CODING before anything is read
   */
  static IncomingBody of(Answer answer, Expectation expectation) throws IOException {
    Counted coded = new Counted(answer.body());
    return switch (ContentCoding.of(answer.contentEncoding())) {
      case NONE -> new IncomingBody(Coding.NONE, coded, coded);
      case OTHER ->
          throw StagingFailure.retry(
              "UNSUPPORTED_CODING",
              "the vendor sent the file in the content coding "
                  + ContentCoding.names(answer.contentEncoding())
                  + ", though it was asked for it without one; only gzip can be undone");
      case GZIP -> gzip(coded, answer, expectation);
    };
  }

  private static IncomingBody gzip(Counted coded, Answer answer, Expectation expectation)
      throws IOException {
    byte[] head = coded.readNBytes(HEAD);
    InputStream whole = new SequenceInputStream(new ByteArrayInputStream(head), coded);
    boolean file =
        !GzipStream.begins(head)
            || gzipFile(answer, expectation) && !GzipStream.begins(beginning(head));
    return file
        ? new IncomingBody(Coding.IGNORED, coded, whole)
        : new IncomingBody(Coding.DECODED, coded, new GzipStream(whole));
  }

  /** Whether what was asked for, or what the answer calls it, is a gzip file. */
  private static boolean gzipFile(Answer answer, Expectation expectation) {
    if (expectation.kind() != FileKind.ANY) {
      return expectation.kind() == FileKind.GZIP;
    }
    String type = String.valueOf(answer.contentType()).toLowerCase(Locale.ROOT);
    String name =
        ContentDisposition.fileName(answer.contentDisposition()).orElse(expectation.fallbackName());
    return type.matches("application/(x-)?(gzip|gtar|tgz|gzip-compressed).*")
        || GZIP_NAME.matcher(name).matches();
  }

  /** The first two bytes of what is packed here, fewer when there are none. */
  private static byte[] beginning(byte[] head) throws IOException {
    byte[] start = new byte[2];
    try (GzipStream in = new GzipStream(new ByteArrayInputStream(head))) {
      return Arrays.copyOf(start, in.readNBytes(start, 0, start.length));
    } catch (GzipStream.Broken e) {
      return new byte[0];
    }
  }

  Coding coding() {
    return coding;
  }

  /** What is to be staged. */
  InputStream plain() {
    return plain;
  }

  /** How many bytes came over the network so far. */
  long received() {
    return coded.bytes;
  }

  /** Throws when something came behind the coding's end; to be asked at the end. */
  void requireNothingBehind() {
    if (plain instanceof GzipStream gzip && gzip.trailing()) {
      throw StagingFailure.retry(
          "CORRUPT", "the body goes on behind the end of its content coding (gzip)");
    }
  }

  /** A coding that is broken. */
  static StagingFailure broken(GzipStream.Broken how) {
    return StagingFailure.retry(
        how.cutOff() ? "TRUNCATED" : "CORRUPT",
        "the content coding (gzip) of the body " + how.getMessage());
  }

  private static final class Counted extends FilterInputStream {
    private long bytes;

    Counted(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int value = in.read();
      bytes += value < 0 ? 0 : 1;
      return value;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int count = in.read(into, offset, length);
      bytes += Math.max(count, 0);
      return count;
    }
  }
}
