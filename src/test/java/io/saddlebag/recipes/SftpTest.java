package io.saddlebag.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.List;
import java.util.stream.Stream;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyEncryptionContext;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.file.virtualfs.VirtualFileSystemFactory;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The recipe sftp, against a real SSH server. */
class SftpTest extends RecipeTest {
  private static final String PASSWORD = "p&ss%w+rd#1?";

  private final SshServer server = SshServer.setUpDefaultServer();
  private KeyPair hostKey;
  private KeyPair ownKey;
  private Path incoming;

  @BeforeEach
  void serve() throws Exception {
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
    runtime
        .with("partner.server", "127.0.0.1:" + server.getPort())
        .with("partner.user", "exporter")
        .with("partner.password", PASSWORD)
        .with("partner.known-hosts", knownHosts(hostKey).toString());
  }

  @AfterEach
  void close() throws Exception {
    server.close(true).await();
  }

  private Path knownHosts(KeyPair key) throws IOException {
    return Files.writeString(
        folder.resolve("known_hosts"),
        "[127.0.0.1]:"
            + server.getPort()
            + " "
            + PublicKeyEntry.toString(key.getPublic())
            + System.lineSeparator());
  }

  private List<Path> arrived() throws IOException {
    if (!Files.isDirectory(incoming)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(incoming)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  @Test
  void the_file_arrives_whole_and_a_second_delivery_replaces_it() throws Exception {
    load(Recipe.of("sftp"));
    runtime.start();

    Run run = runtime.run("fills");

    assertThat(run.state()).as("%s", run).isEqualTo(RunState.DELIVERED);
    var staged = runtime.saddlebag().ledger().receipts().of(run.id()).get(0);
    Path file = incoming.resolve("fills/" + run.id().replace(":", "") + "-" + staged.name());
    assertThat(arrived()).containsExactly(file);
    assertThat(file).hasSameBinaryContentAs(staged.path());

    Files.writeString(file, "half of it");
    assertThat(redeliver(run).state()).isEqualTo(RunState.DELIVERED);
    assertThat(arrived()).containsExactly(file);
    assertThat(file).hasSameBinaryContentAs(staged.path());
  }

  @Test
  void a_server_with_another_key_is_sent_nothing() throws Exception {
    load(Recipe.of("sftp"));
    knownHosts(ownKey);
    runtime.start();

    Run run = runtime.request("fills");
    runtime.reaches(run.id(), seen -> seen.waitingFor() != null && seen.state() == RunState.STAGED);

    assertThat(arrived()).isEmpty();
    assertThat(runtime.saddlebag().ledger().history().failures(run.id()))
        .isNotEmpty()
        .allMatch(failure -> failure.name().equals("DELIVERY_FAILED"))
        .noneMatch(failure -> failure.message().contains(PASSWORD));

    knownHosts(hostKey);
    assertThat(runtime.ended(run.id()).state()).isEqualTo(RunState.DELIVERED);
  }

  @Test
  void a_key_does_instead_of_the_password() throws Exception {
    Path key = folder.resolve("id_ecdsa");
    OpenSSHKeyEncryptionContext locked = new OpenSSHKeyEncryptionContext();
    locked.setPassword("key-pass&word");
    locked.setCipherType("256");
    try (var out = Files.newOutputStream(key)) {
      OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(ownKey, "exporter", locked, out);
    }
    String keyLines = Recipe.of("sftp").blocks("yaml", "  ").get(0).indent(14);
    runtime
        .with("partner.key-file", key.toString())
        .with("partner.key-password", "key-pass&word")
        .export(
            "fills",
            quick(Recipe.of("sftp").yaml())
                .replaceFirst("(?m)^.*password: \"RAW.*\n", keyLines.replace("$", "\\$")))
        .start();

    Run run = runtime.run("fills");

    assertThat(run.state()).as("%s", run).isEqualTo(RunState.DELIVERED);
    assertThat(arrived()).hasSize(1);
  }
}
