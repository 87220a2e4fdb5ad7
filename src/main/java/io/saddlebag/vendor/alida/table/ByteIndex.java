package io.saddlebag.vendor.alida.table;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Numbers keys of UTF-8 bytes in the order they are added, and finds them without making objects.
 */
final class ByteIndex {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long MIX = 0x9E37_79B9_7F4A_7C15L;

  private byte[][] keys = new byte[8][];
  private int[] slots = new int[16];
  private int size;

  /** The key's number, -1 when it was never added. */
  int find(byte[] bytes, int from, int to) {
    int mask = slots.length - 1;
    for (int at = (int) hash(bytes, from, to) & mask; slots[at] != 0; at = (at + 1) & mask) {
      int number = slots[at] - 1;
      if (is(number, bytes, from, to)) {
        return number;
      }
    }
    return -1;
  }

  /** Whether the key of this number has these bytes. */
  boolean is(int number, byte[] bytes, int from, int to) {
    byte[] key = keys[number];
    return Arrays.equals(key, 0, key.length, bytes, from, to);
  }

  /** Adds a key that is not there yet; returns its number. */
  int add(byte[] key) {
    if (size == keys.length) {
      keys = Arrays.copyOf(keys, size * 2);
    }
    keys[size++] = key;
    if (size * 2 > slots.length) {
      slots = new int[slots.length * 2];
      for (int number = 0; number < size; number++) {
        place(number);
      }
    } else {
      place(size - 1);
    }
    return size - 1;
  }

  private void place(int number) {
    int mask = slots.length - 1;
    int at = (int) hash(keys[number], 0, keys[number].length) & mask;
    while (slots[at] != 0) {
      at = (at + 1) & mask;
    }
    slots[at] = number + 1;
  }

  /** 64 bits that tell keys apart; eight bytes at a time, because ids are long. */
  static long hash(byte[] bytes, int from, int to) {
    long hash = (to - from) * MIX;
    int at = from;
    for (; at + 8 <= to; at += 8) {
      hash = (hash ^ (long) LONGS.get(bytes, at)) * MIX;
      hash ^= hash >>> 32;
    }
    for (; at < to; at++) {
      hash = (hash ^ bytes[at]) * MIX;
    }
    return hash ^ (hash >>> 29);
  }
}
