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

/**
 * What the server said of a part file, kept beside it before its first byte is written. Only a
 * strong ETag proves that later bytes belong to earlier ones; a Last-Modified does not, within its
 * second.
 */
final class PartInfo {
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

  Optional<String> strongEtag() {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Properties properties = new Properties();
    try (InputStream in = Files.newInputStream(file)) {
      properties.load(in);
    } catch (IOException | IllegalArgumentException damaged) {
      return Optional.empty();
    }
    return Optional.ofNullable(properties.getProperty("etag"))
        .filter(etag -> etag.startsWith("\"") && etag.endsWith("\""));
  }

  void delete() throws IOException {
    Files.deleteIfExists(file);
  }
}
