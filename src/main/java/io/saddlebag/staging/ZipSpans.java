package io.saddlebag.staging;

/**
 * Which bytes of an archive belong to members. Members that follow one another are one span, so an
 * ordinary archive takes no memory to speak of; others take 16 bytes a member.
 */
final class ZipSpans {
  private final Longs starts = new Longs();
  private final Longs ends = new Longs();
  private long covered;

  void add(long start, long end) {
    covered += end - start;
    int last = ends.size() - 1;
    if (last >= 0 && ends.get(last) == start) {
      ends.replaceLast(end);
    } else {
      starts.add(start);
      ends.add(end);
    }
  }

  /** How many bytes belong to members; those of two count twice. */
  long covered() {
    return covered;
  }

  /** The first byte that belongs to a member; 0 when there is none. */
  long first() {
    starts.sort();
    return starts.size() == 0 ? 0 : starts.get(0);
  }

  /**
   * Whether some byte belongs to two members. Starts and ends are sorted each on its own: no two
   * spans overlap exactly when every end comes before the next start.
   */
  boolean overlap() {
    starts.sort();
    ends.sort();
    for (int i = 0; i + 1 < starts.size(); i++) {
      if (ends.get(i) > starts.get(i + 1)) {
        return true;
      }
    }
    return false;
  }
}
