package io.saddlebag.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.TestRuntime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A ledger that somebody else has, or that cannot be used. */
class LedgerAccessTest extends FillsTest {
  @Test
  void a_second_runtime_on_the_same_data_folder_is_refused() throws Exception {
    runtime.start();

    try (TestRuntime second = runtimeOn(folder.resolve("second"))) {
      second.with("data.folder", folder.resolve("data").toString());
      assertThatThrownBy(second::start).hasMessageContaining("another Saddlebag runs");
    }
  }

  private TestRuntime runtimeOn(Path other) throws Exception {
    return new TestRuntime(other);
  }

  @Test
  void a_ledger_that_cannot_be_opened_is_named_with_a_remedy() throws Exception {
    Path file = folder.resolve("not-a-database.db");
    Files.writeString(
        file, "this is no database, and it is long enough to be looked at as one.".repeat(20));
    runtime.with("ledger.url", "jdbc:sqlite:" + file);

    assertThatThrownBy(runtime::start)
        .isInstanceOf(LedgerUnavailable.class)
        .hasMessageContaining("not-a-database.db")
        .hasMessageContaining("see that");
  }

  @Test
  void a_ledger_that_cannot_be_written_is_named_with_a_remedy() throws Exception {
    Path file = folder.resolve("a-file-and-no-folder");
    Files.writeString(file, "in the way");
    runtime.with("data.folder", file.toString());

    assertThatThrownBy(runtime::start)
        .isInstanceOf(LedgerUnavailable.class)
        .hasMessageContaining("a-file-and-no-folder")
        .hasMessageContaining("data.folder");
  }

  @Test
  void a_ledger_locked_by_another_program_is_waited_for_and_nothing_is_lost() throws Exception {
    vendor.pace(Duration.ofMillis(1500));
    runtime.start();
    String id = runtime.reaches(runtime.request("fills").id(), RunState.PENDING).id();

    try (java.sql.Connection other =
            java.sql.DriverManager.getConnection(
                "jdbc:sqlite:" + folder.resolve("data/ledger.db"));
        java.sql.Statement statement = other.createStatement()) {
      statement.execute("begin immediate");
      int asked = vendor.requests().size();
      // One step may have been picked before; nothing more is begun that could not be committed.
      Awaitility.await()
          .during(Duration.ofSeconds(2))
          .atMost(Duration.ofSeconds(3))
          .until(() -> vendor.requests().size() <= asked + 1);
      statement.execute("commit");
    }

    assertThat(runtime.ended(id).state()).isEqualTo(RunState.DELIVERED);
    assertThat(vendor.creates()).isEqualTo(1);
  }
}
