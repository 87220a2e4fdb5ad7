package io.saddlebag.shaping;

import io.saddlebag.zip.BrokenZip;
import io.saddlebag.zip.ZipBytes;
import io.saddlebag.zip.ZipEnd;
import io.saddlebag.zip.ZipInflation;
import io.saddlebag.zip.ZipLocal;
import io.saddlebag.zip.ZipMember;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The wanted files of a zip archive, in the order of its directory, which is read twice: once for
 * the limits and for what cannot be unpacked, before anything goes on, and once to unpack.
 */
final class ZipEntries implements ArchiveEntries {
  private static final int WINDOW = 128 << 10;
  private static final int HEADER = 1 << 10;

  private final FileChannel archive;
  private final ZipBytes directory;
  private final ZipBytes local;
  private final ZipInflation inflation;
  private final ZipEnd end;
  private final EntryNames names;
  private final ArchivePassword password;
  private final Supplier<char[]> secret;
  private final Map<String, Integer> taken = new HashMap<>();
  private long at;
  private long number;
  private @Nullable ZipMember next;
  private String nextPath = "";
  private char[] key = new char[0];

  private ZipEntries(
      FileChannel archive, EntryNames names, ArchivePassword password, Supplier<char[]> secret)
      throws IOException {
    this.archive = archive;
    this.names = names;
    this.password = password;
    this.secret = secret;
    this.directory = new ZipBytes(archive, WINDOW, WINDOW);
    this.local = new ZipBytes(archive, WINDOW, HEADER);
    this.inflation = new ZipInflation(local);
    this.end = ZipEnd.find(directory);
  }

  /**
   * Opens an archive.
   *
   * @param secret gives the password when an entry is encrypted, or throws
   * @throws ShapingFailure when the archive is beyond the limits or cannot be unpacked
   */
  static ZipEntries open(
      Path file,
      EntryNames names,
      UnpackLimits limits,
      ArchivePassword password,
      Supplier<char[]> secret)
      throws IOException {
    FileChannel archive = FileChannel.open(file, StandardOpenOption.READ);
    try {
      ZipEntries entries = new ZipEntries(archive, names, password, secret);
      entries.check(limits);
      entries.begin();
      return entries;
    } catch (IOException | RuntimeException e) {
      archive.close();
      throw e;
    }
  }

  private void check(UnpackLimits limits) throws IOException {
    limits.entries(end.entries());
    long unpacked = 0;
    long packed = 0;
    boolean encrypted = false;
    begin();
    for (ZipMember member = next; member != null; member = next) {
      limits.entries(number);
      packed += member.packed();
      unpacked += member.size();
      limits.bytes(member.packed(), member.size());
      limits.bytes(Math.min(packed, archive.size()), unpacked);
      if (member.link()) {
        throw new ShapingFailure(
            "entry " + nextPath + " of the archive is a symbolic link; choose others by entries");
      }
      if (member.masked() || !member.encrypted() && !ZipInflation.knows(member.method())) {
        throw new ShapingFailure(
            "entry "
                + nextPath
                + " of the archive is packed by a method that is not known here; choose others by"
                + " entries, or unpack it by a tool of the vendor's");
      }
      encrypted |= member.encrypted();
      advance();
    }
    limits.entries(number);
    if (encrypted) {
      key = secret.get();
    }
  }

  private void begin() throws IOException {
    at = end.directoryAt();
    number = 0;
    advance();
  }

  /** Goes to the next file that is wanted. */
  private void advance() throws IOException {
    next = null;
    while (next == null && at < end.at()) {
      ZipMember member = ZipMember.at(directory, at, end, ++number);
      at += member.length();
      byte[] name = directory.bytes(member.nameAt(), member.nameLength());
      String path = names.path(name, member.utf8());
      boolean folder =
          name.length > 0 && (name[name.length - 1] == '/' || name[name.length - 1] == '\\');
      if (!folder && names.wants(path)) {
        next = member;
        nextPath = path.isEmpty() ? "entry" : path;
      }
    }
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  @Override
  public String unpackNext(Path target) throws IOException {
    ZipMember member = java.util.Objects.requireNonNull(next, "asked beyond the last entry");
    ZipLocal place = ZipLocal.of(member, local, directory, end.directoryAt());
    // Unbuffered: what is written comes in blocks.
    try (OutputStream out = new FileOutputStream(target.toFile())) {
      if (member.encrypted()) {
        decrypt(member, place, out);
      } else {
        inflation.unpack(member, place.dataAt(), (bytes, length) -> out.write(bytes, 0, length));
      }
    }
    String name = names.unique(nextPath, taken);
    advance();
    return name;
  }

  private void decrypt(ZipMember member, ZipLocal place, OutputStream out) throws IOException {
    try {
      new EncryptedMember(archive, member, place).unpack(key, out);
    } catch (net.lingala.zip4j.exception.ZipException | BrokenZip e) {
      throw password.wrong(nextPath, e);
    }
  }

  @Override
  public void close() throws IOException {
    inflation.close();
    archive.close();
  }
}
