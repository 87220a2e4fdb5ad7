package io.saddlebag.shaping;

import io.saddlebag.zip.BrokenZip;
import io.saddlebag.zip.ZipLocal;
import io.saddlebag.zip.ZipMember;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32;
import net.lingala.zip4j.io.inputstream.ZipInputStream;
import net.lingala.zip4j.model.FileHeader;

/**
 * One encrypted member, of traditional encryption or AES, read as if the archive were a stream that
 * begins with it; so the archive may have any number of members.
 *
 * @param archive the archive
 * @param member the member as the directory has it
 * @param local where it lies
 */
record EncryptedMember(FileChannel archive, ZipMember member, ZipLocal local) {
  private static final int BUFFER = 64 << 10;
  private static final int AES = 99;

  /**
   * Writes the member's bytes; they are right only when this returns.
   *
   * @throws IOException when the password is wrong or the data are damaged, which traditional
   *     encryption cannot tell apart
   */
  void unpack(char[] password, OutputStream out) throws IOException {
    FileHeader said = new FileHeader();
    said.setCrc(member.crc());
    said.setCompressedSize(member.packed());
    said.setUncompressedSize(member.size());
    CRC32 crc = new CRC32();
    long bytes = 0;
    try (ZipInputStream in =
        new ZipInputStream(
            new BufferedInputStream(new Slice(archive, local.start(), local.end()), BUFFER),
            password)) {
      if (in.getNextEntry(said, false) == null) {
        throw damaged("is not there");
      }
      byte[] buffer = new byte[BUFFER];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        bytes += read;
        if (bytes > member.size()) {
          throw damaged("is longer than the directory says");
        }
        crc.update(buffer, 0, read);
        out.write(buffer, 0, read);
      }
    }
    if (bytes != member.size()) {
      throw damaged("is shorter than the directory says");
    }
    // Of AES members the directory may keep the checksum to itself; they carry a code of their own.
    if (crc.getValue() != member.crc() && !(member.method() == AES && member.crc() == 0)) {
      throw damaged("does not have the checksum that the directory says");
    }
  }

  private BrokenZip damaged(String how) {
    return new BrokenZip(BrokenZip.Fault.DATA, "member " + member.number() + " " + how);
  }

  /** A part of a file as a stream. */
  private static final class Slice extends InputStream {
    private final FileChannel file;
    private final long end;
    private long at;

    Slice(FileChannel file, long start, long end) {
      this.file = file;
      this.at = start;
      this.end = end;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (at >= end) {
        return -1;
      }
      int read = file.read(ByteBuffer.wrap(into, offset, (int) Math.min(length, end - at)), at);
      at += Math.max(0, read);
      return read;
    }
  }
}
