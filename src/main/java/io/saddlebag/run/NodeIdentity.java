package io.saddlebag.run;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who a node is: made once, kept in its data folder, the same after every restart. Names are for
 * people and may be alike.
 *
 * @param id what the ledger knows the node by
 * @param holder names the process that holds the identity now; another one at every start
 * @param lastHolder the process that held it last, as far as this folder knows; null for none
 * @param place the machine, its boot and the folder; the same after a restart of the process alone
 * @param host the machine's name, for people
 */
public record NodeIdentity(
    String id, String holder, @Nullable String lastHolder, String place, String host) {
  private static final String FILE = "node.properties";
  private static final Pattern ID = Pattern.compile("[0-9a-f-]{36}");

  /** Takes the identity of a data folder, whose {@link NodeLock} the caller has. */
  public static NodeIdentity take(Path dataFolder) {
    try {
      Properties kept = read(dataFolder);
      String id = id(dataFolder, kept);
      String holder = UUID.randomUUID().toString();
      Properties now = new Properties();
      now.setProperty("id", id);
      now.setProperty("holder", holder);
      write(dataFolder, now);
      return new NodeIdentity(
          id, holder, kept.getProperty("holder"), place(dataFolder), hostName());
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the node's identity in " + file(dataFolder) + " cannot be kept: " + e.getMessage(), e);
    }
  }

  /** The identity that a data folder keeps, without taking it; empty when it has none. */
  public static Optional<String> known(Path dataFolder) {
    try {
      return Optional.ofNullable(read(dataFolder).getProperty("id"));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Where a data folder keeps its identity. */
  public static Path file(Path dataFolder) {
    return dataFolder.resolve(FILE);
  }

  private static String id(Path dataFolder, Properties kept) {
    String id = kept.getProperty("id");
    if (id == null) {
      return UUID.randomUUID().toString();
    }
    if (!ID.matcher(id).matches()) {
      throw new IllegalStateException(
          file(dataFolder)
              + " is damaged: its id is no identity of a node; delete the file to make this a new"
              + " node");
    }
    return id;
  }

  private static Properties read(Path dataFolder) throws IOException {
    Properties kept = new Properties();
    Path file = file(dataFolder);
    if (Files.exists(file)) {
      try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
        kept.load(reader);
      }
    }
    return kept;
  }

  /** Under another name first: a crash leaves the old identity or the new one, never half of it. */
  private static void write(Path dataFolder, Properties properties) throws IOException {
    Path file = file(dataFolder);
    Path temporary = file.resolveSibling(FILE + ".new");
    try (Writer writer = Files.newBufferedWriter(temporary, StandardCharsets.UTF_8)) {
      properties.store(
          writer, "The identity of this node: do not copy it into another data folder");
    }
    Files.move(
        temporary, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  private static String place(Path dataFolder) throws IOException {
    Path folder = dataFolder.toRealPath();
    Object key = Files.readAttributes(folder, BasicFileAttributes.class).fileKey();
    return hostName() + " " + boot() + " " + folder + " " + key;
  }

  /** https://man7.org/linux/man-pages/man5/proc_sys_kernel.5.html */
  private static String boot() {
    Path boot = Path.of("/proc/sys/kernel/random/boot_id");
    try {
      return Files.isReadable(boot) ? Files.readString(boot).strip() : "";
    } catch (IOException e) {
      return "";
    }
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (IOException unnamed) {
      return Optional.ofNullable(System.getenv("HOSTNAME")).orElse("localhost");
    }
  }
}
