package io.saddlebag.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several processes that open a new ledger at the same moment all find it made. */
class MigrationsTest {
  private static final int STARTS = 8;

  @TempDir Path folder;

  @Test
  void first_starts_at_one_moment_all_succeed_on_sqlite() throws Exception {
    openAtOnce(new LedgerSettings("jdbc:sqlite:" + folder.resolve("ledger.db"), null, null));
  }

  @Test
  void first_starts_at_one_moment_all_succeed_on_postgresql() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
      openAtOnce(new LedgerSettings(postgres.getJdbcUrl("postgres", "postgres"), "postgres", null));
    }
  }

  private static void openAtOnce(LedgerSettings settings) throws Exception {
    CyclicBarrier start = new CyclicBarrier(STARTS);
    Callable<Integer> open =
        () -> {
          start.await();
          try (Ledger ledger = Ledger.open(settings)) {
            return ledger.runs().countUnfinished();
          }
        };
    ExecutorService threads = Executors.newFixedThreadPool(STARTS);
    try {
      List<Future<Integer>> starts = new ArrayList<>();
      for (int i = 0; i < STARTS; i++) {
        starts.add(threads.submit(open));
      }
      for (Future<Integer> one : starts) {
        assertThat(one.get()).isZero();
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
