package io.saddlebag.http;

import io.saddlebag.run.StepFailure;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a status that is neither the file nor a redirect means for a download. */
final class DownloadRefusal {
  private static final int NOT_READY_CHECKS = 5;
  private static final int ERRORS_INSIDE = 3;

  private DownloadRefusal() {}

  /**
   * An error in the place of the file, inside an answer whose status is good, as Altcraft's
   * envelopes are.
   *
   * @param code the error's number
   * @param text what the vendor said with it, without secrets; may be blank
   */
  static StepFailure inside(int code, String text) {
    String said =
        " (error " + code + " inside its answer)" + (text.isBlank() ? "" : ", saying: " + text);
    if (code == 429 || code == 408 || code >= 500 && code < 600) {
      return new StepFailure.RetryLater(
          code == 429 ? "RATE_LIMITED" : "VENDOR_ERROR",
          "the vendor answered the download with an error" + said,
          null,
          ERRORS_INSIDE,
          null);
    }
    return switch (code) {
      case 401 ->
          new StepFailure.Rejected(
              "UNAUTHORIZED",
              "the vendor does not accept the connection's credentials for the file"
                  + said
                  + "; they are not used again: correct them, then run again");
      case 402 ->
          new StepFailure.Rejected(
              "TARIFF_LIMIT",
              "the limit of the vendor's tariff is reached" + said + "; raise it or wait");
      case 403 ->
          new StepFailure.Rejected(
              "FORBIDDEN",
              "the vendor does not allow the file to the connection's account"
                  + said
                  + "; see its role and rights at the vendor");
      case 404, 410 ->
          new StepFailure.Rejected(
              "FILE_GONE", "the vendor has no such file" + said + "; run the export again");
      default ->
          code >= 400 && code < 500
              ? new StepFailure.Rejected(
                  "REQUEST_REFUSED", "the vendor refused the download" + said)
              : new StepFailure.Rejected(
                  "JOB_FAILED", "the vendor answered the download with an error" + said);
    };
  }

  /** A status by which this vendor says that the file is not there yet. */
  static StepFailure notReady(int status) {
    return new StepFailure.RetryLater(
        "FILE_GONE",
        "the vendor says that the file of the finished job is not there, not yet or not any more ("
            + status
            + "); run the export again",
        Duration.ofSeconds(3),
        NOT_READY_CHECKS,
        null);
  }

  /**
   * Any other refusal.
   *
   * @param text what the vendor said with it, without secrets; may be blank
   * @param wait how long it asks to be left alone, null when it does not say
   */
  static StepFailure of(int status, String text, @Nullable Duration wait) {
    String said = text.isBlank() ? "" : ", saying: " + text;
    if (status == 429 || status == 408 || status >= 500) {
      return new StepFailure.RetryLater(
          status == 429 ? "RATE_LIMITED" : "VENDOR_ERROR",
          "the download was answered with status " + status + said,
          wait);
    }
    String name =
        switch (status) {
          case 401 -> "UNAUTHORIZED";
          case 403 -> "FORBIDDEN";
          case 404, 410 -> "FILE_GONE";
          default -> "DOWNLOAD_REFUSED";
        };
    return new StepFailure.Rejected(
        name,
        "the vendor refused the download ("
            + status
            + ")"
            + said
            + "; "
            + (name.equals("FILE_GONE")
                ? "the file is gone, run the export again"
                : "see the connection's credentials and the account's rights, then run the export again"));
  }
}
