package io.saddlebag.kamelet;

import java.io.File;
import java.nio.file.Files;
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
   * @throws IllegalArgumentException when it is a folder, or is not there
   */
  public static @Nullable Path of(Exchange exchange) {
    Path path = path(exchange.getMessage().getBody());
    if (path != null && !Files.isReadable(path)) {
      throw new IllegalArgumentException(
          "the message's file " + path + " is not there, or cannot be read");
    }
    if (path != null && Files.isDirectory(path)) {
      throw new IllegalArgumentException(
          "the message holds the folder "
              + path
              + ", not a file: send each of its files by itself");
    }
    return path;
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
