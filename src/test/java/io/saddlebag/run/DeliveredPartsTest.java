package io.saddlebag.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeliveredPartsTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final RunId RUN = new RunId("fills", NOW);
  private static final String ARCHIVE = RUN + " 0 archive";

  @TempDir Path folder;
  private Ledger ledger;
  private DeliveredParts parts;

  @BeforeEach
  void open() {
    ledger =
        Ledger.open(new LedgerSettings("jdbc:sqlite:" + folder.resolve("ledger.db"), null, null));
    parts = new DeliveredParts(ledger, Clock.systemUTC());
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  @Test
  void a_part_is_known_from_its_file_and_its_name() {
    assertThat(parts.add(ARCHIVE)).isTrue();

    assertThat(parts.add(ARCHIVE)).isFalse();
    assertThat(parts.contains(ARCHIVE)).isTrue();
    assertThat(parts.contains("fills@2026-01-01T00:00:00Z 1 archive")).isFalse();
    assertThat(parts.contains("fills@2026-01-01T00:00:00Z 0 warehouse")).isFalse();
    assertThat(parts.contains("fills@2026-01-02T00:00:00Z 0 archive")).isFalse();
  }

  @Test
  void a_part_can_be_taken_back() {
    parts.add(ARCHIVE);

    assertThat(parts.remove(ARCHIVE)).isTrue();
    assertThat(parts.remove(ARCHIVE)).isFalse();
    assertThat(parts.contains(ARCHIVE)).isFalse();
  }

  private static Exchange delivery(int attempt) {
    Exchange exchange = new DefaultExchange(new DefaultCamelContext());
    exchange.setProperty(DeliveredParts.ATTEMPT, attempt);
    return exchange;
  }

  @Test
  void an_attempt_that_was_given_up_neither_keeps_nor_takes_back_what_was_reached() {
    new Walk(ledger, NOW).to(RunState.STAGED);
    Run run = ledger.runs().get(RUN.toString());
    int newer = ledger.moves().begin(run);

    assertThatThrownBy(() -> parts.add(delivery(run.attempt()), ARCHIVE))
        .isInstanceOf(StaleRunException.class);
    assertThat(parts.contains(ARCHIVE)).isFalse();

    assertThat(parts.add(delivery(newer), ARCHIVE)).isTrue();
    assertThat(parts.remove(delivery(run.attempt()), ARCHIVE)).isFalse();
    assertThat(parts.contains(ARCHIVE)).isTrue();
    assertThat(parts.remove(delivery(newer), ARCHIVE)).isTrue();
  }

  @Test
  void parts_are_forgotten_with_the_staged_file() {
    ended(RunState.DELIVERED);

    ledger
        .receipts()
        .remove(RUN.toString(), "here", NOW.plusSeconds(1), NOW.plusSeconds(2), () -> {});

    assertThat(parts.contains(ARCHIVE)).isFalse();
  }

  private void ended(RunState end) {
    new Walk(ledger, NOW).to(end);
    parts.add(ARCHIVE);
  }

  private boolean reopened(RunState from) {
    return ledger.moves().reopenStaged(RUN.toString(), from, NOW, NOW.plusSeconds(60));
  }

  @Test
  void parts_are_forgotten_when_a_delivered_run_is_delivered_again_on_purpose() {
    ended(RunState.DELIVERED);

    assertThat(reopened(RunState.DELIVERED)).isTrue();

    assertThat(parts.contains(ARCHIVE)).isFalse();
  }

  @Test
  void parts_are_kept_when_a_run_that_failed_in_delivery_is_taken_up_again() {
    ended(RunState.FAILED);

    assertThat(reopened(RunState.FAILED)).isTrue();

    assertThat(parts.contains(ARCHIVE)).isTrue();
  }

  @Test
  void parts_are_kept_while_another_run_keeps_this_one_from_being_delivered_again() {
    ended(RunState.DELIVERED);
    Instant later = NOW.plusSeconds(1);
    ledger
        .runs()
        .add(new RunId("fills", later), "altcraft-form-fills", "manual", null, later, later);

    assertThat(reopened(RunState.DELIVERED)).isFalse();

    assertThat(parts.contains(ARCHIVE)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"  archive", "run 0 ", "run 0", "run one archive", ""})
  void a_key_without_run_position_or_name_is_refused(String key) {
    assertThatThrownBy(() -> parts.contains(key)).hasMessageContaining("SaddlebagRun");
  }

  @Test
  void other_runs_are_not_cleared() {
    assertThatThrownBy(parts::clear).hasMessageContaining("redeliver");
  }
}
