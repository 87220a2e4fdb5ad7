package io.saddlebag.vendor.alida.table;

import java.io.IOException;
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
  private final ReadingLimits limits;
  private byte[] own = new byte[4096];
  private byte[] bytes = own;
  private int length;
  private int ownerFrom;
  private int ownerTo;
  private boolean ownerNumber;
  private int dateFrom;
  private int dateTo;
  private boolean dateNumber;
  private int answers;
  private int[] idFroms = new int[64];
  private int[] idTos = new int[64];
  private int[] fields = new int[64];
  private int[] firstValue = new int[65];
  private boolean[] skipped = new boolean[64];
  private int values;
  private int[] kinds = new int[64];
  private int[] froms = new int[64];
  private int[] tos = new int[64];
  private int[] answerOf = new int[64];
  private boolean answered;
  private long repeatedAnswers;

  ResponseRecord(Catalog catalog, ReadingLimits limits) {
    this.catalog = catalog;
    this.limits = limits;
  }

  /** Begins the next record, whose texts will be appended. */
  void begin() {
    begin(own);
  }

  /** Begins the next record, whose texts are slices of these bytes. */
  void begin(byte[] texts) {
    bytes = texts;
    length = 0;
    ownerFrom = ownerTo = dateFrom = dateTo = 0;
    ownerNumber = dateNumber = false;
    answers = 0;
    values = 0;
    Arrays.fill(answerOf, -1);
  }

  /** Appends a text as UTF-8 and returns where it begins; it ends at {@link #length()}. */
  int append(char[] text, int offset, int count) throws UnreadableDocument {
    int from = length;
    if (own.length - length < (long) count * 3) {
      if (length + (long) count * 3 > limits.recordBytes()) {
        throw limits.tooLarge();
      }
      own = Arrays.copyOf(own, Math.max(own.length * 2, length + count * 3));
      bytes = own;
    }
    byte[] target = own;
    int at = length;
    int end = offset + count;
    int i = offset;
    // Most texts are ASCII; a loop that does nothing else is quicker.
    while (i < end && text[i] < 0x80) {
      target[at++] = (byte) text[i++];
    }
    for (; i < end; i++) {
      char c = text[i];
      if (c < 0x80) {
        target[at++] = (byte) c;
      } else if (Character.isHighSurrogate(c)
          && i + 1 < end
          && Character.isLowSurrogate(text[i + 1])) {
        at = Utf8.put(Character.toCodePoint(c, text[++i]), target, at);
      } else {
        at = Utf8.put(Character.isSurrogate(c) ? Utf8.NO_CHARACTER : c, target, at);
      }
    }
    length = at;
    return from;
  }

  void owner(int from, int to, boolean number) {
    ownerFrom = from;
    ownerTo = to;
    ownerNumber = number;
  }

  void date(int from, int to, boolean number) {
    dateFrom = from;
    dateTo = to;
    dateNumber = number;
  }

  /** Begins an answer; its id and its values may come in any order. */
  void beginAnswer() {
    if (answers == fields.length) {
      idFroms = Arrays.copyOf(idFroms, answers * 2);
      idTos = Arrays.copyOf(idTos, answers * 2);
      fields = Arrays.copyOf(fields, answers * 2);
      firstValue = Arrays.copyOf(firstValue, answers * 2 + 1);
      skipped = Arrays.copyOf(skipped, answers * 2);
    }
    idFroms[answers] = idTos[answers] = 0;
    firstValue[answers] = values;
    answered = false;
  }

  void id(int from, int to) {
    idFroms[answers] = from;
    idTos[answers] = to;
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

  void endAnswer() {
    skipped[answers] = !answered;
    firstValue[++answers] = values;
  }

  /** Ends a record. What its ids mean is looked up, and counted, only now that it is whole. */
  void end() throws UnreadableDocument {
    for (int answer = 0; answer < answers; answer++) {
      int field = catalog.field(bytes, idFroms[answer], idTos[answer]);
      if (catalog.entries().get(field).choice()) {
        options(field, firstValue[answer], firstValue[answer + 1]);
      }
      if (field >= answerOf.length) {
        int old = answerOf.length;
        answerOf = Arrays.copyOf(answerOf, Math.max(old * 2, field + 1));
        Arrays.fill(answerOf, old, answerOf.length, -1);
      }
      if (answerOf[field] >= 0) {
        repeatedAnswers++;
      }
      answerOf[field] = answer;
      fields[answer] = field;
    }
  }

  private void options(int field, int first, int end) {
    for (int value = first; value < end; value++) {
      if (kinds[value] != NULL) {
        int option = catalog.option(field, bytes, froms[value], tos[value]);
        kinds[value] = option < 0 ? TEXT : option;
      }
    }
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

  /** Writes the first two cells of a row. */
  void head(CsvWriter csv) throws IOException {
    head(csv, ownerFrom, ownerTo, ownerNumber);
    head(csv, dateFrom, dateTo, dateNumber);
  }

  private void head(CsvWriter csv, int from, int to, boolean number) throws IOException {
    if (number) {
      csv.plain(bytes, from, to);
    } else {
      csv.text(bytes, from, to);
    }
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
