package io.saddlebag.staging;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * What the server said of a part file, kept beside it before its first byte is written. Only a
 * strong ETag proves that later bytes belong to earlier ones; a Last-Modified does not, within its
 * second.
 */
final class PartInfo {
  private static final String TYPE = "content-type";
  private static final String DISPOSITION = "content-disposition";

  private final Path file;

  PartInfo(Path file) {
    this.file = file;
  }

  void write(Answer answer) throws IOException {
    String etag = answer.etag();
    if (etag == null || !answer.rangesAccepted()) {
      return;
    }
    Properties properties = new Properties();
    properties.setProperty("etag", etag);
    keep(properties, TYPE, answer.contentType());
    keep(properties, DISPOSITION, answer.contentDisposition());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    properties.store(bytes, null);
    try (FileChannel out =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      out.write(ByteBuffer.wrap(bytes.toByteArray()));
      out.force(true);
    }
  }

  private static void keep(Properties properties, String name, @Nullable String value) {
    if (value != null) {
      properties.setProperty(name, value);
    }
  }

  /** The Content-Type of the first answer; a 206 need not repeat it. */
  @Nullable String contentType() {
    return read().getProperty(TYPE);
  }

  /** The Content-Disposition of the first answer; a 206 need not repeat it. */
  @Nullable String contentDisposition() {
    return read().getProperty(DISPOSITION);
  }

  Optional<String> strongEtag() {
    return Optional.ofNullable(read().getProperty("etag"))
        .filter(etag -> etag.startsWith("\"") && etag.endsWith("\""));
  }

  private Properties read() {
    Properties properties = new Properties();
    if (Files.exists(file)) {
      try (InputStream in = Files.newInputStream(file)) {
        properties.load(in);
      } catch (IOException | IllegalArgumentException damaged) {
        properties.clear();
      }
    }
    return properties;
  }

  void delete() throws IOException {
    Files.deleteIfExists(file);
  }
}
