package io.saddlebag.vendor.alida.table;

/** What stands here is for another reader to judge. */
final class Unusual extends Exception {
  /** One for all places: nobody looks at where it was thrown. */
  static final Unusual HERE = new Unusual();

  private static final long serialVersionUID = 1L;

  private Unusual() {
    super(null, null, false, false);
  }
}
