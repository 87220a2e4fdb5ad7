package io.saddlebag.console;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.EncoderBase;
import io.saddlebag.http.Redactor;
import java.nio.charset.StandardCharsets;

/**
 * Takes secrets out of whole log lines, stack traces included, whatever encoder made them. The last
 * net: nothing of ours logs a secret, but a library's exception may quote a URL.
 */
final class RedactingEncoder extends EncoderBase<ILoggingEvent> {
  private final Encoder<ILoggingEvent> encoder;
  private final Redactor redactor;

  RedactingEncoder(Encoder<ILoggingEvent> encoder, Redactor redactor) {
    this.encoder = encoder;
    this.redactor = redactor;
  }

  @Override
  public byte[] headerBytes() {
    return encoder.headerBytes();
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    String line = new String(encoder.encode(event), StandardCharsets.UTF_8);
    return redactor.redact(line).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] footerBytes() {
    return encoder.footerBytes();
  }
}
