package io.saddlebag.vendor.alida.table;

/**
 * Counts participants that come more than once. Remembers 64 bits of each, in at most 16 MiB; those
 * beyond the limit are not compared, and {@link #complete()} says so.
 */
final class OwnerIds {
  static final int LIMIT = 1_000_000;

  private long[] slots = new long[1024];
  private final int limit;
  private int size;
  private long duplicates;
  private boolean complete = true;

  OwnerIds(int limit) {
    this.limit = limit;
  }

  void see(byte[] bytes, int from, int to) {
    long hash = ByteIndex.hash(bytes, from, to);
    long mark = hash == 0 ? 1 : hash;
    int mask = slots.length - 1;
    int at = (int) mark & mask;
    while (slots[at] != 0) {
      if (slots[at] == mark) {
        duplicates++;
        return;
      }
      at = (at + 1) & mask;
    }
    if (size == limit) {
      complete = false;
      return;
    }
    slots[at] = mark;
    if (++size * 2 > slots.length) {
      grow();
    }
  }

  private void grow() {
    long[] old = slots;
    slots = new long[old.length * 2];
    int mask = slots.length - 1;
    for (long mark : old) {
      if (mark != 0) {
        int at = (int) mark & mask;
        while (slots[at] != 0) {
          at = (at + 1) & mask;
        }
        slots[at] = mark;
      }
    }
  }

  long duplicates() {
    return duplicates;
  }

  boolean complete() {
    return complete;
  }
}
