package io.saddlebag.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeliveredPartsTest {
  private static final String ARCHIVE = "fills@2026-01-01T00:00:00Z 0 archive";

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

  @Test
  void parts_are_forgotten_with_the_staged_file_and_by_a_delivery_on_purpose() {
    parts.add(ARCHIVE);
    ledger.receipts().removed("fills@2026-01-01T00:00:00Z", 0, Instant.now());
    assertThat(parts.contains(ARCHIVE)).isFalse();

    parts.add(ARCHIVE);
    ledger.receipts().undelivered("fills@2026-01-01T00:00:00Z");
    assertThat(parts.contains(ARCHIVE)).isFalse();
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
