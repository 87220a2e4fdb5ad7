package io.saddlebag.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.saddlebag.staging.SharedFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Identities, leases, and what becomes of the runs of a node that is away. */
class NodesTest extends LedgerTest {
  private static final Duration LEASE = Duration.ofMillis(500);

  private Path data(String name) throws IOException {
    return Files.createDirectories(folder.resolve(name));
  }

  private NodeLease lease(Path data, NodeLease.@Nullable Markers markers) {
    NodeSettings settings =
        new NodeSettings("node", LEASE, markers != null, NodeIdentity.file(data));
    return new NodeLease(ledger, NodeIdentity.take(data), settings, markers);
  }

  private NodeLease taken(Path data) {
    NodeLease lease = lease(data, null);
    lease.take(() -> {});
    return lease;
  }

  private void awaitAway(NodeLease lease) {
    await().until(() -> !ledger.nodes().there(lease.identity().id()));
  }

  private Run staged(String node) {
    Run run = walk.to(RunState.READY);
    ledger.moves().carriedBy(run, node);
    run = again(run);
    ledger.receipts().save(walk.file(run, folder), run.attempt());
    ledger.moves().staged(run, NOW, NOW.plus(Duration.ofDays(9999)));
    return again(run);
  }

  private Custody custody(String node) {
    return new Custody(ledger, node, false, Clock.systemUTC());
  }

  @Test
  void a_node_keeps_its_identity_over_restarts_and_another_folder_has_its_own() throws Exception {
    NodeIdentity first = NodeIdentity.take(data("one"));

    NodeIdentity second = NodeIdentity.take(data("one"));

    assertThat(second.id()).isEqualTo(first.id());
    assertThat(second.lastHolder()).isEqualTo(first.holder());
    assertThat(second.holder()).isNotEqualTo(first.holder());
    assertThat(second.place()).isEqualTo(first.place());
    assertThat(NodeIdentity.take(data("other")).id()).isNotEqualTo(first.id());
    assertThat(NodeIdentity.known(data("one"))).contains(first.id());
  }

  @Test
  void a_node_whose_process_was_killed_starts_again_at_once() throws Exception {
    try (NodeLease killed = taken(data("one"))) {
      long before = System.nanoTime();
      try (NodeLease again = taken(data("one"))) {
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(LEASE);
        assertThat(again.identity().id()).isEqualTo(killed.identity().id());
      }
    }
  }

  @Test
  void a_copied_data_folder_is_refused_while_the_node_lives() throws Exception {
    try (NodeLease original = taken(data("one"))) {
      Files.copy(NodeIdentity.file(data("one")), NodeIdentity.file(data("copy")));
      NodeLease copy = lease(data("copy"), null);

      assertThatThrownBy(() -> copy.take(() -> {}))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("runs already")
          .hasMessageContaining(NodeIdentity.file(data("copy")).toString())
          .hasMessageContaining("delete this file");
      assertThat(ledger.nodes().find(original.identity().id()).orElseThrow().holder())
          .isEqualTo(original.identity().holder());
    }
  }

  @Test
  void a_data_folder_that_was_moved_is_the_node_once_the_old_one_is_away() throws Exception {
    NodeLease old = taken(data("one"));
    old.close();
    Files.copy(NodeIdentity.file(data("one")), NodeIdentity.file(data("moved")));

    try (NodeLease moved = taken(data("moved"))) {
      assertThat(ledger.nodes().all()).singleElement().matches(node -> !node.away());
      assertThat(moved.identity().id()).isEqualTo(old.identity().id());
    }
  }

  @Test
  void a_node_whose_identity_was_taken_over_stops() throws Exception {
    AtomicInteger stopped = new AtomicInteger();
    try (NodeLease original = lease(data("one"), null)) {
      original.take(stopped::incrementAndGet);
      // The same folder, as if it slept while another process took its lock away.
      try (NodeLease other = taken(data("one"))) {
        await().until(() -> stopped.get() == 1);
        assertThat(original.lost()).isTrue();
        assertThat(other.lost()).isFalse();
      }
    }
  }

  @Test
  void what_a_node_carried_is_given_to_others_when_its_lease_is_over_and_only_once()
      throws Exception {
    NodeLease gone = taken(data("gone"));
    Run run = staged(gone.identity().id());
    gone.close();
    awaitAway(gone);

    assertThat(ledger.nodes().settle(gone.identity().id())).isTrue();
    assertThat(ledger.nodes().settle(gone.identity().id())).isFalse();

    Run given = again(run);
    assertThat(given.node()).isNull();
    assertThat(given.attempt()).isGreaterThan(run.attempt());
    assertThat(ledger.nodes().leftovers(gone.identity().id())).containsExactly(run.id());
  }

