package io.saddlebag.staging;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The archive that costs the check most: empty members with a byte between each two, so that no two
 * lie side by side.
 */
final class ManyMembers {
  private static final int LOCAL = 30 + 8 + 1;
  private static final int CENTRAL = 46 + 8;

  private ManyMembers() {}

  static void write(Path file, int members) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
      for (int i = 0; i < members; i++) {
        out.write(
            little(LOCAL)
                .putInt(0x04034b50)
                .put(new byte[22])
                .putInt(8)
                .put(name(i))
                .put((byte) 0)
                .array());
      }
      for (int i = 0; i < members; i++) {
        out.write(
            little(CENTRAL)
                .putInt(0x02014b50)
                .put(new byte[24])
                .putShort((short) 8)
                .put(new byte[12])
                .putInt(i * LOCAL)
                .put(name(i))
                .array());
      }
      long directoryAt = (long) members * LOCAL;
      long end = directoryAt + (long) members * CENTRAL;
      out.write(
          little(98)
              .putInt(0x06064b50)
              .putLong(44)
              .put(new byte[12])
              .putLong(members)
              .putLong(members)
              .putLong(end - directoryAt)
              .putLong(directoryAt)
              .putInt(0x07064b50)
              .putInt(0)
              .putLong(end)
              .putInt(1)
              .putInt(0x06054b50)
              .putInt(0)
              .putInt(-1)
              .putLong(-1)
              .array());
    }
  }

  private static byte[] name(int number) {
    return String.format("%08d", number).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
