package io.saddlebag.destination;

import io.saddlebag.kamelet.BodyFile;
import io.saddlebag.kamelet.ExactText;
import io.saddlebag.kamelet.GivenParameters;
import io.saddlebag.name.FileName;
import java.io.File;
import java.io.IOException;
import java.net.URLConnection;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The bean behind the Kamelet {@code s3-sink}: stores the file in the body as an object. The
 * message leaves it as it came. The same file of the same run gets the same key, so a second
 * delivery replaces the first.
 */
public final class S3Destination implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(S3Destination.class);
  private static final Pattern PLAIN = Pattern.compile("[\\x21-\\x7e]*");
  private static final int LONGEST_KEY = 1024;
  private static final String BINARY = "application/octet-stream";

  private final String connection;
  private final String bucket;
  private final Layout key;
  private final S3Options options;
  private final boolean receipt;
  private @Nullable Session session;

  /** A client and the connection it was made of; a rotated secret makes a new one. */
  private record Session(S3Connection connection, S3Client client) {}

  /**
   * A destination; throws IllegalArgumentException when a parameter is not what S3 takes.
   *
   * @param connection the prefix of the properties with endpoint and keys, or empty
   * @param bucket the bucket
   * @param key the layout of the keys
   * @param storageClass AWS's name of a storage class
   * @param encryption {@code none}, {@code AES256} or {@code aws:kms}
   * @param kmsKeyId the key for {@code aws:kms}, or empty
   * @param partSize the size of a part, as 16MiB
   * @param multipartFrom the size from which on a file is sent in parts, as 64MiB
   * @param parallel how many parts of a file are sent at a time, 1 to 32
   * @param receipt whether the receipt is stored after the file, as an object beside it
   */
  public S3Destination(
      String connection,
      String bucket,
      String key,
      String storageClass,
      String encryption,
      String kmsKeyId,
      String partSize,
      String multipartFrom,
      int parallel,
      boolean receipt) {
    this.bucket = ExactText.of(bucket);
    if (this.bucket.isBlank() || this.bucket.contains("/")) {
      throw new IllegalArgumentException(
          "bucket is \"" + this.bucket + "\": write the bucket's name alone, folders go into key");
    }
    this.connection = ExactText.of(connection);
    this.key = Layout.parse(ExactText.of(key));
    this.options =
        new S3Options(
            storageClass,
            encryption,
            ExactText.of(kmsKeyId),
            ByteSize.parse("partSize", ExactText.of(partSize)).bytes(),
            ByteSize.parse("multipartFrom", ExactText.of(multipartFrom)).bytes(),
            parallel);
    this.receipt = receipt;
  }

  /**
   * Stores the file in the body, then its receipt where that is wanted; the variable {@code
   * deliveredReceipt} is that receipt, and not set where there is none.
   *
   * @throws DestinationFailure when the store does not take it
   */
  public void store(Exchange exchange) throws IOException {
    GivenParameters.require(exchange);
    exchange.removeVariable(GivenReceipt.DELIVERED);
    Path path = BodyFile.of(exchange);
    if (path == null) {
      throw new DestinationFailure(
          "the message for the bucket "
              + bucket
              + " holds "
              + BodyFile.kind(exchange)
              + " and no file in its body: put this step right after from, or after a step that"
              + " makes a file",
          null);
    }
    File file = path.toFile();
    GivenReceipt given = GivenReceipt.in(exchange);
    if (receipt && given == null) {
      throw new DestinationFailure(
          "the message has no header SaddlebagReceipt, which the object's receipt is made of: leave"
              + " receipt out, or keep the header",
          null);
    }
    FileDigest known = given == null ? null : given.ofBody(exchange);
    FileDigest digest = known == null ? FileDigest.of(file.toPath()) : known;
    S3Object object = object(exchange, digest);
    Session used = session(exchange);
    S3Upload upload = new S3Upload(used.client(), options, LastLook.of(exchange));
    try {
      upload.send(file.toPath(), object);
      if (receipt && given != null) {
        String text = given.of(name(exchange, file), digest);
        upload.send(text, receiptOf(object));
        exchange.setVariable(GivenReceipt.DELIVERED, text);
      }
    } catch (SdkException e) {
      throw S3Fault.explain(e, used.connection(), object);
    }
    LOG.info("Stored {} in the bucket {}", object.key(), bucket);
  }

  private S3Object object(Exchange exchange, FileDigest digest) {
    String name = key(exchange);
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("export", plain(exchange.getMessage().getHeader("SaddlebagExport", String.class)));
    metadata.put("run", plain(exchange.getMessage().getHeader("SaddlebagRun", String.class)));
    metadata.put("sha256", digest.sha256());
    metadata.values().removeIf(String::isEmpty);
    return new S3Object(bucket, name, contentType(exchange, name, digest), metadata);
  }

  /** The key leaves room for that of the receipt. */
  private String key(Exchange exchange) {
    try {
      return key.of(exchange, LONGEST_KEY - FileName.RECEIPT.length());
    } catch (IllegalArgumentException e) {
      throw new DestinationFailure(String.valueOf(e.getMessage()), e);
    }
  }

  private static S3Object receiptOf(S3Object object) {
    return new S3Object(
        object.bucket(),
        object.key() + FileName.RECEIPT,
        "application/json",
        Map.copyOf(object.metadata()));
  }

  private static String contentType(Exchange exchange, String name, FileDigest digest) {
    Message message = exchange.getMessage();
    String declared = message.getHeader("SaddlebagContentType", String.class);
    // The vendor's word is of the vendor's file alone, not of what a step of the user's made of it.
    if (declared != null && digest.sha256().equals(message.getHeader("SaddlebagSha256"))) {
      return declared;
    }
    String guessed = URLConnection.guessContentTypeFromName(Path.of(name).toString());
    return guessed == null ? BINARY : guessed;
  }

  /** Metadata travel as headers: what is not ASCII is percent-encoded. */
  private static String plain(@Nullable String value) {
    if (value == null) {
      return "";
    }
    return PLAIN.matcher(value).matches()
        ? value
        : URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  private static String name(Exchange exchange, File file) {
    return exchange.getMessage().getHeader(Exchange.FILE_NAME, file.getName(), String.class);
  }

  private synchronized Session session(Exchange exchange) {
    S3Connection now = S3Connection.read(exchange.getContext(), connection);
    Session known = session;
    if (known != null && known.connection().equals(now)) {
      return known;
    }
    close();
    Session opened = new Session(now, client(now));
    session = opened;
    return opened;
  }

  private S3Client client(S3Connection where) {
    try {
      return where.client();
    } catch (SdkException | IllegalArgumentException e) {
      throw new DestinationFailure(
          "no client can be made for the bucket "
              + bucket
              + ": check region and endpoint of the "
              + where,
          e);
    }
  }

  /** Gives the connections to the store back. */
  @Override
  public synchronized void close() {
    if (session != null) {
      session.client().close();
      session = null;
    }
  }
}
