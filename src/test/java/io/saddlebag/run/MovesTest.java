package io.saddlebag.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every move: from where it starts, what it changes, and that it refuses to start elsewhere. */
class MovesTest extends LedgerTest {
  private static final Instant LATER = NOW.plusSeconds(60);

  /** A move by its name, and the states that it may start from. */
  record Move(String name, List<RunState> from, Step step) {
    interface Step {
      int move(Moves moves, Run run);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  @Test
  void what_an_attempt_that_was_given_up_writes_together_is_kept_in_no_part() {
    Run seen = new Walk(ledger, NOW).to(RunState.PENDING);
    ledger.moves().begin(seen);
    Run now = ledger.runs().get(seen.id());

    assertThatThrownBy(() -> ledger.moves().together(seen, () -> writes(seen)))
        .isInstanceOf(StaleRunException.class);
    assertThat(ledger.runs().get(seen.id())).isEqualTo(now);
    assertThat(ledger.history().polls(seen.id())).isEmpty();

    assertThat(ledger.moves().together(now, () -> writes(now))).isEqualTo(now.attempt() + 1);
    assertThat(ledger.history().polls(seen.id())).hasSize(1);
  }

  @Test
  void what_is_written_together_is_taken_back_when_its_move_is_refused() {
    Run seen = new Walk(ledger, NOW).to(RunState.READY);

    assertThatThrownBy(() -> ledger.moves().together(seen, () -> writes(seen)))
        .isInstanceOf(StaleRunException.class);

    assertThat(ledger.history().polls(seen.id())).isEmpty();
    assertThat(ledger.runs().get(seen.id()).note()).isNull();
  }

  private int writes(Run run) {
    ledger.history().polled(run.id(), "done", "READY", 100, NOW);
    ledger.runs().note(run.id(), "a remark");
    return ledger.moves().ready(run, "done", NOW);
  }

  private static final List<RunState> UNFINISHED =
      List.of(
          RunState.REQUESTED, RunState.CREATING, RunState.PENDING, RunState.READY, RunState.STAGED);

  static List<Move> moves() {
    Failure failure = Walk.failure();
    return List.of(
        new Move(
            "plan",
            List.of(RunState.REQUESTED),
            (moves, run) -> moves.plan(run, new Window("a", "b"), "scope", "old", "new")),
        new Move(
            "nextCheckpoint",
            List.of(RunState.READY),
            (moves, run) -> moves.nextCheckpoint(run, "next")),
        new Move(
            "readyAtOnce",
            List.of(RunState.REQUESTED),
            (moves, run) -> moves.readyAtOnce(run, LATER)),
        new Move(
            "creating", List.of(RunState.REQUESTED), (moves, run) -> moves.creating(run, LATER)),
        new Move("mark", List.of(RunState.CREATING), (moves, run) -> moves.mark(run, "after:7")),
        new Move(
            "notCreated",
            List.of(RunState.CREATING),
            (moves, run) -> moves.notCreated(run, 2, LATER, "why")),
        new Move(
            "unanswered",
            List.of(RunState.CREATING),
            (moves, run) -> moves.unanswered(run, 503, 2, LATER, "why")),
        new Move(
            "created",
            List.of(RunState.CREATING),
            (moves, run) -> moves.created(run, "job-2", LATER, LATER)),
        new Move(
            "pending",
            List.of(RunState.PENDING),
            (moves, run) -> moves.pending(run, "running", "PENDING", 40, NOW, LATER).attempt()),
        new Move(
            "ready", List.of(RunState.PENDING), (moves, run) -> moves.ready(run, "done", LATER)),
        new Move("begin", UNFINISHED, Moves::begin),
        new Move(
            "staged", List.of(RunState.READY), (moves, run) -> moves.staged(run, LATER, LATER)),
        new Move("park", UNFINISHED, (moves, run) -> moves.park(run, 3, LATER, "why")),
        new Move(
            "suspend", UNFINISHED, (moves, run) -> moves.suspend(run, LATER, LATER, "its file")),
        new Move(
            "finish",
            UNFINISHED,
            (moves, run) -> moves.finish(run, RunState.FAILED, failure, LATER)));
  }

