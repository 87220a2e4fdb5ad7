package io.saddlebag.shaping;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.camel.Exchange;
import org.apache.camel.WrappedFile;
import org.jspecify.annotations.Nullable;

/**
 * The file that a step was given as its message's body, which is read and never changed.
 *
 * @param exchange the exchange whose body it is
 */
public record GivenFile(Exchange exchange) {
  private static final int BUFFER = 64 << 10;

  /** Its name as the message says it, "file" when it says none. */
  public String name() {
    String name = exchange.getMessage().getHeader(Exchange.FILE_NAME, String.class);
    return name == null || name.isBlank() ? "file" : name;
  }

  /** Its bytes, to be closed. */
  public InputStream open() throws IOException {
    Path path = path();
    if (path != null) {
      return Files.newInputStream(path);
    }
    InputStream stream = exchange.getMessage().getBody(InputStream.class);
    if (stream == null) {
      throw new ShapingFailure(
          "the message has no file as its body; put this step where a file comes");
    }
    return stream;
  }

  /** Where it lies; a body that is no file is first written to this folder of work. */
  Path onDisk(Path folder) throws IOException {
    Path path = path();
    if (path != null) {
      return path;
    }
    Path copy = folder.resolve("given");
    try (InputStream in = open();
        var out = Files.newOutputStream(copy)) {
      byte[] buffer = new byte[BUFFER];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        out.write(buffer, 0, read);
      }
    }
    return copy;
  }

  private @Nullable Path path() {
    Object body = exchange.getMessage().getBody();
    if (body instanceof WrappedFile<?> wrapped) {
      body = wrapped.getFile();
    }
    if (body instanceof File file) {
      return file.toPath();
    }
    return body instanceof Path path ? path : null;
  }
}
