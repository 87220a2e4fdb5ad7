package io.saddlebag.staging;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Encoded words as of RFC 2047, such as {@code =?UTF-8?B?w6k=?=}: made for mail, and sent by
 * vendors in HTTP.
 */
final class EncodedWords {
  private static final Pattern WORD =
      Pattern.compile("=\\?([^?\\s]{1,40})\\?([BbQq])\\?([^?]*)\\?=");

  private EncodedWords() {}

  /** The text, with what stands between the words; empty when it holds no word that can be read. */
  static Optional<String> decoded(String text) {
    StringBuilder decoded = new StringBuilder();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Charset charset = null;
    Matcher words = WORD.matcher(text);
    int from = 0;
    while (words.find()) {
      String between = text.substring(from, words.start());
      // RFC 2231: a language may follow the character set.
      Optional<Charset> said = RawText.charset(words.group(1).replaceFirst("\\*.*", ""));
      Optional<byte[]> word = bytes(words.group(2), words.group(3));
      if (said.isEmpty() || word.isEmpty()) {
        return Optional.empty();
      }
      // Blanks between two words are none of the text, and one character may stand in both.
      boolean goesOn = charset != null && between.isBlank();
      if (!goesOn || !said.get().equals(charset)) {
        flush(decoded, bytes, charset);
      }
      if (!goesOn) {
        decoded.append(RawText.recovered(between));
      }
      charset = said.get();
      bytes.writeBytes(word.get());
      from = words.end();
    }
    if (charset == null) {
      return Optional.empty();
    }
    flush(decoded, bytes, charset);
    return Optional.of(decoded.append(RawText.recovered(text.substring(from))).toString());
  }

  private static void flush(
      StringBuilder decoded,
      ByteArrayOutputStream bytes,
      @org.jspecify.annotations.Nullable Charset charset) {
    if (charset != null) {
      decoded.append(new String(bytes.toByteArray(), charset));
      bytes.reset();
    }
  }

  private static Optional<byte[]> bytes(String encoding, String text) {
    if (encoding.equalsIgnoreCase("B")) {
      try {
        return Optional.of(Base64.getMimeDecoder().decode(text));
      } catch (IllegalArgumentException broken) {
        return Optional.empty();
      }
    }
    // The codes of the Q encoding are those of a URL with another sign.
    String percents = text.replace("%", "=25").replace('=', '%').replace('_', ' ');
    return RawText.percentDecoded(percents, StandardCharsets.ISO_8859_1)
        .map(decoded -> decoded.getBytes(StandardCharsets.ISO_8859_1));
  }
}
