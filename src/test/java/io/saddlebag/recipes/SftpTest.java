package io.saddlebag.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.docs.Recipe;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyEncryptionContext;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The recipe sftp, against a real SSH server. */
class SftpTest extends RecipeTest {
  private SftpServer server;

  @BeforeEach
  void serve() throws Exception {
    server = new SftpServer(folder);
    server.properties().forEach(runtime::with);
  }

  @AfterEach
  void close() throws Exception {
    server.close();
  }

  @Test
  void the_file_arrives_whole_and_a_second_delivery_replaces_it() throws Exception {
    load(Recipe.of("sftp"));
    runtime.start();

    Run run = runtime.run("fills");

    assertThat(run.state()).as("%s", run).isEqualTo(RunState.DELIVERED);
    var staged = runtime.saddlebag().ledger().receipts().of(run.id()).get(0);
    Path file =
        server.incoming().resolve("fills/" + run.id().replace(":", "") + "-" + staged.name());
    assertThat(server.arrived()).containsExactly(file);
    assertThat(file).hasSameBinaryContentAs(staged.path());

    Files.writeString(file, "half of it");
    assertThat(redeliver(run).state()).isEqualTo(RunState.DELIVERED);
    assertThat(server.arrived()).containsExactly(file);
    assertThat(file).hasSameBinaryContentAs(staged.path());
  }

  @Test
  void a_server_with_another_key_is_sent_nothing() throws Exception {
    load(Recipe.of("sftp"));
    server.knownHosts(server.ownKey());
    runtime.start();

    Run run = runtime.request("fills");
    runtime.reaches(run.id(), seen -> seen.waitingFor() != null && seen.state() == RunState.STAGED);

    assertThat(server.arrived()).isEmpty();
    assertThat(runtime.saddlebag().ledger().history().failures(run.id()))
        .isNotEmpty()
        .allMatch(failure -> failure.name().equals("DELIVERY_FAILED"))
        .noneMatch(failure -> failure.message().contains(SftpServer.PASSWORD));

    server.knownHosts(server.hostKey());
    assertThat(runtime.ended(run.id()).state()).isEqualTo(RunState.DELIVERED);
  }

  @Test
  void a_key_does_instead_of_the_password() throws Exception {
    Path key = folder.resolve("id_ecdsa");
    OpenSSHKeyEncryptionContext locked = new OpenSSHKeyEncryptionContext();
    locked.setPassword("key-pass&word");
    locked.setCipherType("256");
    try (var out = Files.newOutputStream(key)) {
      OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(
          server.ownKey(), "exporter", locked, out);
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
    assertThat(server.arrived()).hasSize(1);
  }
}
