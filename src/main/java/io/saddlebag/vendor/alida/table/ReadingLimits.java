package io.saddlebag.vendor.alida.table;

/**
 * How much of a document is held in memory at once. Beyond it a document is refused by name, before
 * memory runs out for all that goes on beside.
 *
 * @param characters the longest text
 * @param recordBytes the most that all texts of one record may take, as UTF-8
 */
record ReadingLimits(int characters, int recordBytes) {
  private static final int MOST_CHARACTERS = 20_000_000;
  private static final int LEAST_CHARACTERS = 1_000_000;

  /** What fits into a heap of so many bytes, several copies of a text on their way included. */
  static ReadingLimits ofHeap(long bytes) {
    long characters = Math.max(LEAST_CHARACTERS, Math.min(MOST_CHARACTERS, bytes / 32));
    return new ReadingLimits(
        (int) characters, (int) Math.max(4 * characters, Math.min(1 << 30, bytes / 8)));
  }

  /** For the heap that this process has. */
  static ReadingLimits ofThisHeap() {
    return ofHeap(Runtime.getRuntime().maxMemory());
  }

  /** What is too large, told by the parser's setting that its message names. */
  String exceeded(String message) {
    if (message.contains("getMaxStringLength")) {
      return "a text of more than " + characters + " characters";
    }
    if (message.contains("getMaxNestingDepth")) {
      return "values nested too deeply";
    }
    if (message.contains("getMaxNumberLength")) {
      return "a number of too many digits";
    }
    return message.contains("getMaxNameLength") ? "a name that is too long" : "something too large";
  }

  /** The refusal of a record that is too large. */
  UnreadableDocument tooLarge() {
    return new UnreadableDocument(
        "the document has a record with more than "
            + (recordBytes >> 20)
            + " MiB of text, which is beyond what this step reads in the memory that Java has;"
            + " give it more (-Xmx), or order the export without the long questions (fieldIds)",
        null);
  }
}
