package io.saddlebag.shaping;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Puts a shaped copy of a message's file in the file's place. Safe for threads. */
public final class ShapedCopy {
  private static final int BUFFER = 64 << 10;

  private final WorkFolder work;

  /** How a copy comes out of the original. */
  @FunctionalInterface
  public interface Shape {
    /** Reads the original to its end and writes the copy; closes neither. */
    void write(InputStream original, OutputStream copy) throws IOException;
  }

  /** Copies that lie here. */
  public ShapedCopy(WorkFolder work) {
    this.work = work;
  }

  /**
   * Makes the copy the body, under this name and with its own length.
   *
   * @throws ShapingFailure when the original cannot be shaped; the message is as it was
   */
  public void replace(Exchange exchange, String name, Shape shape) throws IOException {
    // Not under its name: a name of another alphabet is no file name on every system.
    Path copy = work.open(exchange).resolve("copy");
    try (InputStream original = new GivenFile(exchange).open();
        OutputStream out = new BufferedOutputStream(Files.newOutputStream(copy), BUFFER)) {
      shape.write(original, out);
    }
    put(exchange.getMessage(), copy, name);
  }

  /**
   * Makes a file that was shaped the body of a message. The digest and the type are the original's:
   * they are taken off, so that nobody takes them for those of the copy.
   */
  public static void put(Message message, Path copy, String name) throws IOException {
    message.setBody(copy.toFile());
    message.setHeader(Exchange.FILE_NAME, name);
    message.setHeader(Exchange.FILE_LENGTH, Files.size(copy));
    message.removeHeader("SaddlebagSha256");
    message.removeHeader("SaddlebagContentType");
  }
}
