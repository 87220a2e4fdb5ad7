package io.saddlebag.staging;

import java.util.Arrays;

/** A growing list of numbers at eight bytes each, so that a million of them fit a small heap. */
final class Longs {
  private long[] values = new long[256];
  private int size;

  void add(long value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, size + size / 2);
    }
    values[size++] = value;
  }

  int size() {
    return size;
  }

  long get(int index) {
    return values[index];
  }

  void replaceLast(long value) {
    values[size - 1] = value;
  }

  void sort() {
    Arrays.sort(values, 0, size);
  }
}
