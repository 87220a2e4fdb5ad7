package io.saddlebag.destination;

import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/**
 * How objects are kept and cut.
 *
 * @param storageClass AWS's name of the class; {@code STANDARD} is not sent, it is the default
 * @param encryption {@code none}, {@code AES256} or {@code aws:kms}
 * @param kmsKeyId the key for {@code aws:kms}, empty for the account's own
 * @param partSize the size of a part in bytes; it grows for files of more than 10,000 parts
 * @param multipartFrom the size in bytes from which on a file is sent in parts
 * @param parallel how many parts of a file are sent at a time
 */
record S3Options(
    String storageClass,
    String encryption,
    String kmsKeyId,
    long partSize,
    long multipartFrom,
    int parallel) {
  private static final long MIB = 1L << 20;
  private static final long SMALLEST_PART = 5 * MIB;
  private static final long LARGEST_PUT = 5L << 30;
  private static final long MOST_PARTS = 10_000;

  /** Fewer than the client has connections. */
  private static final int MOST_PARALLEL = 32;

  /** Refuses what S3 would refuse after the download. */
  S3Options {
    if (partSize < SMALLEST_PART || partSize > LARGEST_PUT) {
      throw new IllegalArgumentException(
          "partSize is " + partSize + " bytes: S3 takes parts of 5MiB to 5GiB");
    }
    if (multipartFrom > LARGEST_PUT) {
      throw new IllegalArgumentException(
          "multipartFrom is " + multipartFrom + " bytes: S3 takes 5GiB at most in one piece");
    }
    if (parallel < 1 || parallel > MOST_PARALLEL) {
      throw new IllegalArgumentException(
          "parallel is " + parallel + ": send 1 to " + MOST_PARALLEL + " parts at a time");
    }
    if (!kmsKeyId.isEmpty() && !encryption.equals("aws:kms")) {
      throw new IllegalArgumentException(
          "kmsKeyId is set, but serverSideEncryption is "
              + encryption
              + ": set serverSideEncryption to aws:kms, or leave kmsKeyId out");
    }
  }

  /** Whether a file of so many bytes goes in parts; an empty one cannot. */
  boolean inParts(long bytes) {
    return bytes > 0 && bytes >= multipartFrom;
  }

  /** The size of the parts of a file of so many bytes: whole MiB where it has to grow. */
  long partSizeFor(long bytes) {
    long least = up(bytes, MOST_PARTS);
    return least <= partSize ? partSize : up(least, MIB) * MIB;
  }

  private static long up(long dividend, long divisor) {
    return -Math.floorDiv(-dividend, divisor);
  }

  /** Puts class and encryption on a plain put. */
  void on(PutObjectRequest.Builder request) {
    if (!storageClass.equals("STANDARD")) {
      request.storageClass(storageClass);
    }
    if (!encryption.equals("none")) {
      request.serverSideEncryption(encryption);
    }
    if (!kmsKeyId.isEmpty()) {
      request.ssekmsKeyId(kmsKeyId);
    }
  }

  /** Puts class and encryption on an upload in parts. */
  void on(CreateMultipartUploadRequest.Builder request) {
    if (!storageClass.equals("STANDARD")) {
      request.storageClass(storageClass);
    }
    if (!encryption.equals("none")) {
      request.serverSideEncryption(encryption);
    }
    if (!kmsKeyId.isEmpty()) {
      request.ssekmsKeyId(kmsKeyId);
    }
  }
}
