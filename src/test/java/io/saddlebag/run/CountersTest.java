package io.saddlebag.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CountersTest extends LedgerTest {

  @ParameterizedTest
  @EnumSource(
      value = RunState.class,
      names = {"CANCELLED", "EMPTY"},
      mode = EnumSource.Mode.EXCLUDE)
  void every_move_is_counted_as_it_is_made(RunState state) {
    Run run = walk.to(state);
    ledger.history().polled(run.id(), "running", "PENDING", 3, NOW);
    ledger.history().polled(run.id(), "running", "PENDING", 3, NOW);
    ledger.history().failed(run.id(), RunState.PENDING, Walk.failure(), false, NOW);

    assertThat(ledger.counters().all())
        .isEqualTo(ledger.counters().counted())
        .containsEntry(Counters.runs(state), 1L)
        .containsEntry("polls", 2L)
        .containsEntry("failures.DELIVERY_DEADLINE", 1L);
  }

  @Test
  void a_run_that_is_delivered_again_and_a_file_that_is_fetched_again_count_once() {
    Run run = walk.to(RunState.DELIVERED);
    ledger.moves().reopenStaged(run.id(), RunState.DELIVERED, NOW, NOW);
    assertThat(ledger.counters().all())
        .isEqualTo(ledger.counters().counted())
        .containsEntry("runs.STAGED", 1L)
        .containsEntry("staged.bytes", 3L)
        .doesNotContainKey("runs.DELIVERED");
  }

  @Test
  void a_file_that_is_forgotten_counts_no_more() {
    Run run = walk.to(RunState.READY);
    ledger.receipts().save(walk.file(run, folder), run.attempt());

    ledger.receipts().forget(run.id(), 0, run.attempt());

    assertThat(ledger.counters().all())
        .isEqualTo(ledger.counters().counted())
        .doesNotContainKey("staged.bytes");
  }

  @Test
  void a_move_that_is_refused_counts_nothing() {
    Run run = walk.to(RunState.PENDING);
    ledger.moves().ready(run, "done", NOW);
    assertThat(
            org.assertj.core.api.Assertions.catchThrowable(
                () -> ledger.moves().pending(run, "running", "PENDING", 3, NOW, NOW)))
        .isInstanceOf(StaleRunException.class);
    assertThat(ledger.counters().all()).isEqualTo(ledger.counters().counted());
    assertThat(ledger.history().polls(run.id())).isEmpty();
  }

  @Test
  void rows_that_were_written_past_saddlebag_are_found_by_a_recount() {
    LongHistory.add(ledger, 1000);
    assertThat(ledger.counters().all()).isEmpty();

    assertThat(ledger.counters().recount()).containsEntry("runs.FAILED", 100L);
    assertThat(ledger.counters().all())
        .isEqualTo(ledger.counters().counted())
        .containsEntry("runs.DELIVERED", 800L)
        .containsEntry("polls", 3000L);
    assertThat(ledger.counters().recount()).isEmpty();
  }

  @Test
  void an_older_ledger_and_emptied_counters_are_counted_when_it_is_opened() {
    LongHistory.add(ledger, 1000);
    ledger.close();
    open();
    assertThat(ledger.counters().all()).isEqualTo(ledger.counters().counted()).isNotEmpty();
  }

  @Test
  void counters_on_postgresql_are_right_while_many_write_and_others_recount() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start();
        Ledger shared =
            Ledger.open(
                new LedgerSettings(
                    postgres.getJdbcUrl("postgres", "postgres"), "postgres", null))) {
      LongHistory.add(shared, 1000);
      List<Run> runs =
          IntStream.range(0, 16)
              .mapToObj(
                  i -> {
                    RunId id = new RunId("fills-" + i, NOW);
                    shared
                        .runs()
                        .add(id, "altcraft", "manual", null, NOW, NOW.plus(Duration.ofHours(1)));
                    return shared.runs().get(id.toString());
                  })
              .toList();
      IntStream.range(0, 16)
          .parallel()
          .forEach(
              i -> {
                shared.moves().creating(runs.get(i), NOW);
                shared.moves().created(shared.runs().get(runs.get(i).id()), "job", NOW, NOW);
                for (int poll = 0; poll < 20; poll++) {
                  shared
                      .moves()
                      .pending(
                          shared.runs().get(runs.get(i).id()),
                          "running",
                          "PENDING",
                          poll,
                          NOW,
                          NOW);
                  shared
                      .history()
                      .failed(runs.get(i).id(), RunState.PENDING, Walk.failure(), false, NOW);
                }
                shared.counters().recount();
                shared.moves().ready(shared.runs().get(runs.get(i).id()), "done", NOW);
              });
      shared.counters().recount();

      assertThat(shared.counters().all())
          .isEqualTo(shared.counters().counted())
          .containsEntry("polls", 3000L + 320)
          .containsEntry("runs.READY", 16L);
      int rows =
          Jdbi.create(shared.dataSource())
              .withHandle(
                  handle ->
                      handle
                          .createQuery("select count(*) from counter")
                          .mapTo(Integer.class)
                          .one());
      assertThat(rows).as("rows of counters").isLessThan(200);
    }
  }
}
