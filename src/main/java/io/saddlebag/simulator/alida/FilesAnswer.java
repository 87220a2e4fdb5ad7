package io.saddlebag.simulator.alida;

/** How the files link answers (the sheet, section 5; item 5). */
public enum FilesAnswer {
  /** A redirect to the storage. */
  REDIRECT,
  /** JSON that names an url at the storage. */
  JSON_URL,
  /** The document itself. */
  DIRECT
}
