package io.saddlebag.vendor.alida.table;

/**
 * One of several answers in a cell: a backslash stands before a separator and before a backslash
 * that belong to the answer, so that the cell can be taken apart again.
 */
final class SetText {
  private SetText() {}

  static String part(String answer, String separator) {
    return answer.replace("\\", "\\\\").replace(separator, "\\" + separator);
  }
}
