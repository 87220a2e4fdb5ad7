package io.saddlebag.simulator.surveysolutions;

import java.nio.charset.StandardCharsets;

/**
 * The traditional cipher of zip files, as PKWARE's application note describes it; good enough to
 * play a vendor, not to keep a secret (section 5). Not thread-safe.
 */
final class ZipCrypto {
  /** How many bytes precede the data of each entry. */
  static final int HEADER_BYTES = 12;

  private static final int[] CRC = crcTable();

  private int key0 = 0x12345678;
  private int key1 = 0x23456789;
  private int key2 = 0x34567890;

  /** A cipher at the beginning of an entry. */
  ZipCrypto(String password) {
    for (byte letter : password.getBytes(StandardCharsets.US_ASCII)) {
      update(letter);
    }
  }

  /** The next byte, encrypted. */
  byte encrypt(byte plain) {
    byte mask = mask();
    update(plain);
    return (byte) (plain ^ mask);
  }

  /** The next byte, decrypted. */
  byte decrypt(byte secret) {
    byte plain = (byte) (secret ^ mask());
    update(plain);
    return plain;
  }

  private byte mask() {
    int low = (key2 | 2) & 0xFFFF;
    return (byte) ((low * (low ^ 1)) >>> 8);
  }

  private void update(byte plain) {
    key0 = crc(key0, plain);
    key1 = (key1 + (key0 & 0xFF)) * 134_775_813 + 1;
    key2 = crc(key2, (byte) (key1 >>> 24));
  }

  private static int crc(int crc, byte next) {
    return (crc >>> 8) ^ CRC[(crc ^ next) & 0xFF];
  }

  private static int[] crcTable() {
    int[] table = new int[256];
    for (int i = 0; i < table.length; i++) {
      int crc = i;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 0 ? crc >>> 1 : (crc >>> 1) ^ 0xEDB88320;
      }
      table[i] = crc;
    }
    return table;
  }
}
