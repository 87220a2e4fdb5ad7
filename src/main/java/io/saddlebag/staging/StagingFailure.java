package io.saddlebag.staging;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Why bytes were not staged: a name, a sentence with a remedy, and whether another try may help.
 */
public final class StagingFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String name;
  private final boolean worthRetrying;
  private final transient @Nullable ErrorDocument error;

  private StagingFailure(
      String name, boolean worthRetrying, String message, @Nullable Throwable cause) {
    this(name, worthRetrying, message, cause, null);
  }

  private StagingFailure(
      String name,
      boolean worthRetrying,
      String message,
      @Nullable Throwable cause,
      @Nullable ErrorDocument error) {
    super(message, cause);
    this.name = name;
    this.worthRetrying = worthRetrying;
    this.error = error;
  }

  static StagingFailure retry(String name, String message) {
    return new StagingFailure(name, true, message, null);
  }

  /** A file in whose place came something else, perhaps an error that says why. */
  static StagingFailure instead(String name, String message, @Nullable ErrorDocument error) {
    return new StagingFailure(name, true, message, null, error);
  }

  static StagingFailure retry(String name, String message, Throwable cause) {
    return new StagingFailure(name, true, message, cause);
  }

  static StagingFailure last(String name, String message) {
    return new StagingFailure(name, false, message, null);
  }

  static StagingFailure full(String why) {
    return retry(
        "DISK_FULL",
        "there is no room to stage the file: "
            + why
            + "; free space on the disk of staging.folder, the run goes on by itself");
  }

  static StagingFailure unwritable(Path folder, IOException cause) {
    String said = String.valueOf(cause.getMessage());
    if (said.contains("No space left")) {
      return full(said);
    }
    return retry(
        "STAGING_UNWRITABLE",
        "the staging folder "
            + folder
            + " cannot be written: "
            + said
            + "; see staging.folder and its rights",
        cause);
  }

  /** The failure's name, for example {@code TRUNCATED}. */
  public String failureName() {
    return name;
  }

  /** The error that came in place of the file; null when none was recognized. */
  public @Nullable ErrorDocument error() {
    return error;
  }

  /** Whether another download may succeed. */
  public boolean worthRetrying() {
    return worthRetrying;
  }
}
