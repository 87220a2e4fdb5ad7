package io.saddlebag.destination;

import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/** Says in a sentence why an S3 store did not take an object, and what to do. */
final class S3Fault {
  private S3Fault() {}

  /** The failure of an object that this connection's store did not take. */
  static DestinationFailure explain(SdkException problem, S3Connection where, S3Object object) {
    String what =
        problem instanceof AwsServiceException refused
            ? refused(refused, where, object)
            : unreachable(problem, where, object);
    return new DestinationFailure(what, problem);
  }

  /** The store's name of an error, or its status where it names none. */
  static String code(AwsServiceException refused) {
    String code = refused.awsErrorDetails() == null ? null : refused.awsErrorDetails().errorCode();
    return code == null || code.isBlank() ? "status " + refused.statusCode() : code;
  }

  private static String refused(AwsServiceException refused, S3Connection where, S3Object object) {
    String code = code(refused);
    String bucket = "bucket " + object.bucket() + " at " + where.place();
    int status = refused.statusCode();
    if (code.equals("NoSuchBucket")) {
      return "there is no " + bucket + ": create it, or set the parameter bucket to one that is";
    }
    if (code.equals("NoSuchUpload")) {
      return "the upload of "
          + object.key()
          + " to the "
          + bucket
          + " was aborted by somebody else: let no two exports write the same key";
    }
    if (status == 301 || status == 307 || code.equals("AuthorizationHeaderMalformed")) {
      return "the "
          + bucket
          + " is in another region ("
          + code
          + "): set the connection's region to the bucket's";
    }
    if (status == 401 || status == 403) {
      return "the "
          + bucket
          + " refuses the object "
          + object.key()
          + " ("
          + code
          + "): check the connection's access key and grant it s3:PutObject there";
    }
    if (status == 429 || status >= 500) {
      return "the "
          + bucket
          + " is overloaded or out of order ("
          + code
          + "): nothing to do, the file is delivered again later; if it lasts, ask who runs it";
    }
    return "the "
        + bucket
        + " refuses the object "
        + object.key()
        + " ("
        + code
        + ", status "
        + status
        + "): check the destination's parameters against what the store supports";
  }

  private static String unreachable(SdkException problem, S3Connection where, S3Object object) {
    String message = String.valueOf(problem.getMessage());
    if (message.contains("credentials")) {
      return "there are no credentials for the bucket "
          + object.bucket()
          + ": name a connection with access-key-id and access-key-secret, or give the"
          + " environment some";
    }
    if (message.contains("region")) {
      return "there is no region for the bucket "
          + object.bucket()
          + ": name a connection with a region, or set AWS_REGION";
    }
    return "the bucket "
        + object.bucket()
        + " at "
        + where.place()
        + " cannot be reached, or the connection broke: check the connection's endpoint and the"
        + " network; the file is delivered again later";
  }
}
