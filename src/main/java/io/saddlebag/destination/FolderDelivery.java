package io.saddlebag.destination;

import io.saddlebag.kamelet.BodyFile;
import io.saddlebag.kamelet.ExactText;
import io.saddlebag.kamelet.GivenParameters;
import io.saddlebag.name.FileName;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * Delivers a message's body into a folder. A reader sees the whole file under its final name, with
 * its permissions and its owner, or nothing: it is written under a name of its own that begins with
 * {@code .part-}, forced to the disk and renamed. The receipt follows, so that a reader who waits
 * for the receipt knows that the file is complete.
 *
 * <p>Where the name is there already, the receipt of the file before is removed first: a receipt
 * stands beside the file that it is of, or there is none. Two deliveries to one name wait for each
 * other in one process; those of two processes do not, so where several write to one name a reader
 * compares the receipt's SHA-256 with the file's.
 */
public final class FolderDelivery {
  private static final String UNCHANGED = "unchanged";

  private static final int BUFFER = 1 << 17;
  private static final Set<PosixFilePermission> OWNER_ALONE =
      PosixFilePermissions.fromString("rw-------");

  /** Several steps of one process may deliver to one name; each name always has the same lock. */
  private static final Lock[] LOCKS =
      Stream.generate(ReentrantLock::new).limit(64).toArray(Lock[]::new);

  /** The variable with the path of the delivered file. */
  private static final String TO = "deliveredTo";

  private final Path folder;
  private final Layout layout;
  private final @Nullable Set<PosixFilePermission> permissions;
  private final @Nullable UserPrincipal owner;
  private final @Nullable GroupPrincipal group;
  private final boolean receipt;
  private final Disk disk;
  private final PartFile parts;

  /**
   * Deliveries into one folder.
   *
   * @param folder the folder; made when it is missing
   * @param layout the name below the folder, see {@link Layout}
   * @param permissions nine letters as {@code rw-r-----}, or {@code unchanged} for those the
   *     process gives
   * @param owner a user of this machine, or {@code unchanged}
   * @param group a group of this machine, or {@code unchanged}
   * @param receipt whether the receipt is put beside the file, as {@code <name>.receipt.json}
   * @throws IllegalArgumentException when one of them cannot be used
   */
  public FolderDelivery(
      String folder,
      String layout,
      String permissions,
      String owner,
      String group,
      boolean receipt) {
    this(folder, layout, permissions, owner, group, receipt, new Disk(), Clock.systemUTC());
  }

  FolderDelivery(
      String folder,
      String layout,
      String permissions,
      String owner,
      String group,
      boolean receipt,
      Disk disk,
      Clock clock) {
    this.folder = Path.of(ExactText.of(folder));
    this.layout = Layout.parse(ExactText.of(layout));
    this.permissions =
        permissions.equals(UNCHANGED) ? null : permissions(ExactText.of(permissions));
    this.owner = owner.equals(UNCHANGED) ? null : user(ExactText.of(owner));
    this.group = group.equals(UNCHANGED) ? null : group(ExactText.of(group));
    this.receipt = receipt;
    this.disk = disk;
    this.parts = new PartFile(clock);
  }

  /**
   * Delivers the body, a file or anything that can be read as a stream. The variable {@code
   * deliveredTo} is the path of the delivered file, {@code deliveredReceipt} the receipt beside it;
   * without a receipt, or after a failure, none of an earlier delivery is left.
   *
   * @throws IOException when it cannot be written; nothing stands under the final name then
   */
  public void deliver(Exchange exchange) throws IOException {
    GivenParameters.require(exchange);
    exchange.removeVariable(TO);
    exchange.removeVariable(GivenReceipt.DELIVERED);
    Path target = folder.resolve(layout.of(exchange)).toAbsolutePath().normalize();
    disk.makeFolders(parent(target));
    GivenReceipt given = receipt ? GivenReceipt.in(exchange) : null;
    String delivery = delivery(exchange);
    parts.sweep(target, delivery);
    Path part = parts.beside(target, delivery);
    Path receiptPart = parts.beside(target, delivery);
    try {
      if (given == null) {
        write(part, out -> copy(exchange, out, target));
        publish(target, part, null, LastLook.of(exchange));
      } else {
        String text = receipt(exchange, given, target, part);
        write(receiptPart, out -> copy(text, out));
        publish(target, part, receiptPart, LastLook.of(exchange));
        exchange.setVariable(GivenReceipt.DELIVERED, text);
      }
    } finally {
      Files.deleteIfExists(part);
      Files.deleteIfExists(receiptPart);
    }
    exchange.setVariable(TO, target.toString());
  }

  /** What is delivered, the same for each repetition of it. */
  private static String delivery(Exchange exchange) {
    return exchange.getMessage().getHeader("SaddlebagRun", "", String.class)
        + "/"
        + exchange.getMessage().getHeader("SaddlebagPosition", "", String.class);
  }

  /** Writes the part file, and says what its receipt is. */
  private String receipt(Exchange exchange, GivenReceipt given, Path target, Path part)
      throws IOException {
    FileDigest known = given.ofBody(exchange);
    FileDigest delivered =
        write(
            part,
            out -> {
              if (known != null) {
                copy(exchange, out, target);
                return known;
              }
              try (InputStream body = body(exchange, target)) {
                return FileDigest.copied(body, out);
              }
            });
    return given.of(name(exchange, target), delivered);
  }

