package io.saddlebag.staging;

import io.saddlebag.zip.BrokenZip;
import io.saddlebag.zip.ZipBytes;
import io.saddlebag.zip.ZipEnd;
import io.saddlebag.zip.ZipInflation;
import io.saddlebag.zip.ZipLocal;
import io.saddlebag.zip.ZipMember;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Proves that an archive is whole, without unpacking it to disk and in constant memory: the
 * directory ends exactly at the end record, every member's local header agrees with it, no two
 * members overlap, and, unless only the directory is wanted, every member that is not encrypted has
 * its checksum.
 *
 * <p>Bytes in front of the first member are refused: no vendor sends a self-extracting archive, and
 * a script that prints before the file would make readers of streams and readers of directories see
 * different files. Unused bytes elsewhere, as writers leave that replace members in place, are
 * noted ({@code zip-gaps}).
 */
final class ZipCheck {
  private static final int WINDOW = 128 << 10;
  private static final int HEADER = 1 << 10;

  private final Path file;
  private final StagingLimits limits;
  private final MemberNames names = new MemberNames();
  private final ZipSpans spans = new ZipSpans();
  private long members;
  private long encrypted;
  private long unknown;
  private boolean links;

  ZipCheck(Path file, StagingLimits limits) {
    this.file = file;
    this.limits = limits;
  }

  /**
   * Throws NOT_AN_ARCHIVE, TRUNCATED, CORRUPT or ARCHIVE_LIMIT.
   *
   * @return the names of the checks passed, and of what was noticed
   */
  List<String> check() throws IOException {
    try (FileChannel archive = FileChannel.open(file, StandardOpenOption.READ)) {
      ZipBytes directory = new ZipBytes(archive, WINDOW, WINDOW);
      ZipBytes local = new ZipBytes(archive, WINDOW, HEADER);
      ZipEnd end = ZipEnd.find(directory);
      structure(directory, local, end);
      boolean full = limits.verification() == Verification.FULL;
      if (full) {
        contents(directory, local, end);
      }
      return notes(full, end);
    } catch (EOFException e) {
      throw broken("a record of it reaches behind its end");
    } catch (BrokenZip e) {
      throw failure(e);
    }
  }

  /** Whether the archive has the member that makes it an Office document; after the check. */
  boolean officeDocument() {
    return names.contentTypes();
  }

  /** Everything but the data, so that nothing is unpacked of an archive that lies. */
  private void structure(ZipBytes directory, ZipBytes local, ZipEnd end) throws IOException {
    UnpackLimit limit = new UnpackLimit(limits);
    limit.members(end.entries());
    long at = end.directoryAt();
    while (at < end.at()) {
      ZipMember member = ZipMember.at(directory, at, end.at(), ++members);
      limit.members(members);
      ZipLocal lies = ZipLocal.of(member, local, directory, end.directoryAt());
      spans.add(lies.start(), lies.end());
      limit.add(member.packed(), member.size());
      names.add(directory.bytes(member.nameAt(), member.nameLength()));
      links |= member.link();
      if (member.encrypted()) {
        encrypted++;
      } else if (!ZipInflation.knows(member.method())) {
        unknown++;
      }
      at += member.length();
    }
    // Old writers count in 16 bits and begin again at 0.
    if ((end.zip64() ? members : members & 0xFFFF) != end.entries()) {
      throw broken("it has " + members + " members and says " + end.entries());
    }
    if (spans.covered() > end.directoryAt() || spans.overlap()) {
      throw broken("its members lie over each other");
    }
    if (spans.first() > 0 || members == 0 && end.directoryAt() > 0) {
      throw broken("it begins with bytes that belong to no member");
    }
  }

  private void contents(ZipBytes directory, ZipBytes local, ZipEnd end) throws IOException {
    try (ZipInflation inflation = new ZipInflation(local)) {
      long at = end.directoryAt();
      for (long number = 1; number <= members; number++) {
        ZipMember member = ZipMember.at(directory, at, end.at(), number);
        if (!member.encrypted() && ZipInflation.knows(member.method())) {
          long dataAt = ZipLocal.of(member, local, directory, end.directoryAt()).dataAt();
          inflation.prove(member, dataAt);
        }
        at += member.length();
      }
    }
  }

  private List<String> notes(boolean full, ZipEnd end) {
    List<String> notes = new ArrayList<>();
    notes.add("zip-directory");
    note(notes, "zip-empty", members == 0);
    note(notes, "zip-crc", full && members > encrypted + unknown);
    note(notes, "zip-members", members > 0 && (!full || members == encrypted + unknown));
    note(notes, "zip-encrypted", encrypted > 0);
    note(notes, "zip-unchecked", unknown > 0);
    note(notes, "zip-gaps", spans.covered() < end.directoryAt());
    note(notes, "zip-links", links);
    note(notes, "unsafe-names", names.unsafe());
    note(notes, "duplicate-names", names.duplicates());
    return notes;
  }

  private static void note(List<String> notes, String name, boolean so) {
    if (so) {
      notes.add(name);
    }
  }

  private static StagingFailure failure(BrokenZip broken) {
    String why = String.valueOf(broken.getMessage());
    return switch (broken.fault()) {
      case CUT_OFF ->
          StagingFailure.retry("TRUNCATED", "the archive has no end record, so it was cut off");
      case STRUCTURE -> broken(why);
      case DATA ->
          StagingFailure.retry("CORRUPT", why + " in the archive; ask the vendor if this repeats");
    };
  }

  private static StagingFailure broken(String why) {
    return StagingFailure.retry(
        "NOT_AN_ARCHIVE", "the zip archive is broken: " + why + "; ask the vendor if this repeats");
  }
}
