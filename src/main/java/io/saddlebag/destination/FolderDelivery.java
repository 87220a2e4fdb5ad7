package io.saddlebag.destination;

import io.saddlebag.kamelet.BodyFile;
import io.saddlebag.kamelet.ExactText;
import io.saddlebag.kamelet.GivenParameters;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
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
import java.util.Objects;
import java.util.Set;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * Delivers a message's body into a folder. A reader sees the whole file under its final name, with
 * its permissions and its owner, or nothing: it is written under a name that begins with {@code
 * .part-}, forced to the disk and renamed. The receipt follows, so that a reader who waits for the
 * receipt knows that the file is complete.
 */
public final class FolderDelivery {
  private static final String UNCHANGED = "unchanged";

  /** The variable with the path of the delivered file. */
  private static final String TO = "deliveredTo";

  private final Path folder;
  private final Layout layout;
  private final @Nullable Set<PosixFilePermission> permissions;
  private final @Nullable UserPrincipal owner;
  private final @Nullable GroupPrincipal group;
  private final boolean receipt;

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
    this.folder = Path.of(ExactText.of(folder));
    this.layout = Layout.parse(ExactText.of(layout));
    this.permissions =
        permissions.equals(UNCHANGED) ? null : permissions(ExactText.of(permissions));
    this.owner = owner.equals(UNCHANGED) ? null : user(ExactText.of(owner));
    this.group = group.equals(UNCHANGED) ? null : group(ExactText.of(group));
    this.receipt = receipt;
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
    Files.createDirectories(parent(target));
    GivenReceipt given = receipt ? GivenReceipt.in(exchange) : null;
    if (given == null) {
      put(target, part -> copy(exchange, part, target));
    } else {
      FileDigest known = given.ofBody(exchange);
      FileDigest delivered =
          put(
              target,
              part -> {
                copy(exchange, part, target);
                return known == null ? FileDigest.of(part) : known;
              });
      String text = given.of(name(exchange, target), delivered);
      put(receiptOf(target), part -> Files.writeString(part, text));
      exchange.setVariable(GivenReceipt.DELIVERED, text);
    }
    exchange.setVariable(TO, target.toString());
  }

  private static Path copy(Exchange exchange, Path part, Path target) throws IOException {
    Path file = BodyFile.of(exchange);
    if (file != null) {
      return Files.copy(file, part, StandardCopyOption.REPLACE_EXISTING);
    }
    try (InputStream body = exchange.getMessage().getBody(InputStream.class)) {
      if (body == null) {
        throw new IOException(
            "the message holds "
                + BodyFile.kind(exchange)
                + " and no file, so there is nothing to write into "
                + target);
      }
      Files.copy(body, part, StandardCopyOption.REPLACE_EXISTING);
      return part;
    }
  }

  private static Path receiptOf(Path target) {
    return target.resolveSibling(target.getFileName() + ".receipt.json");
  }

  private static String name(Exchange exchange, Path target) {
    String name = exchange.getMessage().getHeader(Exchange.FILE_NAME, String.class);
    return name == null ? String.valueOf(target.getFileName()) : name;
  }

  /** Writes a part file, and says what is to be known of it. */
  @FunctionalInterface
  private interface Bytes<T> {
    T to(Path part) throws IOException;
  }

  private <T> T put(Path target, Bytes<T> bytes) throws IOException {
    Path part = target.resolveSibling(".part-" + target.getFileName());
    T written;
    try {
      written = bytes.to(part);
      restrict(part);
      force(part, StandardOpenOption.WRITE);
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(part);
      throw e;
    }
    // The new name, too, must outlive a power cut.
    force(parent(target), StandardOpenOption.READ);
    return written;
  }

  private static Path parent(Path target) {
    return Objects.requireNonNull(target.getParent(), "an absolute path below a folder");
  }

  private static void force(Path path, StandardOpenOption how) throws IOException {
    try (FileChannel channel = FileChannel.open(path, how)) {
      channel.force(true);
    }
  }

  private void restrict(Path part) throws IOException {
    if (permissions == null && owner == null && group == null) {
      return;
    }
    PosixFileAttributeView view =
        Files.getFileAttributeView(part, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    if (view == null) {
      throw new IOException(
          "the disk of " + folder + " knows no permissions and owners: remove these parameters");
    }
    if (permissions != null) {
      view.setPermissions(permissions);
    }
    if (group != null) {
      view.setGroup(group);
    }
    if (owner != null) {
      view.setOwner(owner);
    }
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
