package io.saddlebag.file;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Files and folders that nobody but their owner may read: 0600 and 0700. Where a disk knows no such
 * permissions (Windows), its own rules stay.
 */
public final class OwnerOnly {
  private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> FOLDER =
      PosixFilePermissions.fromString("rwx------");

  private OwnerOnly() {}

  /**
   * How a file is made in a folder.
   *
   * @param near the folder, or a file in it
   */
  public static FileAttribute<?>[] file(Path near) {
    return attributes(near, FILE);
  }

  /** Makes a folder, and those above it that are not there; leaves one that is. */
  public static void makeFolder(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    Path above = folder.toAbsolutePath().getParent();
    if (above != null) {
      makeFolder(above);
    }
    try {
      Files.createDirectory(folder, attributes(folder, FOLDER));
    } catch (FileAlreadyExistsException madeMeanwhile) {
      if (!Files.isDirectory(folder)) {
        throw madeMeanwhile;
      }
    }
  }

  /**
   * Takes a file or a folder from all but its owner, if this process is the owner; what is not
   * there, or belongs to somebody else, stays as it is.
   */
  public static void correct(Path path) throws IOException {
    PosixFileAttributeView view =
        Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    if (view == null || !Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try {
      var now = view.readAttributes();
      Set<PosixFilePermission> wanted = now.isDirectory() ? FOLDER : FILE;
      boolean ours = now.isDirectory() || now.isRegularFile();
      if (ours && !wanted.containsAll(now.permissions()) && mine(now.owner().getName())) {
        view.setPermissions(wanted);
      }
    } catch (NoSuchFileException goneMeanwhile) {
      return;
    }
  }

  private static boolean mine(String owner) {
    return owner.equals(System.getProperty("user.name"));
  }

  private static FileAttribute<?>[] attributes(Path near, Set<PosixFilePermission> permissions) {
    return near.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
        : new FileAttribute<?>[0];
  }
}
