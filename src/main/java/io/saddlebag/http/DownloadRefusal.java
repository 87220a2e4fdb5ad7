package io.saddlebag.http;

import io.saddlebag.run.StepFailure;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a status that is neither the file nor a redirect means for a download. */
final class DownloadRefusal {
  private static final int NOT_READY_CHECKS = 5;

  private DownloadRefusal() {}

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
    if (status == 416) {
      return new StepFailure.RetryLater(
          "RANGE_MISMATCH", "the part file is longer than the vendor's file", Duration.ZERO);
    }
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
