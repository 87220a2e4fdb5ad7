package io.saddlebag.vendor.alida.table;

import java.io.File;
import java.io.IOException;

/**
 * Reads records straight from the bytes of a file, as long as nothing about them is unusual. Stops
 * before the first that is, or is broken, or is the end: {@link RecordReader} goes on there, and
 * what is refused is refused by it.
 */
final class PlainRecords {
  private static final long OWNER_ID = JsonBytes.word("\"ownerId");
  private static final long LAST_UPD = JsonBytes.word("\"lastUpd");
  private static final long ATE_DATE = JsonBytes.word("ateDate\"");
  private static final long FIELDS = JsonBytes.word("\"fields\"");
  private static final long VALUES = JsonBytes.word("\"values\"");
  private static final int ID = (int) JsonBytes.word("\"id\":   ");

  private final ResponseRecord record;
  private final RecordSink sink;
  private final int smallest;
  private final int largest;
  private final JsonBytes json = new JsonBytes();
  private int members;

  PlainRecords(ResponseRecord record, RecordSink sink) {
    this(record, sink, FileWindow.SMALLEST, FileWindow.LARGEST);
  }

  /** Sees so many bytes at once; a record must fit into the larger number. */
  PlainRecords(ResponseRecord record, RecordSink sink, int smallest, int largest) {
    this.record = record;
    this.sink = sink;
    this.smallest = smallest;
    this.largest = largest;
  }

  /** From the beginning of the list's inside; returns the place behind the last record read. */
  long read(File file, long start) throws IOException {
    try (FileWindow window = new FileWindow(file, start, smallest, largest)) {
      int at = 0;
      boolean first = true;
      while (true) {
        try {
          int end = next(window.bytes(), at, first);
          record.end();
          sink.accept(record);
          at = end;
          first = false;
        } catch (Unusual unusual) {
          // Perhaps it is the window's end only.
          if (!window.move(at)) {
            return window.offset();
          }
          at = 0;
        }
      }
    }
  }

  /** Refusals are the parser's, in its words. */
  private static int once(int seen, int member) throws Unusual {
    if ((seen & member) != 0) {
      throw Unusual.HERE;
    }
    return seen | member;
  }

  private int next(byte[] bytes, int start, boolean first) throws Unusual {
    json.over(bytes);
    int at = json.space(start);
    if (!first) {
      at = json.past(',', at);
    }
    record.begin(bytes);
    members = 0;
    at = json.first(json.past('{', at), '}');
    while (at >= 0) {
      at = json.next(member(at), '}');
    }
    return ~at;
  }

  private int member(int at) throws Unusual {
    long word = json.word(at);
    if (word == FIELDS) {
      members = once(members, RecordMembers.FIELDS);
      int value = json.colon(at + 8);
      return json.at(value) == 'n' ? json.nothing(value) : answers(value);
    }
    boolean owner = word == OWNER_ID && json.at(at + 8) == '"';
    if (!owner && !(word == LAST_UPD && json.word(at + 8) == ATE_DATE)) {
      return json.skip(json.name(at));
    }
    members = once(members, owner ? RecordMembers.OWNER : RecordMembers.DATE);
    int value = json.colon(owner ? at + 9 : at + 16);
    int end = json.scalar(value);
    boolean number = json.at(value) < 'A' && json.at(value) != '"';
    if (owner) {
      record.owner(json.from(), json.to(), number);
    } else {
      record.date(json.from(), json.to(), number);
    }
    return end;
  }

  private int answers(int list) throws Unusual {
    int at = json.first(json.past('[', list), ']');
    while (at >= 0) {
      at = json.next(answer(at), ']');
    }
    return ~at;
  }

  private int answer(int start) throws Unusual {
    int at = json.first(json.past('{', start), '}');
    record.beginAnswer();
    int seen = 0;
    while (at >= 0) {
      long word = json.word(at);
      if ((int) word == ID) {
        seen = once(seen, RecordMembers.ID);
        at = json.scalar(json.colon(at + 4));
        record.id(json.from(), json.to());
      } else if (word == VALUES) {
        seen = once(seen, RecordMembers.VALUES);
        at = values(json.colon(at + 8));
      } else {
        at = json.skip(json.name(at));
      }
      at = json.next(at, '}');
    }
    record.endAnswer();
    return ~at;
  }

  private int values(int start) throws Unusual {
    byte first = json.at(start);
    if (first == 'n') {
      return json.nothing(start);
    }
    record.answered();
    boolean list = first == '[';
    int at = list ? json.first(start + 1, ']') : start;
    while (at >= 0) {
      int end = value(at);
      at = list ? json.next(end, ']') : ~end;
    }
    return ~at;
  }

  private int value(int at) throws Unusual {
    int end = json.scalar(at);
    switch (json.at(at)) {
      case '"', 't', 'f' -> record.value(ResponseRecord.TEXT, json.from(), json.to());
      case 'n' -> record.value(ResponseRecord.NULL, 0, 0);
      default -> record.value(ResponseRecord.NUMBER, json.from(), json.to());
    }
    return end;
  }
}
