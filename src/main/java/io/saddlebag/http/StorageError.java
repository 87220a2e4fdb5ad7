package io.saddlebag.http;

import io.saddlebag.run.Printable;
import io.saddlebag.run.StepFailure;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an S3-like storage host says when it refuses a link, read from the start of its XML without
 * an XML parser, so that no entity is ever resolved. See the vendors' sheet on signed URLs, section
 * 2.
 */
final class StorageError {
  private static final Pattern CODE = Pattern.compile("<Code>([^<]{1,80})</Code>");
  private static final Pattern MESSAGE = Pattern.compile("<Message>([^<]{1,300})</Message>");
  private static final int LINK_ATTEMPTS = 3;

  private StorageError() {}

  /** The failure that this answer means; null when it is not a storage host's. */
  static @Nullable StepFailure of(int status, String body) {
    Matcher code = CODE.matcher(body);
    if (!code.find()) {
      return null;
    }
    Matcher message = MESSAGE.matcher(body);
    String said = message.find() ? message.group(1) : "";
    return switch (code.group(1)) {
      case "AccessDenied", "ExpiredToken", "RequestTimeTooSkewed" ->
          said.contains("expired") || !code.group(1).equals("AccessDenied")
              ? new StepFailure.RetryLater(
                  "LINK_EXPIRED",
                  "the vendor's link had expired when it was used. If a fresh one has, too,"
                      + " compare this machine's clock with the vendor's",
                  Duration.ZERO,
                  LINK_ATTEMPTS,
                  null)
              : null;
      case "SignatureDoesNotMatch" ->
          new StepFailure.Rejected(
              "SIGNATURE_MISMATCH",
              "the storage host says that the link was altered on its way; a proxy in between rewrites"
                  + " URLs, or this is a defect of Saddlebag");
      case "InvalidArgument" ->
          new StepFailure.Rejected(
              "STORAGE_REFUSED",
              "the storage host refused the request ("
                  + status
                  + " InvalidArgument: "
                  + Printable.excerpt(said)
                  + ")");
      case "NoSuchKey" ->
          new StepFailure.Rejected(
              "FILE_GONE", "the vendor's file is no longer in its storage; run the export again");
      case "SlowDown", "InternalError", "ServiceUnavailable" ->
          new StepFailure.RetryLater("STORAGE_BUSY", "the storage host is busy", null);
      default -> null;
    };
  }
}
