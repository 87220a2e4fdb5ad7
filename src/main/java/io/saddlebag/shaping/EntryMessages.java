package io.saddlebag.shaping;

import io.saddlebag.zip.BrokenZip;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.zip.ZipException;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/**
 * The entries of an archive as messages, each with a file as its body that lies there until the
 * next one is asked for. Asking whether there is another unpacks nothing.
 */
final class EntryMessages implements Iterator<Message>, Closeable {
  private final ArchiveEntries entries;
  private final Message archive;
  private final String archiveName;
  private final Path folder;
  private @Nullable Path last;
  private long number;

  EntryMessages(ArchiveEntries entries, Message archive, String archiveName, Path folder) {
    this.entries = entries;
    this.archive = archive;
    this.archiveName = archiveName;
    this.folder = folder;
  }

  @Override
  public boolean hasNext() {
    return entries.hasNext();
  }

  @Override
  public Message next() {
    if (!entries.hasNext()) {
      throw new NoSuchElementException("the archive has no more entries");
    }
    try {
      if (last != null) {
        Files.deleteIfExists(last);
      }
      // Not under its name: a name of another alphabet is no file name on every system.
      last = folder.resolve("entry-" + ++number);
      String name = entries.unpackNext(last);
      Message message = archive.copy();
      ShapedCopy.put(message, last, name);
      return message;
    } catch (IOException e) {
      throw failure(archiveName, e);
    }
  }

  /** What went wrong with an archive, as a sentence. */
  static ShapingFailure failure(String archiveName, IOException e) {
    if (e instanceof BrokenZip || e instanceof EOFException || e instanceof ZipException) {
      return new ShapingFailure(
          "the archive "
              + archiveName
              + " is broken: "
              + e.getMessage()
              + "; nothing of the damaged entry went on, ask the vendor for another file",
          e);
    }
    return new ShapingFailure(
        "the archive "
            + archiveName
            + " cannot be unpacked: "
            + e
            + "; look at the disk of the work folder "
            + "(shaping.folder)",
        e);
  }

  @Override
  public void close() throws IOException {
    entries.close();
  }
}
