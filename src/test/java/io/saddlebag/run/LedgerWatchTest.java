package io.saddlebag.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A ledger that can be read is not yet one that can be used. */
class LedgerWatchTest {
  @TempDir Path folder;

  private Ledger open() {
    return Ledger.open(
        new LedgerSettings("jdbc:sqlite:" + folder.resolve("data/ledger.db"), null, null));
  }

  @Test
  void a_ledger_that_refuses_writes_is_down_until_it_takes_them() throws Exception {
    try (Ledger ledger = open()) {
      LedgerWatch watch = new LedgerWatch(ledger);
      assertThat(watch.problem()).isEmpty();

      queryOnly(ledger, "on");
      watch.look();
      assertThat(ledger.readable()).isTrue();
      assertThat(watch.problem().orElseThrow()).contains("cannot be written", "ledger.db");

      queryOnly(ledger, "off");
      watch.look();
      assertThat(watch.problem()).isEmpty();
    }
  }

  @Test
  void a_file_that_was_deleted_or_replaced_is_down_although_writes_succeed() throws Exception {
    try (Ledger ledger = open()) {
      LedgerWatch watch = new LedgerWatch(ledger);
      Path file = folder.resolve("data/ledger.db");
      Path copy = Files.copy(file, folder.resolve("copy.db"));

      Files.delete(file);
      watch.look();
      assertThat(watch.problem().orElseThrow()).contains("removed or replaced", file.toString());

      Files.copy(copy, file);
      watch.look();
      assertThat(watch.problem().orElseThrow()).contains("removed or replaced");
    }
  }

  @Test
  void what_waits_for_the_ledger_is_told() throws Exception {
    try (Ledger ledger = open()) {
      LedgerWatch watch = new LedgerWatch(ledger);
      queryOnly(ledger, "on");
      CompletableFuture<Boolean> commit =
          CompletableFuture.supplyAsync(
              () ->
                  ledger
                      .commits()
                      .commit(
                          "fills@1",
                          "the vendor's job id 7",
                          again -> {
                            ledger.write();
                            return again;
                          }));

      Awaitility.await().until(() -> ledger.commits().sentence().isPresent());
      assertThat(ledger.commits().of("fills@1")).isTrue();
      assertThat(watch.problem().orElseThrow()).contains("cannot be written");
      queryOnly(ledger, "off");

      assertThat(commit.get(5, TimeUnit.SECONDS)).as("tried again").isTrue();
      assertThat(ledger.commits().sentence()).isEmpty();
    }
  }

  @Test
  void what_waits_is_not_given_up_for_an_interrupt_but_when_the_ledger_is_closed()
      throws Exception {
    Ledger ledger = open();
    queryOnly(ledger, "on");
    AtomicBoolean lost = new AtomicBoolean();
    Thread step =
        new Thread(
            () -> {
              try {
                ledger
                    .commits()
                    .commit(
                        "fills@1",
                        "the vendor's job id 7",
                        again -> {
                          ledger.write();
                          return again;
                        });
              } catch (RuntimeException e) {
                lost.set(Thread.currentThread().isInterrupted());
              }
            });
    step.start();
    Awaitility.await().until(() -> ledger.commits().sentence().isPresent());

    step.interrupt();
    Awaitility.await().until(() -> !step.isInterrupted());
    assertThat(step.isAlive()).isTrue();
    assertThat(ledger.commits().sentence()).isPresent();

    ledger.close();
    step.join(TimeUnit.SECONDS.toMillis(10));
    assertThat(lost).isTrue();
  }

  @Test
  void a_refusal_that_no_waiting_mends_is_thrown_at_once() {
    try (Ledger ledger = open()) {
      assertThatThrownBy(
              () ->
                  ledger
                      .commits()
                      .commit(
                          "fills@1", "nothing", again -> ledger.runs().newest("fills'", 1).get(0)))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThat(ledger.commits().sentence()).isEmpty();
    }
  }

  @Test
  void the_ledger_is_for_its_owner_only_and_an_older_one_is_corrected() throws Exception {
    Path file = folder.resolve("data/ledger.db");
    open().close();
    assertThat(permissions(file)).isEqualTo("rw-------");
    assertThat(permissions(file.getParent())).isEqualTo("rwx------");

    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    try (Ledger ledger = open()) {
      ledger.write();
      assertThat(permissions(file)).isEqualTo("rw-------");
      assertThat(permissions(file.resolveSibling("ledger.db-wal"))).isEqualTo("rw-------");
      assertThat(permissions(file.resolveSibling("ledger.db-shm"))).isEqualTo("rw-------");
    }
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static void queryOnly(Ledger ledger, String value) throws Exception {
    try (Connection connection = ledger.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("pragma query_only = " + value);
    }
  }
}
