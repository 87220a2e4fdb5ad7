package io.saddlebag.staging;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/** Writes archives of stored members byte by byte, as writers do that Java's is not. */
final class Archive {
  private final ByteArrayOutputStream members = new ByteArrayOutputStream();
  private final List<byte[]> directory = new ArrayList<>();

  /** How a writer that cannot seek back says checksum and sizes. */
  enum Streamed {
    /** The local header says 0, a descriptor with signature follows. */
    SIGNED,
    /** The local header says 0, a descriptor without signature follows. */
    BARE,
    /**
     * The local header says -1 and has no Zip64 field; the descriptor has 64 bits (SharpZipLib).
     */
    DYNAMIC_ZIP64,
    /** The local header says -1, its Zip64 field 0; the descriptor has 64 bits. */
    EMPTY_ZIP64,
    /** All is said in front and nothing follows. */
    NO_DESCRIPTOR,
    /** Nothing is said in front and nothing follows. */
    NOTHING
  }

  /** Adds a member whose sizes follow its data. */
  Archive streamed(String name, String text, Streamed how) {
    byte[] data = bytes(text);
    int at = members.size();
    boolean wide = how == Streamed.DYNAMIC_ZIP64 || how == Streamed.EMPTY_ZIP64;
    boolean said = how == Streamed.NO_DESCRIPTOR;
    byte[] extra =
        how == Streamed.EMPTY_ZIP64
            ? little(20).putShort((short) 1).putShort((short) 16).array()
            : new byte[0];
    int size = said ? data.length : wide ? -1 : 0;
    members.writeBytes(local(bytes(name), 8, said ? crc(data) : 0, size, extra));
    members.writeBytes(data);
    ByteBuffer descriptor = little(24);
    if (how != Streamed.BARE) {
      descriptor.putInt(0x08074b50);
    }
    descriptor.putInt((int) crc(data));
    if (wide) {
      descriptor.putLong(data.length).putLong(data.length);
    } else {
      descriptor.putInt(data.length).putInt(data.length);
    }
    if (!said && how != Streamed.NOTHING) {
      members.write(descriptor.array(), 0, descriptor.position());
    }
    directory.add(central(bytes(name), 8, data, at));
    return this;
  }

  /** Adds a member with its sizes in front. */
  Archive stored(String name, String text) {
    byte[] data = bytes(text);
    directory.add(central(bytes(name), 0, data, members.size()));
    members.writeBytes(local(bytes(name), 0, crc(data), data.length, new byte[0]));
    members.writeBytes(data);
    return this;
  }

  /** Adds bytes that belong to no member. */
  Archive junk(String text) {
    members.writeBytes(bytes(text));
    return this;
  }

  /** Writes the directory in the opposite order. */
  Archive reversed() {
    java.util.Collections.reverse(directory);
    return this;
  }

  byte[] end(String comment) {
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    zip.writeBytes(members.toByteArray());
    directory.forEach(zip::writeBytes);
    zip.writeBytes(
        little(22)
            .putInt(0x06054b50)
            .putInt(0)
            .putShort((short) directory.size())
            .putShort((short) directory.size())
            .putInt(zip.size() - members.size())
            .putInt(members.size())
            .putShort((short) bytes(comment).length)
            .array());
    zip.writeBytes(bytes(comment));
    return zip.toByteArray();
  }

  private static byte[] local(byte[] name, int flags, long crc, int size, byte[] extra) {
    return little(30 + name.length + extra.length)
        .putInt(0x04034b50)
        .putShort((short) 20)
        .putShort((short) flags)
        .putShort((short) 0)
        .putInt(0)
        .putInt((int) crc)
        .putInt(size)
        .putInt(size)
        .putShort((short) name.length)
        .putShort((short) extra.length)
        .put(name)
        .put(extra)
        .array();
  }

  private static byte[] central(byte[] name, int flags, byte[] data, int at) {
    return little(46 + name.length)
        .putInt(0x02014b50)
        .putShort((short) 20)
        .putShort((short) 20)
        .putShort((short) flags)
        .putShort((short) 0)
        .putInt(0)
        .putInt((int) crc(data))
        .putInt(data.length)
        .putInt(data.length)
        .putShort((short) name.length)
        .put(new byte[12])
        .putInt(at)
        .put(name)
        .array();
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static long crc(byte[] data) {
    CRC32 crc = new CRC32();
    crc.update(data);
    return crc.getValue();
  }
}