  static Stream<Object[]> movesAndStates() {
    List<Object[]> all = new ArrayList<>();
    for (Move move : moves()) {
      for (RunState state : UNFINISHED) {
        all.add(new Object[] {move, state});
      }
    }
    return all.stream();
  }

  @ParameterizedTest(name = "{0} from {1}")
  @MethodSource("movesAndStates")
  void a_move_starts_from_its_own_states_only(Move move, RunState state) {
    Run run = walk.to(state);

    if (move.from().contains(state)) {
      assertThat(move.step().move(ledger.moves(), run)).isEqualTo(run.attempt() + 1);
      assertThat(again(run).attempt()).isEqualTo(run.attempt() + 1);
    } else {
      assertThatThrownBy(() -> move.step().move(ledger.moves(), run))
          .isInstanceOf(StaleRunException.class)
          .hasMessageContaining(run.id());
      assertThat(again(run)).isEqualTo(run);
    }
  }

  @ParameterizedTest
  @MethodSource("moves")
  void a_move_that_saw_another_state_changes_nothing(Move move) {
    Run seen = walk.to(move.from().get(0));
    ledger.moves().finish(seen, RunState.CANCELLED, null, NOW);
    Run ended = again(seen);

    assertThatThrownBy(() -> move.step().move(ledger.moves(), seen))
        .isInstanceOf(StaleRunException.class);

    assertThat(again(seen)).isEqualTo(ended);
  }

  @ParameterizedTest
  @MethodSource("moves")
  void a_move_of_an_attempt_that_was_given_up_changes_nothing_in_the_same_state(Move move) {
    Run seen = walk.to(move.from().get(0));
    ledger.moves().park(seen, 1, NOW, "a failure");
    Run parked = again(seen);

    assertThatThrownBy(() -> move.step().move(ledger.moves(), seen))
        .isInstanceOf(StaleRunException.class)
        .hasMessageContaining("attempt " + seen.attempt());

    assertThat(again(seen)).isEqualTo(parked);
  }

  @Test
  void a_move_leaves_other_runs_alone() {
    Run run = walk.to(RunState.FAILED);
    RunId other = new RunId("other", NOW);
    ledger.runs().add(other, "altcraft", "manual", null, NOW, LATER);

    ledger.moves().creating(ledger.runs().get(other.toString()), NOW);

    assertThat(again(run)).isEqualTo(run);
  }

  @Test
  void a_create_that_was_taken_back_and_sent_again_does_not_take_the_first_answer() {
    Run first = walk.to(RunState.CREATING);
    ledger.moves().notCreated(first, 1, NOW, "given up");
    ledger.moves().creating(again(first), LATER);
    Run second = again(first);
    assertThat(second.state()).isEqualTo(RunState.CREATING);

    assertThatThrownBy(() -> ledger.moves().created(first, "job-of-the-first", LATER, LATER))
        .isInstanceOf(StaleRunException.class);

    assertThat(again(first)).isEqualTo(second);
    ledger.moves().created(second, "job-of-the-second", LATER, LATER);
    assertThat(again(first).jobId()).isEqualTo("job-of-the-second");
  }

  @Test
  void what_is_planned_is_kept() {
    Run run = walk.to(RunState.REQUESTED);

    ledger.moves().plan(run, new Window("a", "b"), "scope", "old", "new");

    assertThat(again(run))
        .extracting(Run::window, Run::checkpointScope, Run::checkpoint, Run::nextCheckpoint)
        .containsExactly(new Window("a", "b"), "scope", "old", "new");
  }

  @Test
  void a_file_without_a_job_is_ready_at_once() {
    Run run = walk.to(RunState.REQUESTED);

    ledger.moves().readyAtOnce(run, LATER);

    assertThat(again(run))
        .extracting(Run::state, Run::creatingAt, Run::jobAt, Run::readyAt, Run::dueAt)
        .containsExactly(RunState.READY, LATER, LATER, LATER, LATER);
  }

