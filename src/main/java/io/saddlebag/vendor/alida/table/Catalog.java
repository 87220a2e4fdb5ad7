package io.saddlebag.vendor.alida.table;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The fields of a document and their options, found by the bytes of their ids. What the definition
 * does not know is added when it is met, and counted.
 */
final class Catalog {
  /** More unknown fields than that mean that definition and records do not belong together. */
  static final int MOST_UNKNOWN_FIELDS = 1000;

  /** How many unknown options are remembered; further ones are kept as texts only. */
  static final int MOST_UNKNOWN_OPTIONS = 10_000;

  private final ByteIndex ids = new ByteIndex();
  private final List<Entry> entries = new ArrayList<>();
  private final int known;
  private int last = -1;
  private int unknownOptions;
  private long unknownFieldAnswers;
  private long unknownOptionAnswers;

  /** A field with its options, the unknown ones after the known. */
  static final class Entry {
    private final Field field;
    private final boolean choice;
    private final int knownOptions;
    private final ByteIndex optionIds = new ByteIndex();
    private final List<Option> options = new ArrayList<>();

    private Entry(Field field) {
      this.field = field;
      this.choice = field.choice();
      this.knownOptions = field.options().size();
      field.options().forEach(this::add);
    }

    Field field() {
      return field;
    }

    /** Whether answers are ids of options; asked for every answer, so it is worked out once. */
    boolean choice() {
      return choice;
    }

    List<Option> options() {
      return options;
    }

    private int add(Option option) {
      options.add(option);
      return optionIds.add(Utf8.bytes(option.id()));
    }
  }

  Catalog(List<Field> fields) {
    fields.forEach(this::add);
    known = fields.size();
  }

  private int add(Field field) {
    entries.add(new Entry(field));
    return ids.add(Utf8.bytes(field.id()));
  }

  /** Forgets the counts, not what was met: for another pass over the same records. */
  void restart() {
    unknownFieldAnswers = 0;
    unknownOptionAnswers = 0;
    last = -1;
  }

  /** The number of the field with this id. */
  int field(byte[] bytes, int from, int to) throws UnreadableDocument {
    // Records name their fields in the same order again and again.
    int next = last + 1 < entries.size() ? last + 1 : 0;
    int found =
        !entries.isEmpty() && ids.is(next, bytes, from, to) ? next : ids.find(bytes, from, to);
    if (found < 0) {
      if (entries.size() - known >= MOST_UNKNOWN_FIELDS) {
        throw new UnreadableDocument(
            "the records name more than "
                + MOST_UNKNOWN_FIELDS
                + " fields that the definition does not have: they do not belong together;"
                + " order the export again",
            null);
      }
      found = add(Field.unknown(new String(bytes, from, to - from, StandardCharsets.UTF_8)));
    }
    if (found >= known) {
      unknownFieldAnswers++;
    }
    last = found;
    return found;
  }

  /** The number of a choice's option, -1 for one of too many unknown ones. */
  int option(int field, byte[] bytes, int from, int to) {
    Entry entry = entries.get(field);
    int found = entry.optionIds.find(bytes, from, to);
    if (found < 0) {
      if (unknownOptions < MOST_UNKNOWN_OPTIONS) {
        unknownOptions++;
        found =
            entry.add(Option.unknown(new String(bytes, from, to - from, StandardCharsets.UTF_8)));
      }
    }
    if (found < 0 || found >= entry.knownOptions) {
      unknownOptionAnswers++;
    }
    return found;
  }

  /** The fields by number, the unknown ones after the known. */
  List<Entry> entries() {
    return entries;
  }

  int unknownFields() {
    return entries.size() - known;
  }

  /** How many different unknown options were met, up to the limit. */
  int unknownOptions() {
    return unknownOptions;
  }

  long unknownFieldAnswers() {
    return unknownFieldAnswers;
  }

  long unknownOptionAnswers() {
    return unknownOptionAnswers;
  }
}
