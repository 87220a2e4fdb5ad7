package io.saddlebag.shaping;

import io.saddlebag.kamelet.ExactText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * Unpacks zip and gzip archives for the Kamelet {@code unpack-action}: gives the entries as
 * messages to a splitter, which asks for one after the other. Safe for threads.
 */
public final class Unpack {
  private final WorkFolder work;
  private final UnpackLimits limits;
  private final EntryNames names;
  private final ArchivePassword password;
  private final Otherwise onNotArchive;
  private final Otherwise onNoEntry;

  /** What happens where there is nothing to unpack. */
  private enum Otherwise {
    FAIL,
    PASS
  }

  /**
   * An unpacking with the parameters of the Kamelet.
   *
   * @throws ShapingFailure when one of them cannot be
   */
  public Unpack(
      String workFolder,
      UnpackLimits limits,
      String entries,
      String folders,
      String nameCharset,
      String passwordProperty,
      String onNotArchive,
      String onNoEntry) {
    this.work = new WorkFolder(workFolder);
    this.limits = limits;
    this.names = EntryNames.of(ExactText.of(entries), folders, ExactText.of(nameCharset));
    this.password = new ArchivePassword(ExactText.of(passwordProperty));
    this.onNotArchive = Choice.of(Otherwise.class, "onNotArchive of unpack-action", onNotArchive);
    this.onNoEntry = Choice.of(Otherwise.class, "onNoEntry of unpack-action", onNoEntry);
  }

  /**
   * The entries of the archive in the message's body.
   *
   * @throws ShapingFailure when it is no archive, is beyond the limits or cannot be unpacked
   */
  public Iterator<Message> entries(Exchange exchange) throws IOException {
    OwnSteps.require(exchange);
    GivenFile given = new GivenFile(exchange);
    Path folder = work.open(exchange);
    Path archive = given.onDisk(folder);
    try {
      return entries(exchange, given.name(), archive, folder);
    } catch (IOException e) {
      throw EntryMessages.failure(given.name(), e);
    }
  }

  private Iterator<Message> entries(Exchange exchange, String name, Path archive, Path folder)
      throws IOException {
    ArchiveEntries entries;
    switch (kind(archive)) {
      case ZIP -> {
        String run = exchange.getMessage().getHeader("SaddlebagRun", String.class);
        entries =
            ZipEntries.open(
                archive,
                names.in(run),
                limits,
                password,
                () -> password.read(exchange.getContext()));
      }
      case GZIP -> entries = new GzipEntry(archive, name, limits);
      default -> {
        if (onNotArchive == Otherwise.PASS) {
          return List.of(exchange.getMessage().copy()).iterator();
        }
        throw new ShapingFailure(
            name
                + " is no zip and no gzip archive; leave unpack-action out, or set its onNotArchive"
                + " to pass if files of both kinds come");
      }
    }
    CloseWhenDone.on(exchange, entries, name);
    if (!entries.hasNext() && onNoEntry == Otherwise.FAIL) {
      throw new ShapingFailure(
          "the archive "
              + name
              + " has no entry that is wanted; look at entries of unpack-action, or set its"
              + " onNoEntry to pass if that may be");
    }
    return new EntryMessages(entries, exchange.getMessage(), name, folder);
  }

  private enum Kind {
    ZIP,
    GZIP,
    OTHER
  }

  private static Kind kind(Path archive) throws IOException {
    byte[] head;
    try (InputStream in = Files.newInputStream(archive)) {
      head = in.readNBytes(4);
    }
    if (head.length == 4 && head[0] == 'P' && head[1] == 'K') {
      // A member, or the end record of an archive without any.
      boolean zip = head[2] == 3 && head[3] == 4 || head[2] == 5 && head[3] == 6;
      return zip ? Kind.ZIP : Kind.OTHER;
    }
    boolean gzip = head.length > 2 && head[0] == 0x1f && head[1] == (byte) 0x8b;
    return gzip ? Kind.GZIP : Kind.OTHER;
  }
}
