package io.saddlebag.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.export.Incremental;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;

class RetentionTest extends LedgerTest {
  private static final Instant LATER = NOW.plus(Duration.ofDays(1000));

  /** A run of an export that was delivered so many days after {@code NOW}. */
  private Run delivered(String export, int day, Window window, boolean staged) {
    Instant at = NOW.plus(Duration.ofDays(day));
    RunId id = new RunId(export, at);
    ledger.runs().add(id, "altcraft", "manual", window, at, at.plus(Duration.ofHours(6)));
    Run run = ledger.runs().get(id.toString());
    ledger.moves().plan(run, window, "scope", null, null);
    ledger.moves().creating(again(run), at);
    ledger.moves().created(again(run), "job-" + day, at, at);
    ledger.moves().pending(again(run), "running", "PENDING", 1, at, at);
    ledger.moves().ready(again(run), "done", at.plusSeconds(60));
    ledger.receipts().save(walk.file(run, folder), again(run).attempt());
    ledger.moves().staged(again(run), at, at.plus(Duration.ofDays(1)));
    ledger.moves().finish(again(run), RunState.DELIVERED, null, at.plusSeconds(90));
    if (!staged) {
      ledger.receipts().remove(run.id(), "node", LATER, at, () -> {});
    }
    return again(run);
  }

  private void prune(Instant before) {
    Optional<Retention.Place> place = Optional.of(Retention.Place.beginning());
    while (place.isPresent()) {
      place = ledger.retention().prune(place.get(), before);
    }
  }

  private static Window day(int day) {
    String text = NOW.plus(Duration.ofDays(day)).toString().substring(0, 10);
    return new Window(text, text);
  }

  @Test
  void old_runs_go_with_all_that_is_known_of_them_and_the_newest_30_with_a_file_stay() {
    for (int day = 0; day < 250; day++) {
      delivered("fills", day, null, false);
    }
    Run failed = delivered("fills", 250, null, false);
    ledger.history().failed(failed.id(), RunState.PENDING, Walk.failure(), false, NOW);

    prune(LATER);

    List<Run> left = ledger.runs().newest("fills", 1000);
    assertThat(left).hasSize(30).first().isEqualTo(failed);
    assertThat(ledger.runs().pastDurations("fills", 1000)).hasSize(30);
    for (String table : List.of("poll", "receipt")) {
      assertThat(count("select count(*) from " + table)).as(table).isEqualTo(30);
    }
    assertThat(ledger.counters().all()).isEqualTo(ledger.counters().counted());
    assertThat(ledger.counters().all())
        .containsEntry("runs.DELIVERED", 30L)
        .as("what happened counts on")
        .containsEntry("polls", 251L)
        .containsEntry("staged.bytes", 753L)
        .containsEntry("failures.DELIVERY_DEADLINE", 1L);
  }

  private int count(String query) {
    return Jdbi.create(ledger.dataSource())
        .withHandle(handle -> handle.createQuery(query).mapTo(Integer.class).one());
  }

  @Test
  void what_ended_after_the_moment_or_is_under_way_stays() {
    for (int day = 0; day < 40; day++) {
      delivered("fills", day, null, false);
    }
    ledger.runs().add(new RunId("fills", LATER), "altcraft", "manual", null, NOW, LATER);

    prune(NOW.plus(Duration.ofDays(5)));

    assertThat(ledger.runs().newest("fills", 100)).hasSize(36);
    assertThat(ledger.runs().active("fills")).isPresent();
  }

  @Test
  void runs_with_staged_files_stay_until_housekeeping_has_removed_them() {
    Run kept = delivered("fills", 0, null, true);
    for (int day = 1; day < 40; day++) {
      delivered("fills", day, null, false);
    }

    prune(LATER);
    assertThat(ledger.runs().find(kept.id())).isPresent();

    ledger.receipts().remove(kept.id(), "node", LATER, LATER, () -> {});
    prune(LATER);
    assertThat(ledger.runs().find(kept.id())).isEmpty();
  }

