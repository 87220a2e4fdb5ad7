package io.saddlebag.vendor.alida.table;

import com.fasterxml.jackson.core.JsonParser;

/**
 * The members of records and answers that are read. JSON lets an object have a name twice, and
 * readers differ in which of the two they take: such a document is refused.
 */
final class RecordMembers {
  static final int OWNER = 1;
  static final int DATE = 2;
  static final int FIELDS = 4;
  static final int ID = 8;
  static final int VALUES = 16;

  private RecordMembers() {}

  /** Of a record; 0 for one that is not read. */
  static int ofRecord(String name) {
    return switch (name) {
      case "ownerId" -> OWNER;
      case "lastUpdateDate" -> DATE;
      case "fields" -> FIELDS;
      default -> 0;
    };
  }

  /** Of an answer; 0 for one that is not read. */
  static int ofAnswer(String name) {
    return switch (name) {
      case "id" -> ID;
      case "values" -> VALUES;
      default -> 0;
    };
  }

  /** Those seen with this one, whose name the parser stands on. */
  static int once(int seen, int member, String name, long skipped, JsonParser parser)
      throws UnreadableDocument {
    if ((seen & member) != 0) {
      throw new UnreadableDocument(
          "the document has \""
              + name
              + "\" twice in one record or answer at byte "
              + (skipped + parser.currentTokenLocation().getByteOffset())
              + ", and nobody can tell which counts; order the export again",
          null);
    }
    return seen | member;
  }
}
