package io.saddlebag.shaping;

import io.saddlebag.kamelet.BodyFile;
import io.saddlebag.kamelet.GivenParameters;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.camel.Exchange;

/**
 * The file that a step was given as its message's body, which is read and never changed.
 *
 * @param exchange the exchange whose body it is
 */
public record GivenFile(Exchange exchange) {
  private static final int BUFFER = 64 << 10;

  /** The file of a message that a Kamelet was given with the parameters that it declares. */
  public GivenFile {
    GivenParameters.require(exchange);
  }

  /** Its name as the message says it, or its own; "file" when it has none. */
  public String name() {
    String name = exchange.getMessage().getHeader(Exchange.FILE_NAME, String.class);
    if (name != null && !name.isBlank()) {
      return name;
    }
    Path path = BodyFile.place(exchange);
    return path == null ? "file" : String.valueOf(path.getFileName());
  }

  /** Its bytes, to be closed. */
  public InputStream open() throws IOException {
    Path path = BodyFile.of(exchange);
    if (path != null) {
      return Files.newInputStream(path);
    }
    InputStream stream = exchange.getMessage().getBody(InputStream.class);
    if (stream == null) {
      throw new ShapingFailure(
          "the message holds "
              + BodyFile.kind(exchange)
              + " and no file as its body; put this step where a file comes");
    }
    return stream;
  }

  /** Where it lies; a body that is no file is first written to this folder of work. */
  public Path onDisk(Path folder) throws IOException {
    Path path = BodyFile.of(exchange);
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
}
