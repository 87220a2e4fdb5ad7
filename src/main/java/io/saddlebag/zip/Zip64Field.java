package io.saddlebag.zip;

import java.io.IOException;

/** The extra field that holds the numbers which 32 bits cannot. */
final class Zip64Field {
  private static final int ID = 1;

  private Zip64Field() {}

  /**
   * Replaces each number that says "see the Zip64 field", in the field's order. Without the field,
   * a number is what it says: 4 GiB less one.
   */
  static void resolve(ZipBytes zip, long at, int length, long[] numbers) throws IOException {
    long end = at + length;
    long field = at;
    while (field <= end - 4) {
      long next = field + 4;
      long after = next + zip.u16(field + 2);
      if (after > end) {
        return;
      }
      if (zip.u16(field) == ID) {
        for (int i = 0; i < numbers.length; i++) {
          if (numbers[i] == ZipMember.IN_ZIP64 && next <= after - 8) {
            numbers[i] = zip.u64(next);
            next += 8;
          }
        }
        return;
      }
      field = after;
    }
  }
}
