package io.saddlebag.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Brings a ledger to the shape that this version needs: each script once, in order, all in one
 * transaction, and one process at a time. The same scripts serve SQLite and PostgreSQL. See
 * docs/decisions/0004-own-migrations.md.
 */
final class Migrations {
  private static final List<String> SCRIPTS =
      List.of(
          "0001-ledger",
          "0002-wakeups",
          "0003-checkpoints",
          "0004-delivered-parts",
          "0005-alerts",
          "0007-attempts",
          "0008-schedules-known-since",
          "0009-nodes",
          "0010-alert-claims",
          "0011-probe",
          "0013-credentials",
          "0014-call-budgets",
          "0015-questions-by-index",
          "0016-counters-and-retention");

  /** The key of PostgreSQL's lock: "saddlebg", which no other program takes by chance. */
  private static final long LOCK = 0x73616464_6c656267L;

  private Migrations() {}

  static void apply(Jdbi jdbi, boolean sqlite) {
    jdbi.useTransaction(
        handle -> {
          if (!sqlite) {
            // SQLite's transactions are begun as writers, see Ledger; PostgreSQL would let several
            // nodes make the same table at once, and fail all but one of them.
            handle.execute("select pg_advisory_xact_lock(?)", LOCK);
          }
          handle.execute(
              "create table if not exists saddlebag_schema (version text primary key, applied_at text not null)");
          List<String> applied =
              handle
                  .createQuery("select version from saddlebag_schema order by version")
                  .mapTo(String.class)
                  .list();
          refuseNewer(applied);
          for (String script : SCRIPTS) {
            if (!applied.contains(script)) {
              apply(handle, script);
            }
          }
        });
  }

  private static void refuseNewer(List<String> applied) {
    for (String version : applied) {
      if (!SCRIPTS.contains(version)) {
        throw new IllegalStateException(
            "the ledger was written by a newer Saddlebag (it has "
                + version
                + "): start that version, or use another ledger.url");
      }
    }
  }

  private static void apply(Handle handle, String script) {
    handle.execute(
        "insert into saddlebag_schema (version, applied_at) values (?, ?)",
        script,
        Times.text(java.time.Instant.now()));
    for (String statement : read(script).split(";\\s*\\n", -1)) {
      if (!statement.isBlank()) {
        handle.execute(statement.strip());
      }
    }
  }

  private static String read(String script) {
    try (InputStream in = Migrations.class.getResourceAsStream("/ledger/" + script + ".sql")) {
      if (in == null) {
        throw new IllegalStateException("the ledger script " + script + " is not packaged");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).replaceAll("(?m)^--.*$", "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