  @Test
  void what_a_node_carries_is_its_own_while_its_lease_lasts() throws Exception {
    try (NodeLease there = taken(data("there"))) {
      Run run = staged(there.identity().id());

      assertThat(ledger.nodes().settle(there.identity().id())).isFalse();
      assertThat(custody("another").settle(run)).isEqualTo(run);
    }
  }

  @Test
  void a_node_that_is_away_for_long_is_forgotten_and_one_that_is_there_is_not() throws Exception {
    NodeLease gone = taken(data("gone"));
    gone.close();
    awaitAway(gone);
    ledger.nodes().settle(gone.identity().id());
    try (NodeLease there = taken(data("there"))) {
      ledger.nodes().forget(Duration.ofDays(1));
      assertThat(ledger.nodes().all()).hasSize(2);

      ledger.nodes().forget(Duration.ZERO);

      assertThat(ledger.nodes().all()).extracting(Node::id).containsExactly(there.identity().id());
    }
  }

  @Test
  void an_alert_is_told_by_the_node_that_claimed_it_or_by_another_when_that_is_away()
      throws Exception {
    AlertLog alerts = ledger.alerts();
    try (NodeLease other = taken(data("other"))) {
      NodeLease first = taken(data("first"));
      assertThat(alerts.claim("run", AlertLog.FAILED, NOW, first.identity().id())).isTrue();
      assertThat(alerts.claim("run", AlertLog.FAILED, NOW, other.identity().id())).isFalse();
      first.close();
      awaitAway(first);

      assertThat(alerts.claim("run", AlertLog.FAILED, NOW, other.identity().id())).isTrue();

      alerts.tell("run", AlertLog.FAILED, NOW, NOW);
      assertThat(alerts.claim("run", AlertLog.FAILED, NOW, first.identity().id())).isFalse();
    }
  }

  @Test
  void a_staged_file_goes_to_the_node_that_has_it() throws Exception {
    try (NodeLease there = taken(data("there"))) {
      Run run = staged(there.identity().id());
      ledger.moves().carriedBy(run, null);

      Run settled = custody("another").settle(again(run));

      assertThat(settled.node()).isEqualTo(there.identity().id());
      assertThat(settled.state()).isEqualTo(RunState.STAGED);
    }
  }

  @Test
  void a_staged_file_of_a_node_that_is_away_is_fetched_again_by_another() throws Exception {
    NodeLease gone = taken(data("gone"));
    Run run = staged(gone.identity().id());
    gone.close();
    awaitAway(gone);

    Run settled = custody("another").settle(run);

    assertThat(settled.state()).isEqualTo(RunState.READY);
    assertThat(settled.node()).isEqualTo("another");
    assertThat(settled.deadlineAt()).isEqualTo(run.deadlineAt());
  }

  @Test
  void a_file_that_the_vendor_gives_once_waits_for_its_node_until_that_is_back() throws Exception {
    NodeLease gone = taken(data("gone"));
    Run run = staged(gone.identity().id());
    gone.close();
    awaitAway(gone);
    Run fetching = custody("another").settle(run);
    ledger.moves().asStagedBefore(fetching, true, NOW);

    Run waiting = custody("another").settle(again(run));

    assertThat(waiting.state()).isEqualTo(RunState.STAGED);
    assertThat(waiting.node()).isNull();
    assertThat(waiting.waitingFor())
        .contains(gone.identity().id(), "away", "cannot give them again");
    assertThat(ledger.nodes().runsThatWait()).extracting(Run::id).containsExactly(run.id());
    try (NodeLease back = taken(data("gone"))) {
      Run settled = custody("another").settle(waiting);
      assertThat(settled.node()).isEqualTo(back.identity().id());
      assertThat(ledger.nodes().runsThatWait()).isEmpty();
    }
  }

  @Test
  void a_cancel_reaches_a_run_that_waits_for_a_node() throws Exception {
    NodeLease gone = taken(data("gone"));
    Run run = staged(gone.identity().id());
    gone.close();
    awaitAway(gone);
    ledger.moves().asStagedBefore(custody("another").settle(run), true, NOW);
    ledger.runs().requestCancel(run.id(), NOW);

    Run settled = custody("another").settle(again(run));

    assertThat(settled.node()).as("any node may end it").isNull();
    assertThat(settled.waitingFor()).isNull();
  }