  @Test
  void a_failure_that_nobody_was_told_of_stays() {
    Run failed = walk.to(RunState.FAILED);
    ledger.receipts().remove(failed.id(), "node", LATER, LATER, () -> {});
    for (int day = 1; day < 40; day++) {
      delivered("fills", day, null, false);
    }

    prune(LATER);
    assertThat(ledger.alerts().failures()).extracting(Run::id).containsExactly(failed.id());

    ledger.alerts().tell(failed.id(), AlertLog.FAILED, NOW, LATER);
    prune(LATER);
    assertThat(ledger.runs().find(failed.id())).isEmpty();
  }

  @Test
  void the_run_that_set_a_checkpoint_stays() {
    Run first = delivered("fills", 0, null, false);
    Jdbi.create(ledger.dataSource())
        .useHandle(
            handle ->
                handle.execute(
                    "insert into checkpoint (export, scope, token, run, saved_at)"
                        + " values ('fills', 'scope', 't', ?, 'x')",
                    first.id()));
    for (int day = 1; day < 40; day++) {
      delivered("fills", day, null, false);
    }

    prune(LATER);

    assertThat(ledger.runs().find(first.id())).isPresent();
    assertThat(ledger.runs().newest("fills", 100)).hasSize(31);
  }

  @Test
  void the_gaps_of_an_export_are_the_same_after_its_runs_are_gone() {
    for (int day = 0; day < 250; day++) {
      if (day != 100 && day != 101 && day != 245) {
        delivered("fills", day, day(day), false);
      }
    }
    Coverage coverage = new Coverage(Incremental.Kind.DAYS);
    Window all = new Window(day(0).from(), day(249).to());
    List<Window> gaps = coverage.gaps(all, ledger.runs().covered("fills", "scope"));

    prune(LATER);

    List<Window> covered = ledger.runs().covered("fills", "scope");
    assertThat(coverage.gaps(all, covered))
        .isEqualTo(gaps)
        .containsExactly(new Window(day(100).from(), day(101).to()), day(245));
    assertThat(count("select count(*) from covered")).as("put together").isEqualTo(2);
    assertThat(ledger.runs().covered("fills", "another")).isEmpty();
  }

  @Test
  void windows_that_are_open_or_of_seconds_are_put_together_too() {
    assertThat(
            Coverage.joined(
                List.of(
                    new Window("2026-01-03T00:00:00Z", "2026-01-04T00:00:00Z"),
                    new Window(null, "2026-01-01T00:00:00Z"),
                    new Window("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"))))
        .containsExactly(
            new Window(null, "2026-01-02T00:00:00Z"),
            new Window("2026-01-03T00:00:00Z", "2026-01-04T00:00:00Z"));
  }

  @Test
  void the_newest_run_of_an_export_stays_even_when_it_brought_nothing() {
    for (int day = 0; day < 5; day++) {
      Instant at = NOW.plus(Duration.ofDays(day));
      RunId id = new RunId("fills", at);
      ledger.runs().add(id, "altcraft", "manual", null, at, at);
      ledger.moves().finish(ledger.runs().get(id.toString()), RunState.CANCELLED, null, at);
    }

    prune(LATER);

    assertThat(ledger.runs().newest("fills", 10))
        .hasSize(1)
        .first()
        .matches(run -> run.at().equals(NOW.plus(Duration.ofDays(4))));
  }

  @Test
  void a_pass_goes_on_where_it_stood_in_batches_of_a_hundred() {
    for (int day = 0; day < 250; day++) {
      delivered("fills", day, null, false);
    }

    Optional<Retention.Place> next = ledger.retention().prune(Retention.Place.beginning(), LATER);

    assertThat(next).isPresent();
    assertThat(ledger.runs().newest("fills", 1000)).hasSize(150);
    assertThat(ledger.retention().prunedBefore()).contains(LATER);
  }
}
