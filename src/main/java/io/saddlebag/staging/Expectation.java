package io.saddlebag.staging;

/**
 * What a download should be.
 *
 * @param kind what the bytes must look like
 * @param fallbackName the file's name when the vendor gives none that can be used
 * @param shape what a JSON document must hold; of no use to other kinds
 */
public record Expectation(FileKind kind, String fallbackName, JsonShape shape) {
  /** A download of which no shape is known. */
  public Expectation(FileKind kind, String fallbackName) {
    this(kind, fallbackName, JsonShape.ANY);
  }

  /** The same file under another name. */
  Expectation named(String name) {
    return new Expectation(kind, name, shape);
  }
}
