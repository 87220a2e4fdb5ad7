package io.saddlebag.staging;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Text out of bytes whose character set has to be found out, as in a header's value. */
final class RawText {
  private static final Charset WINDOWS = Charset.forName("windows-1252");

  private RawText() {}

  /** The character set of this name, if Java has it. */
  static Optional<Charset> charset(String name) {
    try {
      return Optional.of(Charset.forName(name.strip()));
    } catch (IllegalArgumentException unknown) {
      return Optional.empty();
    }
  }

  /** The text of bytes that are right in a character set. */
  static Optional<String> strictly(byte[] bytes, Charset charset) {
    try {
      return Optional.of(
          charset
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(bytes))
              .toString());
    } catch (CharacterCodingException | UnsupportedOperationException wrong) {
      return Optional.empty();
    }
  }

  /**
   * What a header's value meant: an HTTP client makes a character of each byte, also where the
   * bytes are UTF-8. What is no UTF-8 is taken as browsers take ISO-8859-1.
   */
  static String recovered(String value) {
    if (value.chars().allMatch(c -> c < 0x80) || value.chars().anyMatch(c -> c > 0xFF)) {
      return value;
    }
    byte[] bytes = value.getBytes(StandardCharsets.ISO_8859_1);
    return strictly(bytes, StandardCharsets.UTF_8).orElseGet(() -> new String(bytes, WINDOWS));
  }

  /** Percent-decoded; empty when a sequence is broken, or when its bytes are no such text. */
  static Optional<String> percentDecoded(String value, Charset charset) {
    byte @Nullable [] bytes = bytes(value, false);
    return bytes == null ? Optional.empty() : strictly(bytes, charset);
  }

  /** Percent-decoded as far as it goes, with the mark for what is no character. */
  static String percentDecodedWithMarks(String value, Charset charset) {
    byte @Nullable [] bytes = bytes(value, true);
    return bytes == null ? value : new String(bytes, charset);
  }

  private static byte @Nullable [] bytes(String value, boolean broken) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      int high = c == '%' && i + 2 < value.length() ? Character.digit(value.charAt(i + 1), 16) : -1;
      int low = high < 0 ? -1 : Character.digit(value.charAt(i + 2), 16);
      if (low >= 0) {
        bytes.write(high * 16 + low);
        i += 2;
      } else if (c == '%' && !broken) {
        return null;
      } else if (c <= 0xFF) {
        bytes.write(c);
      } else {
        bytes.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
      }
    }
    return bytes.toByteArray();
  }
}
