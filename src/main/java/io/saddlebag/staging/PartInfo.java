package io.saddlebag.staging;

import io.saddlebag.file.OwnerOnly;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the server said of a part file, kept beside it before its first byte is written. Only a
 * strong ETag proves that later bytes belong to earlier ones; a Last-Modified does not, within its
 * second.
 */
final class PartInfo {
  private static final String ETAG = "etag";
  private static final String TYPE = "content-type";
  private static final String DISPOSITION = "content-disposition";
  private static final String LAST_MODIFIED = "last-modified";
  private static final String CODING = "coding";
  private static final String NAME = "name";
  private static final String ANNOUNCED = "announced";
  private static final String RECEIVED = "received";
  private static final String WRITER = "writer";

  private final Path file;
  private final Disk disk;
  private final String process;

  /**
   * Of one part.
   *
   * @param process what this process signs its parts with
   */
  PartInfo(Path file, Disk disk, String process) {
    this.file = file;
    this.disk = disk;
    this.process = process;
  }

  /**
   * A body with a coding is never resumed, and of one that is undone nobody knows the length.
   *
   * @param fallbackName the name that is taken where the vendor gives none
   */
  void write(Answer answer, IncomingBody.Coding coding, String fallbackName) throws IOException {
    Properties properties = new Properties();
    keep(
        properties,
        ETAG,
        answer.rangesAccepted() && coding == IncomingBody.Coding.NONE ? answer.etag() : null);
    keep(properties, TYPE, answer.contentType());
    keep(properties, DISPOSITION, answer.contentDisposition());
    keep(properties, LAST_MODIFIED, answer.lastModified());
    properties.setProperty(CODING, coding.name());
    keep(properties, NAME, fallbackName);
    if (answer.contentLength() >= 0 && coding != IncomingBody.Coding.DECODED) {
      properties.setProperty(ANNOUNCED, String.valueOf(answer.contentLength()));
    }
    store(properties);
  }

  /**
   * Says of a copy what was said of the part that it is of.
   *
   * @param lengthUnknown whether only the server may say when it is complete
   */
  void writeOf(Properties said, boolean lengthUnknown) throws IOException {
    Properties properties = new Properties();
    properties.putAll(said);
    if (lengthUnknown) {
      properties.remove(ANNOUNCED);
      properties.remove(RECEIVED);
    }
    store(properties);
  }

  private void store(Properties properties) throws IOException {
    properties.setProperty(WRITER, process);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    properties.store(bytes, null);
    write(bytes.toByteArray(), StandardOpenOption.TRUNCATE_EXISTING);
  }

  /** Whether this process has begun the part. */
  boolean isOf(String writer) {
    return writer.equals(read().getProperty(WRITER));
  }

  /** Remembers that a body of unknown length came to its end; a crash can cut this line only. */
  void writeReceived(long bytes) throws IOException {
    write(
        (RECEIVED + "=" + bytes + "\n").getBytes(StandardCharsets.ISO_8859_1),
        StandardOpenOption.APPEND);
  }

  private void write(byte[] bytes, OpenOption how) throws IOException {
    try (FileChannel out =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, how),
            OwnerOnly.file(file))) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        out.write(buffer);
      }
      disk.sync(out, file);
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

  /** The Last-Modified of the first answer; a 206 need not repeat it. */
  @Nullable String lastModified() {
    return read().getProperty(LAST_MODIFIED);
  }

  /** What was made of the content coding of the first answer. */
  IncomingBody.Coding coding() {
    String name = read().getProperty(CODING, "");
    return Arrays.stream(IncomingBody.Coding.values())
        .filter(coding -> coding.name().equals(name))
        .findFirst()
        .orElse(IncomingBody.Coding.NONE);
  }

  /** The name that was to be taken where the vendor gives none. */
  String fallbackName(String otherwise) {
    return read().getProperty(NAME, otherwise);
  }

  /** Whether the first answer said how long the body is. */
  boolean lengthAnnounced() {
    return read().getProperty(ANNOUNCED) != null;
  }

  /** How long the whole body is, announced or counted at its end; empty while nobody knows. */
  OptionalLong total() {
    Properties properties = read();
    String total = properties.getProperty(ANNOUNCED, properties.getProperty(RECEIVED, ""));
    return total.matches("\\d{1,18}")
        ? OptionalLong.of(Long.parseLong(total))
        : OptionalLong.empty();
  }

  Optional<String> strongEtag() {
    return Optional.ofNullable(read().getProperty(ETAG))
        .filter(etag -> etag.length() > 1 && etag.startsWith("\"") && etag.endsWith("\""));
  }

  /** All of it; empty when there is nothing that can be read. */
  Properties read() {
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
