package io.saddlebag.staging;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Builds archives, sound ones and others. */
final class Zips {
  private static final byte[] CENTRAL = {'P', 'K', 1, 2};
  private static final byte[] LOCAL = {'P', 'K', 3, 4};
  private static final byte[] END = {'P', 'K', 5, 6};

  private Zips() {}

  static byte[] deflated(int entries, int bytesEach) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (int i = 0; i < entries; i++) {
        zip.putNextEntry(new ZipEntry("data/interviews-" + i + ".csv"));
        zip.write("interview,answer\n".repeat(bytesEach / 17 + 1).getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  static byte[] stored(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      ZipEntry entry = new ZipEntry("answers.tab");
      entry.setMethod(ZipEntry.STORED);
      entry.setSize(bytes.length);
      CRC32 crc = new CRC32();
      crc.update(bytes);
      entry.setCrc(crc.getValue());
      zip.putNextEntry(entry);
      zip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  static byte[] empty() {
    byte[] zip = new byte[22];
    System.arraycopy(END, 0, zip, 0, 4);
    return zip;
  }

  /** The stored archive of one entry, with zip64 records and every number in the zip64 fields. */
  static byte[] zip64(byte[] data, long crcDelta) {
    CRC32 crc = new CRC32();
    crc.update(data);
    byte[] head = header64(data.length, crc.getValue() + crcDelta);
    byte[] tail = tail64(data.length, crc.getValue() + crcDelta);
    return ByteBuffer.allocate(head.length + data.length + tail.length)
        .put(head)
        .put(data)
        .put(tail)
        .array();
  }

  /** What comes before the data of a stored zip64 archive of one entry. */
  static byte[] header64(long size, long crc) {
    return little(30 + 1 + 20)
        .put(LOCAL)
        .putShort((short) 45)
        .putInt(0)
        .putInt(0)
        .putInt((int) crc)
        .putInt(-1)
        .putInt(-1)
        .putShort((short) 1)
        .putShort((short) 20)
        .put((byte) 'a')
        .putShort((short) 1)
        .putShort((short) 16)
        .putLong(size)
        .putLong(size)
        .array();
  }

  /** What comes after the data of a stored zip64 archive of one entry. */
  static byte[] tail64(long size, long crc) {
    long directoryAt = 51 + size;
    int directoryBytes = 46 + 1 + 28;
    return little(directoryBytes + 56 + 20 + 22)
        .put(CENTRAL)
        .putShort((short) 45)
        .putShort((short) 45)
        .putInt(0)
        .putInt(0)
        .putInt((int) crc)
        .putInt(-1)
        .putInt(-1)
        .putShort((short) 1)
        .putShort((short) 28)
        .putShort((short) 0)
        .putShort((short) 0)
        .putShort((short) 0)
        .putInt(0)
        .putInt(-1)
        .put((byte) 'a')
        .putShort((short) 1)
        .putShort((short) 24)
        .putLong(size)
        .putLong(size)
        .putLong(0)
        .put(new byte[] {'P', 'K', 6, 6})
        .putLong(44)
        .putShort((short) 45)
        .putShort((short) 45)
        .putInt(0)
        .putInt(0)
        .putLong(1)
        .putLong(1)
        .putLong(directoryBytes)
        .putLong(directoryAt)
        .put(new byte[] {'P', 'K', 6, 7})
        .putInt(0)
        .putLong(directoryAt + directoryBytes)
        .putInt(1)
        .put(END)
        .putInt(0)
        .putShort((short) -1)
        .putShort((short) -1)
        .putInt(-1)
        .putInt(-1)
        .putShort((short) 0)
        .array();
  }

  static byte[] joined(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Offset of the first (local or directory) record of a kind. */
  static int find(byte[] zip, byte[] signature) {
    for (int i = 0; i <= zip.length - 4; i++) {
      if (ByteBuffer.wrap(zip, i, 4).equals(ByteBuffer.wrap(signature))) {
        return i;
      }
    }
    throw new IllegalStateException("the archive has no such record");
  }

  static byte[] withCentral(byte[] zip, int field, int value) {
    return with(zip, find(zip, CENTRAL) + field, value);
  }

  static byte[] withLocal(byte[] zip, int field, int value) {
    return with(zip, find(zip, LOCAL) + field, value);
  }

  static byte[] withEnd(byte[] zip, int field, int value) {
    return with(zip, find(zip, END) + field, value);
  }

  static byte[] with(byte[] zip, int at, int value) {
    byte[] copy = zip.clone();
    copy[at] = (byte) value;
    return copy;
  }

  /** Sets the encryption bit of the first entry. */
  static byte[] encrypted(byte[] zip) {
    int local = find(zip, LOCAL) + 6;
    int central = find(zip, CENTRAL) + 8;
    return with(with(zip, local, zip[local] | 1), central, zip[central] | 1);
  }
}
