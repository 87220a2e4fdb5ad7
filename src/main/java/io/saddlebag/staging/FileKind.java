package io.saddlebag.staging;

/** What the bytes must look like. */
public enum FileKind {
  /** A zip archive: its directory and its members are checked. */
  ZIP,
  /** Anything but a web page. */
  TEXT,
  /** A web page is what was asked for. */
  HTML,
  /** Anything but a web page. */
  ANY
}
