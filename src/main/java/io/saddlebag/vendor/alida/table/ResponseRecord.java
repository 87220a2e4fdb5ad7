package io.saddlebag.vendor.alida.table;

import java.util.Arrays;

/**
 * One participant's responses, in arrays that are used again for the next one. Readers fill it in
 * the order the document has; writers ask it by field. Texts are slices of {@link #bytes()}.
 */
final class ResponseRecord {
  /** Kinds of values that are no number of an option. */
  static final int TEXT = -1;

  static final int NUMBER = -2;
  static final int NULL = -3;

  private final Catalog catalog;
  private byte[] bytes = new byte[4096];
  private int length;
  private int ownerFrom;
  private int ownerTo;
  private int dateFrom;
  private int dateTo;
  private int answers;
  private int[] fields = new int[64];
  private int[] firstValue = new int[65];
  private boolean[] skipped = new boolean[64];
  private int values;
  private int[] kinds = new int[64];
  private int[] froms = new int[64];
  private int[] tos = new int[64];
  private int[] answerOf = new int[64];
  private int idFrom;
  private int idTo;
  private boolean answered;
  private long repeatedAnswers;

  ResponseRecord(Catalog catalog) {
    this.catalog = catalog;
  }

  /** Begins the next record. */
  void begin() {
    length = 0;
    ownerFrom = ownerTo = dateFrom = dateTo = 0;
    answers = 0;
    values = 0;
    Arrays.fill(answerOf, -1);
  }

  /** Appends a text as UTF-8 and returns where it begins; it ends at {@link #length()}. */
  int append(char[] text, int offset, int count) {
    int from = length;
    if (bytes.length - length < count * 3) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count * 3));
    }
    byte[] target = bytes;
    int at = length;
    int end = offset + count;
    for (int i = offset; i < end; i++) {
      char c = text[i];
      if (c < 0x80) {
        target[at++] = (byte) c;
      } else if (c < 0x800) {
        target[at++] = (byte) (0xC0 | c >> 6);
        target[at++] = (byte) (0x80 | c & 0x3F);
      } else if (Character.isHighSurrogate(c)
          && i + 1 < end
          && Character.isLowSurrogate(text[i + 1])) {
        int point = Character.toCodePoint(c, text[++i]);
        target[at++] = (byte) (0xF0 | point >> 18);
        target[at++] = (byte) (0x80 | point >> 12 & 0x3F);
        target[at++] = (byte) (0x80 | point >> 6 & 0x3F);
        target[at++] = (byte) (0x80 | point & 0x3F);
      } else {
        // Half a character has no UTF-8: the replacement character stands for it.
        char whole = Character.isSurrogate(c) ? '\uFFFD' : c;
        target[at++] = (byte) (0xE0 | whole >> 12);
        target[at++] = (byte) (0x80 | whole >> 6 & 0x3F);
        target[at++] = (byte) (0x80 | whole & 0x3F);
      }
    }
    length = at;
    return from;
  }

  void owner(int from, int to) {
    ownerFrom = from;
    ownerTo = to;
  }

  void date(int from, int to) {
    dateFrom = from;
    dateTo = to;
  }

  /** Begins an answer; its id and its values may come in any order. */
  void beginAnswer() {
    if (answers == fields.length) {
      fields = Arrays.copyOf(fields, answers * 2);
      firstValue = Arrays.copyOf(firstValue, answers * 2 + 1);
      skipped = Arrays.copyOf(skipped, answers * 2);
    }
    firstValue[answers] = values;
    idFrom = idTo = 0;
    answered = false;
  }

  void id(int from, int to) {
    idFrom = from;
    idTo = to;
  }

  /** The answer has values, if only an empty list. */
  void answered() {
    answered = true;
  }

  void value(int kind, int from, int to) {
    if (values == kinds.length) {
      kinds = Arrays.copyOf(kinds, values * 2);
      froms = Arrays.copyOf(froms, values * 2);
      tos = Arrays.copyOf(tos, values * 2);
    }
    kinds[values] = kind;
    froms[values] = from;
    tos[values++] = to;
  }

  /** Ends an answer: only now its field, and what its values mean, are sure to be known. */
  void endAnswer() throws UnreadableDocument {
    int field = catalog.field(bytes, idFrom, idTo);
    if (catalog.entries().get(field).choice()) {
      for (int value = firstValue[answers]; value < values; value++) {
        if (kinds[value] != NULL) {
          int option = catalog.option(field, bytes, froms[value], tos[value]);
          kinds[value] = option < 0 ? TEXT : option;
        }
      }
    }
    if (field >= answerOf.length) {
      int old = answerOf.length;
      answerOf = Arrays.copyOf(answerOf, Math.max(old * 2, field + 1));
      Arrays.fill(answerOf, old, answerOf.length, -1);
    }
    if (answerOf[field] >= 0) {
      repeatedAnswers++;
    }
    answerOf[field] = answers;
    fields[answers] = field;
    skipped[answers] = !answered;
    firstValue[++answers] = values;
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  int ownerFrom() {
    return ownerFrom;
  }

  int ownerTo() {
    return ownerTo;
  }

  int dateFrom() {
    return dateFrom;
  }

  int dateTo() {
    return dateTo;
  }

  /** How many answers there are. */
  int answers() {
    return answers;
  }

  /** The last answer to a field, -1 when there is none. */
  int answerOf(int field) {
    return field < answerOf.length ? answerOf[field] : -1;
  }

  int fieldOf(int answer) {
    return fields[answer];
  }

  boolean skipped(int answer) {
    return skipped[answer];
  }

  int firstValue(int answer) {
    return firstValue[answer];
  }

  int endValue(int answer) {
    return firstValue[answer + 1];
  }

  /** An option's number, or one of the kinds. */
  int kind(int value) {
    return kinds[value];
  }

  int from(int value) {
    return froms[value];
  }

  int to(int value) {
    return tos[value];
  }

  /** How often a record answered a field again; the last answer counts. */
  long repeatedAnswers() {
    return repeatedAnswers;
  }
}
