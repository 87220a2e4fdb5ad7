package io.saddlebag.run;

import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A ledger of SQLite in a folder of its own, with one export called fills. */
abstract class LedgerTest {
  static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  @TempDir Path folder;
  Ledger ledger;
  Walk walk;

  @BeforeEach
  void open() {
    ledger = open(new LedgerSettings("jdbc:sqlite:" + folder.resolve("ledger.db"), null, null));
    walk = new Walk(ledger, NOW);
  }

  Ledger open(LedgerSettings settings) {
    return Ledger.open(settings);
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  Run again(Run run) {
    return walk.again(run);
  }
}
