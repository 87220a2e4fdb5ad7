package io.saddlebag.destination;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Sends a file as one object, in one piece or in parts, several parts at a time. The object appears
 * whole or not at all. Reads the file as it sends it: memory does not depend on its size.
 */
final class S3Upload {
  private static final Logger LOG = LoggerFactory.getLogger(S3Upload.class);
  private static final String BINARY = "application/octet-stream";

  private final S3Client client;
  private final S3Options options;
  private final Runnable lastLook;

  /**
   * Uploads through this client.
   *
   * @param lastLook throws when nothing is to be uploaded any more
   */
  S3Upload(S3Client client, S3Options options, Runnable lastLook) {
    this.client = client;
    this.lastLook = lastLook;
    this.options = options;
  }

  /** Sends a file; what of it another attempt has left behind is aborted first. */
  void send(Path file, S3Object object) throws IOException {
    long bytes = Files.size(file);
    // An upload that another attempt has left behind may be the one of a newer attempt.
    lastLook.run();
    if (options.inParts(bytes)) {
      abortAbandoned(object);
      sendInParts(file, bytes, object);
    } else {
      try (FilePart whole = new FilePart(file, 0, bytes)) {
        client.putObject(put(object), RequestBody.fromContentProvider(whole, bytes, BINARY));
      }
    }
  }

  /** Sends a text as an object. */
  void send(String text, S3Object object) {
    lastLook.run();
    client.putObject(put(object), RequestBody.fromString(text, StandardCharsets.UTF_8));
  }

  private PutObjectRequest put(S3Object object) {
    PutObjectRequest.Builder request =
        PutObjectRequest.builder()
            .bucket(object.bucket())
            .key(object.key())
            .contentType(object.contentType())
            .metadata(object.metadata());
    options.on(request);
    return request.build();
  }

  private void sendInParts(Path file, long bytes, S3Object object) {
    CreateMultipartUploadRequest.Builder request =
        CreateMultipartUploadRequest.builder()
            .bucket(object.bucket())
            .key(object.key())
            .contentType(object.contentType())
            .metadata(object.metadata());
    options.on(request);
    String upload = client.createMultipartUpload(request.build()).uploadId();
    try {
      List<CompletedPart> parts = sendParts(file, bytes, object, upload);
      lastLook.run();
      client.completeMultipartUpload(
          complete ->
              complete
                  .bucket(object.bucket())
                  .key(object.key())
                  .uploadId(upload)
                  .multipartUpload(whole -> whole.parts(parts)));
    } catch (RuntimeException e) {
      abortAfter(e, object, upload);
      throw e;
    }
  }

  private List<CompletedPart> sendParts(Path file, long bytes, S3Object object, String upload) {
    long size = options.partSizeFor(bytes);
    return new PartsInParallel(options.parallel())
        .send(
            Math.toIntExact((bytes + size - 1) / size),
            index -> {
              long offset = index * size;
              return sendPart(
                  new FilePart(file, offset, Math.min(size, bytes - offset)),
                  index + 1,
                  object,
                  upload);
            });
  }

  private CompletedPart sendPart(FilePart stretch, int number, S3Object object, String upload) {
    try (FilePart part = stretch) {
      String etag =
          client
              .uploadPart(
                  sent ->
                      sent.bucket(object.bucket())
                          .key(object.key())
                          .uploadId(upload)
                          .partNumber(number),
                  RequestBody.fromContentProvider(part, part.length(), BINARY))
              .eTag();
      return CompletedPart.builder().partNumber(number).eTag(etag).build();
    }
  }

  /** The parts of an upload that nobody completes are paid for until somebody aborts it. */
  private void abortAbandoned(S3Object object) {
    try {
      client
          .listMultipartUploadsPaginator(list -> list.bucket(object.bucket()).prefix(object.key()))
          .uploads()
          .stream()
          .filter(upload -> upload.key().equals(object.key()))
          .map(MultipartUpload::uploadId)
          .forEach(
              upload -> {
                LOG.info("Aborting an unfinished upload of {} that was left behind", object.key());
                abort(object, upload);
              });
    } catch (S3Exception e) {
      if (e.statusCode() != 403 && e.statusCode() != 501) {
        throw e;
      }
      // A right that the upload itself does not need; a lifecycle rule can do the same.
      LOG.warn(
          "Unfinished uploads of {} cannot be looked for ({}): grant"
              + " s3:ListBucketMultipartUploads, or give the bucket {} a rule that aborts them",
          object.key(),
          S3Fault.code(e),
          object.bucket());
    }
  }

  private void abortAfter(RuntimeException problem, S3Object object, String upload) {
    try {
      abort(object, upload);
    } catch (SdkException e) {
      // The next attempt looks for it again.
      problem.addSuppressed(e);
    }
  }

  private void abort(S3Object object, String upload) {
    client.abortMultipartUpload(
        abort -> abort.bucket(object.bucket()).key(object.key()).uploadId(upload));
  }
}
