package io.saddlebag.staging;

/** How much of an archive is checked. */
public enum Verification {
  /** The directory, and every member's checksum. */
  FULL,
  /** The directory only. */
  DIRECTORY
}