  @Test
  void other_bytes_of_a_file_are_refused_when_a_destination_has_the_first_ones() throws Exception {
    Run run = fetchedAgain();
    ledger.receipts().reached(run.id(), 0, "archive", NOW);
    StagedFile other = file(run, "cd");

    assertThatThrownBy(() -> ledger.receipts().save(other, run.attempt()))
        .isInstanceOf(StepFailure.Rejected.class)
        .hasMessageContaining("other bytes")
        .hasMessageContaining("fills.zip")
        .hasMessageContaining("run the export again");
    assertThat(ledger.receipts().of(run.id()).get(0).sha256()).isEqualTo("ab");
  }

  @Test
  void other_bytes_of_a_file_are_taken_while_no_destination_has_any() throws Exception {
    Run run = fetchedAgain();

    ledger.receipts().save(file(run, "cd"), run.attempt());

    assertThat(ledger.receipts().of(run.id()).get(0).sha256()).isEqualTo("cd");
    assertThat(ledger.receipts().of(run.id()).get(0).node()).isEqualTo("another");
  }

  @Test
  void the_same_bytes_keep_what_is_known_of_their_delivery() throws Exception {
    Run run = fetchedAgain();
    ledger.receipts().reached(run.id(), 0, "archive", NOW);

    ledger.receipts().save(file(run, "ab"), run.attempt());

    assertThat(ledger.receipts().wasReached(run.id(), 0, "archive")).isTrue();
    assertThat(ledger.receipts().of(run.id()).get(0).node()).isEqualTo("another");
  }

  private Run fetchedAgain() throws Exception {
    NodeLease gone = taken(data("gone"));
    Run run = staged(gone.identity().id());
    gone.close();
    awaitAway(gone);
    return custody("another").settle(run);
  }

  private StagedFile file(Run run, String sha256) {
    StagedFile file = walk.file(run, folder);
    return new StagedFile(
        file.run(),
        file.position(),
        file.name(),
        file.bytes(),
        sha256,
        null,
        file.path(),
        null,
        file.checks(),
        NOW,
        null,
        null);
  }

  @Test
  void housekeeping_leaves_files_of_other_nodes_alone() throws Exception {
    try (NodeLease there = taken(data("there"))) {
      Run run = staged(there.identity().id());
      ledger.moves().finish(run, RunState.DELIVERED, null, NOW);

      assertThat(ledger.receipts().keptSince(NOW.plusSeconds(1), "another")).isEmpty();
      assertThat(ledger.receipts().keptSince(NOW.plusSeconds(1), there.identity().id()))
          .containsExactly(run.id());
    }
  }

  @Test
  void what_is_left_of_a_run_that_another_node_ended_is_removed_when_the_node_is_back()
      throws Exception {
    NodeLease gone = taken(data("gone"));
    Run run = staged(gone.identity().id());
    gone.close();
    awaitAway(gone);
    ledger.nodes().settle(gone.identity().id());
    List<String> removed = new ArrayList<>();
    Runnable files = () -> removed.add(run.id());
    Run fetching = custody("another").settle(again(run));
    ledger.nodes().removeLeftover(gone.identity().id(), run.id(), files);
    assertThat(removed).as("the run goes on, and may need it").isEmpty();
    ledger.receipts().save(file(fetching, "ab"), fetching.attempt());
    ledger.moves().finish(fetching, RunState.DELIVERED, null, NOW);

    ledger.nodes().removeLeftover(gone.identity().id(), run.id(), files);

    assertThat(removed).containsExactly(run.id());
    assertThat(ledger.nodes().leftovers(gone.identity().id())).isEmpty();
  }

  private static NodeLease.Markers markers(Path staging) {
    SharedFolder shared = new SharedFolder(staging, Duration.ofMillis(200));
    return new NodeLease.Markers() {
      @Override
      public void leave(String node, String text) {
        shared.mark(node, text);
      }

      @Override
      public boolean sees(String node, String text) {
        return shared.sees(node, text);
      }
    };
  }

  @Test
  void nodes_that_declare_a_shared_staging_folder_must_see_each_others_markers() throws Exception {
    try (NodeLease first = lease(data("one"), markers(folder.resolve("staging")));
        NodeLease same = lease(data("two"), markers(folder.resolve("staging")));
        NodeLease other = lease(data("three"), markers(folder.resolve("elsewhere")));
        NodeLease own = lease(data("four"), null)) {
      first.take(() -> {});
      same.take(() -> {});

      assertThatThrownBy(() -> other.take(() -> {}))
          .hasMessageContaining("saddlebag.staging.shared")
          .hasMessageContaining("staging.folder");
      assertThatThrownBy(() -> own.take(() -> {}))
          .hasMessageContaining("saddlebag.staging.shared")
          .hasMessageContaining("same value");
    }
  }
}
