package io.saddlebag.recipes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.file.virtualfs.VirtualFileSystemFactory;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;

/** The partner's server of the recipe sftp: a real SSH server on a free port. */
final class SftpServer implements AutoCloseable {
  static final String PASSWORD = "p&ss%w+rd#1?";

  private final SshServer server = SshServer.setUpDefaultServer();
  private final Path folder;
  private final Path incoming;
  private final KeyPair hostKey;
  private final KeyPair ownKey;

  /** A server that keeps its files in this folder. */
  SftpServer(Path folder) throws IOException, GeneralSecurityException {
    this.folder = folder;
    var generator = SecurityUtils.getKeyPairGenerator("EC");
    generator.initialize(256);
    hostKey = generator.generateKeyPair();
    ownKey = generator.generateKeyPair();
    incoming = folder.resolve("partner/incoming");
    server.setHost("127.0.0.1");
    server.setPort(0);
    server.setKeyPairProvider(KeyPairProvider.wrap(hostKey));
    server.setPasswordAuthenticator(
        (user, password, session) -> user.equals("exporter") && password.equals(PASSWORD));
    server.setPublickeyAuthenticator(
        (user, key, session) -> user.equals("exporter") && key.equals(ownKey.getPublic()));
    server.setSubsystemFactories(List.of(new SftpSubsystemFactory()));
    server.setFileSystemFactory(
        new VirtualFileSystemFactory(Files.createDirectories(incoming.getParent())));
    server.start();
  }

  /** The properties of the recipe. */
  Map<String, String> properties() throws IOException {
    return Map.of(
        "partner.server",
        "127.0.0.1:" + server.getPort(),
        "partner.user",
        "exporter",
        "partner.password",
        PASSWORD,
        "partner.known-hosts",
        knownHosts(hostKey).toString());
  }

  /** The key that the server shows. */
  KeyPair hostKey() {
    return hostKey;
  }

  /** The key that it knows the exporter by. */
  KeyPair ownKey() {
    return ownKey;
  }

  /** Writes the file of known hosts, with this key for the server. */
  Path knownHosts(KeyPair key) throws IOException {
    return Files.writeString(
        folder.resolve("known_hosts"),
        "[127.0.0.1]:"
            + server.getPort()
            + " "
            + PublicKeyEntry.toString(key.getPublic())
            + System.lineSeparator());
  }

  /** Where files arrive. */
  Path incoming() {
    return incoming;
  }

  /** What has arrived. */
  List<Path> arrived() throws IOException {
    if (!Files.isDirectory(incoming)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(incoming)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  @Override
  public void close() throws IOException {
    server.close(true).await();
  }
}
