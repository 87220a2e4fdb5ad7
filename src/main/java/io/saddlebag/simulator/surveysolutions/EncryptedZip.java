package io.saddlebag.simulator.surveysolutions;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import java.util.zip.ZipEntry;

/**
 * Encrypts the entries of a zip with a password, as a workspace with export encryption does; the
 * API gives no hint of it (section 8 item 22).
 */
final class EncryptedZip {
  private static final int DESCRIPTOR_BYTES = 16;
  private static final short ENCRYPTED_AND_STREAMED = 1 | 8;

  private final ByteBuffer plain;
  private final String password;
  private final ByteArrayOutputStream entries = new ByteArrayOutputStream();
  private final ByteArrayOutputStream directory = new ByteArrayOutputStream();

  private EncryptedZip(byte[] zip, String password) {
    this.plain = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
    this.password = password;
  }

  /** An encrypted copy of a zip that has no comment and does not need Zip64. */
  static byte[] of(byte[] zip, String password) {
    return new EncryptedZip(zip, password).encrypted();
  }

  private byte[] encrypted() {
    int end = plain.capacity() - ZipEntry.ENDHDR;
    int count = Short.toUnsignedInt(plain.getShort(end + ZipEntry.ENDTOT));
    int record = plain.getInt(end + ZipEntry.ENDOFF);
    for (int i = 0; i < count; i++) {
      record += entry(record);
    }
    ByteBuffer last = slice(end, ZipEntry.ENDHDR);
    last.putInt(ZipEntry.ENDSIZ, directory.size()).putInt(ZipEntry.ENDOFF, entries.size());
    entries.writeBytes(directory.toByteArray());
    entries.writeBytes(last.array());
    return entries.toByteArray();
  }

  /** Writes the entry of a record of the directory, and gives the length of the record. */
  private int entry(int record) {
    int local = plain.getInt(record + ZipEntry.CENOFF);
    int size = plain.getInt(record + ZipEntry.CENSIZ);
    int nameAndExtra =
        plain.getShort(local + ZipEntry.LOCNAM) + plain.getShort(local + ZipEntry.LOCEXT);
    int data = local + ZipEntry.LOCHDR + nameAndExtra;
    int length =
        ZipEntry.CENHDR
            + plain.getShort(record + ZipEntry.CENNAM)
            + plain.getShort(record + ZipEntry.CENEXT);
    ByteBuffer central = slice(record, length);
    central.putShort(ZipEntry.CENFLG, flags(central.getShort(ZipEntry.CENFLG)));
    central.putInt(ZipEntry.CENSIZ, size + ZipCrypto.HEADER_BYTES);
    central.putInt(ZipEntry.CENOFF, entries.size());
    directory.writeBytes(central.array());
    ByteBuffer header = slice(local, ZipEntry.LOCHDR + nameAndExtra);
    header.putShort(ZipEntry.LOCFLG, flags(header.getShort(ZipEntry.LOCFLG)));
    entries.writeBytes(header.array());
    entries.writeBytes(secret(data, size, plain.getShort(record + ZipEntry.CENTIM)));
    entries.writeBytes(
        ByteBuffer.allocate(DESCRIPTOR_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt((int) ZipEntry.EXTSIG)
            .putInt(plain.getInt(record + ZipEntry.CENCRC))
            .putInt(size + ZipCrypto.HEADER_BYTES)
            .putInt(plain.getInt(record + ZipEntry.CENLEN))
            .array());
    return length;
  }

  /** The data of an entry; of its header the last byte lets a reader check the password. */
  private byte[] secret(int data, int size, short time) {
    byte[] bytes = new byte[ZipCrypto.HEADER_BYTES + size];
    byte[] header = new byte[ZipCrypto.HEADER_BYTES];
    new Random(data).nextBytes(header);
    header[ZipCrypto.HEADER_BYTES - 1] = (byte) (time >>> 8);
    System.arraycopy(header, 0, bytes, 0, header.length);
    plain.get(data, bytes, header.length, size);
    ZipCrypto cipher = new ZipCrypto(password);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = cipher.encrypt(bytes[i]);
    }
    return bytes;
  }

  private static short flags(short before) {
    return (short) (before | ENCRYPTED_AND_STREAMED);
  }

  private ByteBuffer slice(int from, int length) {
    byte[] copy = new byte[length];
    plain.get(from, copy);
    return ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN);
  }
}
