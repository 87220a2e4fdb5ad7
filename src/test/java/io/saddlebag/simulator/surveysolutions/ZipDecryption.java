package io.saddlebag.simulator.surveysolutions;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipEntry;

/** Opens zips with traditional encryption, as a user who was told the password does. */
final class ZipDecryption {
  private ZipDecryption() {}

  /** The entries and their text; an exception when the password is wrong. */
  static Map<String, String> entries(byte[] bytes, String password) throws IOException {
    ByteBuffer zip = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int end = bytes.length - ZipEntry.ENDHDR;
    int record = zip.getInt(end + ZipEntry.ENDOFF);
    Map<String, String> entries = new LinkedHashMap<>();
    for (int i = 0; i < zip.getShort(end + ZipEntry.ENDTOT); i++) {
      int local = zip.getInt(record + ZipEntry.CENOFF);
      int nameLength = zip.getShort(record + ZipEntry.CENNAM);
      int data =
          local
              + ZipEntry.LOCHDR
              + zip.getShort(local + ZipEntry.LOCNAM)
              + zip.getShort(local + ZipEntry.LOCEXT);
      byte[] content = new byte[zip.getInt(record + ZipEntry.CENLEN)];
      byte[] packed = new byte[zip.getInt(record + ZipEntry.CENSIZ)];
      zip.get(data, packed);
      ZipCrypto cipher = new ZipCrypto(password);
      for (int at = 0; at < packed.length; at++) {
        packed[at] = cipher.decrypt(packed[at]);
      }
      inflate(packed, content);
      CRC32 crc = new CRC32();
      crc.update(content);
      if ((int) crc.getValue() != zip.getInt(record + ZipEntry.CENCRC)) {
        throw new IOException("wrong password or damaged");
      }
      String name = new String(bytes, record + ZipEntry.CENHDR, nameLength, StandardCharsets.UTF_8);
      entries.put(name, new String(content, StandardCharsets.UTF_8));
      record += ZipEntry.CENHDR + nameLength + zip.getShort(record + ZipEntry.CENEXT);
    }
    return entries;
  }

  private static void inflate(byte[] packed, byte[] content) throws IOException {
    Inflater inflater = new Inflater(true);
    inflater.setInput(packed, ZipCrypto.HEADER_BYTES, packed.length - ZipCrypto.HEADER_BYTES);
    try {
      inflater.inflate(content);
    } catch (DataFormatException e) {
      throw new IOException("wrong password or damaged", e);
    } finally {
      inflater.end();
    }
  }
}
