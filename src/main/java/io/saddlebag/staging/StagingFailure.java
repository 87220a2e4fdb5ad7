package io.saddlebag.staging;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Why bytes were not staged: a name, a sentence with a remedy, and whether another try may help.
 */
public final class StagingFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What a vendor sent three times will not change. */
  private static final int BROKEN_FILES = 3;

  /** A network that breaks at the same place so often has a reason that does not pass. */
  private static final int BREAKS = 10;

  private static final int NO_BOUND = Integer.MAX_VALUE;

  private final String name;
  private final int tries;
  private final boolean brokeOff;
  private final transient @Nullable ErrorDocument error;

  private StagingFailure(
      String name, int tries, boolean brokeOff, String message, @Nullable Throwable cause) {
    this(name, tries, brokeOff, message, cause, null);
  }

  private StagingFailure(
      String name,
      int tries,
      boolean brokeOff,
      String message,
      @Nullable Throwable cause,
      @Nullable ErrorDocument error) {
    super(message, cause);
    this.name = name;
    this.tries = tries;
    this.brokeOff = brokeOff;
    this.error = error;
  }

  /** Worth a few whole fetches. The sentence says what is wrong; what comes next is added. */
  static StagingFailure retry(String name, String message) {
    return new StagingFailure(name, BROKEN_FILES, false, message, null);
  }

  /** A file in whose place came something else, perhaps an error that says why. */
  static StagingFailure instead(String name, String message, @Nullable ErrorDocument error) {
    return new StagingFailure(name, BROKEN_FILES, false, message, null, error);
  }

  /** As the other, with its cause. */
  static StagingFailure retry(String name, String message, Throwable cause) {
    return new StagingFailure(name, BROKEN_FILES, false, message, cause);
  }

  /** The transfer broke off: worth going on as long as it comes further. */
  static StagingFailure truncated(String message, @Nullable Throwable cause) {
    return new StagingFailure("TRUNCATED", BREAKS, true, message, cause);
  }

  /** May pass by itself, when somebody sees to the disk. */
  static StagingFailure passing(String name, String message, @Nullable Throwable cause) {
    return new StagingFailure(name, NO_BOUND, false, message, cause);
  }

  static StagingFailure last(String name, String message) {
    return new StagingFailure(name, 0, false, message, null);
  }

  static StagingFailure full(String why) {
    return passing(
        "DISK_FULL",
        "there is no room to stage the file: "
            + why
            + "; free space on the disk of staging.folder, the run goes on by itself",
        null);
  }

  static StagingFailure unwritable(Path folder, IOException cause) {
    String said = String.valueOf(cause.getMessage());
    if (said.contains("No space left")) {
      return full(said);
    }
    return passing(
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
    return tries > 0;
  }

  /** Whether its tries are counted. */
  boolean counted() {
    return tries > 0 && tries < NO_BOUND;
  }

  /** How many of its kind are one too many. */
  int tries() {
    return tries;
  }

  /** Whether it is a transfer that broke off, and may have brought something all the same. */
  boolean brokeOff() {
    return brokeOff;
  }

  /** The same, with the sentence that the file is fetched again. */
  StagingFailure again() {
    String next =
        brokeOff
            ? "; the transfer is resumed where the server can, else repeated"
            : "; the file is fetched again";
    return new StagingFailure(name, tries, brokeOff, getMessage() + next, getCause(), error);
  }

  /** The same, as one that ends the run. */
  StagingFailure givenUp(int times) {
    return new StagingFailure(
        name,
        0,
        brokeOff,
        getMessage()
            + "; that was fetch "
            + times
            + " that ended so, and there is no other: ask the vendor, then run the export again",
        getCause(),
        error);
  }
}