  @Test
  void a_new_create_knows_nothing_of_the_one_before() {
    Run run = walk.to(RunState.CREATING);
    ledger.moves().mark(run, "after:7");
    ledger.moves().unanswered(again(run), 503, 2, LATER, "why");
    assertThat(again(run))
        .extracting(
            Run::state,
            Run::createMark,
            Run::createStatus,
            Run::attempts,
            Run::dueAt,
            Run::waitingFor)
        .containsExactly(RunState.CREATING, "after:7", 503, 2, LATER, "why");

    ledger.moves().notCreated(again(run), 3, LATER, "creating again");

    assertThat(again(run))
        .extracting(
            Run::state,
            Run::creatingAt,
            Run::createMark,
            Run::createStatus,
            Run::attempts,
            Run::dueAt,
            Run::waitingFor)
        .containsExactly(RunState.REQUESTED, null, null, null, 3, LATER, "creating again");
  }

  @Test
  void a_job_is_polled_until_its_file_is_ready() {
    Run run = walk.to(RunState.CREATING);

    ledger.moves().created(run, "job-9", LATER, LATER.plusSeconds(5));
    assertThat(again(run))
        .extracting(Run::state, Run::jobId, Run::jobAt, Run::dueAt, Run::waitingFor)
        .containsExactly(RunState.PENDING, "job-9", LATER, LATER.plusSeconds(5), "the vendor");

    ledger.moves().park(again(run), 4, LATER, "a failure");
    ledger.moves().pending(again(run), "running", "PENDING", 40, NOW, LATER.plusSeconds(9));
    assertThat(again(run))
        .extracting(
            Run::state,
            Run::vendorStatus,
            Run::progress,
            Run::attempts,
            Run::dueAt,
            Run::waitingFor)
        .containsExactly(RunState.PENDING, "running", 40, 0, LATER.plusSeconds(9), "the vendor");

    ledger.moves().ready(again(run), "done", LATER);
    assertThat(again(run))
        .extracting(Run::state, Run::vendorStatus, Run::readyAt, Run::dueAt, Run::waitingFor)
        .containsExactly(RunState.READY, "done", LATER, LATER, null);
  }

  @Test
  void a_staged_run_has_a_deadline_of_its_own() {
    Run run = walk.to(RunState.READY);
    ledger.moves().park(run, 2, NOW, "a failure");

    ledger.moves().staged(again(run), LATER, LATER.plusSeconds(7));

    assertThat(again(run))
        .extracting(
            Run::state, Run::stagedAt, Run::dueAt, Run::deadlineAt, Run::attempts, Run::waitingFor)
        .containsExactly(RunState.STAGED, LATER, LATER, LATER.plusSeconds(7), 0, null);
  }

  @Test
  void a_suspended_run_keeps_its_failures_in_a_row() {
    Run run = walk.to(RunState.READY);
    ledger.moves().park(run, 2, NOW, "a failure");

    ledger.moves().suspend(again(run), LATER, LATER.plusSeconds(9), "its file");

    assertThat(again(run))
        .extracting(Run::attempts, Run::dueAt, Run::deadlineAt, Run::waitingFor)
        .containsExactly(2, LATER, LATER.plusSeconds(9), "its file");
  }

  @Test
  void an_end_is_kept_with_its_reason() {
    Run run = walk.to(RunState.STAGED);

    ledger.moves().finish(run, RunState.FAILED, new Failure("NAME", "sentence"), LATER);

    assertThat(again(run))
        .extracting(Run::state, Run::failure, Run::failureMessage, Run::finishedAt, Run::waitingFor)
        .containsExactly(RunState.FAILED, "NAME", "sentence", LATER, null);
  }

  @ParameterizedTest
  @MethodSource("ends")
  void only_a_good_end_moves_the_checkpoint_on(RunState end, boolean moves) {
    Run run = walk.requested();
    ledger.moves().plan(run, new Window(null, "b"), "scope", null, "b");

    ledger.moves().finish(again(run), end, null, LATER);

    assertThat(ledger.checkpoints().find("fills", "scope").isPresent()).isEqualTo(moves);
  }

  static Stream<Object[]> ends() {
    return Stream.of(
        new Object[] {RunState.DELIVERED, true},
        new Object[] {RunState.EMPTY, true},
        new Object[] {RunState.FAILED, false},
        new Object[] {RunState.CANCELLED, false});
  }