  private static long copy(Exchange exchange, OutputStream out, Path target) throws IOException {
    long bytes = 0;
    try (InputStream body = body(exchange, target)) {
      byte[] buffer = new byte[BUFFER];
      for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
        out.write(buffer, 0, read);
        bytes += read;
      }
    }
    return bytes;
  }

  private static int copy(String text, OutputStream out) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.write(bytes);
    return bytes.length;
  }

  private static InputStream body(Exchange exchange, Path target) throws IOException {
    Path file = BodyFile.of(exchange);
    if (file != null) {
      return Files.newInputStream(file);
    }
    InputStream body = exchange.getMessage().getBody(InputStream.class);
    if (body == null) {
      throw new IOException(
          "the message holds "
              + BodyFile.kind(exchange)
              + " and no file, so there is nothing to write into "
              + target);
    }
    return body;
  }

  private static Path receiptOf(Path target) {
    return target.resolveSibling(target.getFileName() + FileName.RECEIPT);
  }

  private static String name(Exchange exchange, Path target) {
    String name = exchange.getMessage().getHeader(Exchange.FILE_NAME, String.class);
    return name == null ? String.valueOf(target.getFileName()) : name;
  }

  /** Writes the bytes of a file, and says what is to be known of them. */
  @FunctionalInterface
  private interface Bytes<T> {
    T to(OutputStream out) throws IOException;
  }

  /** Writes a part file, with its permissions and its owner, and forces it to the disk. */
  private <T> T write(Path part, Bytes<T> bytes) throws IOException {
    T written;
    // Who may read the file is decided before its first byte is there.
    if (permissions != null && posix(part) != null) {
      Files.createFile(part, PosixFilePermissions.asFileAttribute(OWNER_ALONE));
    } else {
      Files.createFile(part);
    }
    try (OutputStream out = Files.newOutputStream(part, StandardOpenOption.WRITE)) {
      written = bytes.to(out);
    }
    restrict(part);
    disk.forceFile(part);
    return written;
  }

  /** Gives a file its name, and then its receipt the other. */
  private void publish(Path target, Path part, @Nullable Path receiptPart, Runnable lastLook)
      throws IOException {
    Lock lock = LOCKS[Math.floorMod(FileName.folded(target.toString()).hashCode(), LOCKS.length)];
    lock.lock();
    try {
      requireOwnName(target);
      lastLook.run();
      if (receiptPart != null) {
        Files.deleteIfExists(receiptOf(target));
      }
      rename(part, target);
      if (receiptPart != null) {
        rename(receiptPart, receiptOf(target));
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * A disk that does not tell small letters from capitals, or one Unicode form from another, would
   * replace another file than the one that is meant.
   */
  private static void requireOwnName(Path target) throws IOException {
    String name = target.getFileName().toString();
    if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> files = Files.list(parent(target))) {
      List<Path> alike =
          files
              .filter(
                  file ->
                      FileName.folded(file.getFileName().toString()).equals(FileName.folded(name)))
              .toList();
      for (Path other : alike) {
        if (!other.getFileName().toString().equals(name) && Files.isSameFile(other, target)) {
          throw new IOException(
              "the disk takes "
                  + target
                  + " for "
                  + other.getFileName()
                  + ", another name, and would replace that file: give one of the two exports a"
                  + " layout of its own");
        }
      }
    }
  }

  private void rename(Path part, Path target) throws IOException {
    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    // The new name, too, must outlive a power cut.
    disk.forceFolder(parent(target));
  }

  private static Path parent(Path target) {
    return Objects.requireNonNull(target.getParent(), "an absolute path below a folder");
  }

  private void restrict(Path part) throws IOException {
    if (permissions == null && owner == null && group == null) {
      return;
    }
    PosixFileAttributeView view = posix(part);
    if (view == null) {
      throw new IOException(
          "the disk of " + folder + " knows no permissions and owners: remove these parameters");
    }
    // The group first: until then it is another one that the permissions would be for.
    if (group != null) {
      view.setGroup(group);
    }
    if (permissions != null) {
      view.setPermissions(permissions);
    }
    if (owner != null) {
      view.setOwner(owner);
    }
  }

  private static @Nullable PosixFileAttributeView posix(Path part) {
    return Files.getFileAttributeView(
        part, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
  }

  private static Set<PosixFilePermission> permissions(String letters) {
    try {
      return PosixFilePermissions.fromString(letters);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "permissions: \"" + letters + "\" is not nine letters: write for example rw-r-----", e);
    }
  }

  private UserPrincipal user(String name) {
    try {
      return folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(name);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "owner: this machine knows no user \"" + name + "\": add it, or write another", e);
    }
  }

  private GroupPrincipal group(String name) {
    try {
      return folder
          .getFileSystem()
          .getUserPrincipalLookupService()
          .lookupPrincipalByGroupName(name);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "group: this machine knows no group \"" + name + "\": add it, or write another", e);
    }
  }
}
