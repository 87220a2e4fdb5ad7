package io.saddlebag.kamelet;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.apache.camel.Exchange;
import org.apache.camel.WrappedFile;
import org.jspecify.annotations.Nullable;

/**
 * The file that a message has as its body: a {@link File}, a {@link Path}, or what Camel's own
 * components for files wrap one in.
 */
public final class BodyFile {
  private BodyFile() {}

  /**
   * Where it lies, null when the body is no file of this machine.
   *
   * @throws IOException when it is a folder, or is not there
   */
  public static @Nullable Path of(Exchange exchange) throws IOException {
    Path path = place(exchange);
    if (path != null && !Files.isReadable(path)) {
      throw new NoSuchFileException(
          path.toString(), null, "the message's file is not there, or cannot be read");
    }
    if (path != null && Files.isDirectory(path)) {
      throw new IOException(
          "the message holds the folder "
              + path
              + ", not a file: send each of its files by itself");
    }
    return path;
  }

  /** The same of a file that may be gone. */
  public static @Nullable Path place(Exchange exchange) {
    return path(exchange.getMessage().getBody());
  }

  private static @Nullable Path path(@Nullable Object body) {
    if (body instanceof WrappedFile<?> wrapped) {
      // A file of another machine may have been fetched to this one.
      Path own = path(wrapped.getFile());
      return own == null && wrapped.getBody() != wrapped ? path(wrapped.getBody()) : own;
    }
    if (body instanceof File file) {
      return file.toPath();
    }
    return body instanceof Path path ? path : null;
  }

  /** What a message calls a body that is no file. */
  public static String kind(Exchange exchange) {
    Object body = exchange.getMessage().getBody();
    return body == null ? "nothing" : "a " + body.getClass().getSimpleName();
  }
}