  private boolean reopen(Run run) {
    return ledger
        .moves()
        .reopenStaged(run.id(), run.state(), LATER, LATER.plus(Duration.ofHours(1)));
  }

  @Test
  void a_delivered_run_is_reopened_with_nothing_delivered() {
    Run staged = walk.to(RunState.STAGED);
    ledger.receipts().delivered(staged.id(), 0, staged.attempt(), NOW);
    ledger.moves().finish(staged, RunState.DELIVERED, null, NOW);
    ledger.runs().requestCancel(staged.id(), NOW);
    Run ended = again(staged);

    assertThat(reopen(ended)).isTrue();

    assertThat(again(ended))
        .extracting(
            Run::state,
            Run::failure,
            Run::finishedAt,
            Run::attempts,
            Run::cancelRequested,
            Run::dueAt,
            Run::deadlineAt)
        .containsExactly(
            RunState.STAGED, null, null, 0, false, LATER, LATER.plus(Duration.ofHours(1)));
    assertThat(ledger.receipts().of(ended.id()).get(0).deliveredAt()).isNull();
  }

  @Test
  void a_failed_run_is_reopened_with_what_was_delivered() {
    Run staged = walk.to(RunState.STAGED);
    ledger.receipts().delivered(staged.id(), 0, staged.attempt(), NOW);
    ledger.moves().finish(staged, RunState.FAILED, Walk.failure(), NOW);

    assertThat(reopen(again(staged))).isTrue();

    assertThat(ledger.receipts().of(staged.id()).get(0).deliveredAt()).isEqualTo(NOW);
    assertThat(again(staged).failureMessage()).isNull();
  }

  @ParameterizedTest
  @MethodSource("ends")
  void a_run_whose_staged_files_were_removed_stays_as_it_ended(RunState end, boolean good) {
    Run ended = walk.to(end);
    ledger.receipts().remove(ended.id(), "here", LATER, LATER, () -> {});

    assertThatThrownBy(() -> reopen(ended))
        .isInstanceOf(NothingStaged.class)
        .hasMessageContaining("staging.keep")
        .hasMessageContaining("saddlebag run fills");

    assertThat(again(ended)).isEqualTo(ended);
    assertThat(again(ended).state().finished()).as("%s, well: %s", end, good).isTrue();
  }

  @Test
  void a_run_that_ended_while_its_files_were_fetched_is_not_delivered_in_part() {
    Run run = walk.to(RunState.READY);
    ledger.receipts().save(walk.file(run, folder), run.attempt());
    ledger.moves().finish(run, RunState.FAILED, new Failure("CORRUPT", "the second file"), NOW);

    assertThatThrownBy(() -> reopen(again(run)))
        .isInstanceOf(NothingStaged.class)
        .hasMessageContaining("not staged as a whole");

    assertThat(again(run).state()).isEqualTo(RunState.FAILED);
  }

  @Test
  void a_run_without_a_staged_file_is_not_reopened() {
    Run run = walk.to(RunState.PENDING);
    ledger.moves().finish(run, RunState.FAILED, new Failure("JOB_FAILED", "why"), NOW);

    assertThatThrownBy(() -> reopen(again(run)))
        .isInstanceOf(NothingStaged.class)
        .hasMessageContaining("no staged file");
  }

  @Test
  void a_run_is_not_reopened_from_another_state_than_was_seen() {
    Run run = walk.to(RunState.DELIVERED);

    assertThatThrownBy(() -> ledger.moves().reopenStaged(run.id(), RunState.FAILED, LATER, LATER))
        .isInstanceOf(StaleRunException.class);

    assertThat(again(run)).isEqualTo(run);
  }

  @Test
  void a_run_is_not_reopened_beside_another_one_of_its_export() {
    Run run = walk.to(RunState.DELIVERED);
    RunId other = new RunId("fills", LATER);
    ledger.runs().add(other, "altcraft", "manual", null, LATER, LATER);

    assertThat(reopen(run)).isFalse();

    assertThat(again(run)).isEqualTo(run);
  }
}
