package io.saddlebag.run;

import java.time.Instant;
import org.jdbi.v3.core.Jdbi;

/** Fills a ledger, by SQL alone, with runs that ended long ago. */
final class LongHistory {
  /** When the first of them was requested; one follows in each minute. */
  static final Instant FIRST = Instant.parse("2024-01-01T00:00:00Z");

  static final int EXPORTS = 100;

  private LongHistory() {}

  /**
   * So many runs that have ended, of a hundred exports by turns: one of ten FAILED, one EMPTY, the
   * others DELIVERED, with a poll, a failure and an alert each, and a receipt of what was
   * delivered.
   */
  static void add(Ledger ledger, int runs) {
    boolean sqlite = ledger.settings().sqlite();
    Jdbi.create(ledger.dataSource())
        .useTransaction(
            handle -> {
              String numbers =
                  "with recursive n(i) as (select 1 union all select i + 1 from n where i < "
                      + runs
                      + ") ";
              handle.execute(
                  "insert into run (id, export, flow, origin, state, job_id, attempts, due_at,"
                      + " cancel_requested, requested_at, creating_at, job_at, ready_at, staged_at,"
                      + " finished_at, deadline_at, failure, failure_message, told_at, window_from,"
                      + " window_to, checkpoint_scope) "
                      + numbers
                      + "select 'export-' || (i % 100) || '@' || t, 'export-' || (i % 100),"
                      + " 'altcraft', 'schedule', case i % 10 when 0 then 'FAILED' when 1 then"
                      + " 'EMPTY' else 'DELIVERED' end, 'job-' || i, 0, t, 0, t, t, t,"
                      + " case when i % 10 > 0 then t end, case when i % 10 > 1 then t end, t, t,"
                      + " case when i % 10 = 0 then 'DEADLINE' end,"
                      + " case when i % 10 = 0 then 'too late' end,"
                      + " case when i % 10 = 0 then t end, t, t, 'scope' from (select i, "
                      + time(sqlite)
                      + " as t from n) as times");
              handle.execute(
                  "insert into poll (run, at, vendor_status, status, times, last_at)"
                      + " select id, requested_at, 'running', 'PENDING', 3, requested_at from run"
                      + " where finished_at is not null");
              handle.execute(
                  "insert into failure (run, at, state, name, message, final)"
                      + " select id, requested_at, 'PENDING', 'DEADLINE', 'too late', 1 from run");
              handle.execute(
                  "insert into alert (run, kind, at, sent_at)"
                      + " select id, 'FAILED', finished_at, finished_at from run");
              handle.execute(
                  "insert into receipt (run, position, name, bytes, sha256, path, checks, staged_at,"
                      + " delivered_at, removed_at) select id, 0, 'fills.zip', 10, 'ab', 'x',"
                      + " 'length', requested_at, requested_at, requested_at from run"
                      + " where state = 'DELIVERED'");
              handle.execute(
                  "insert into delivered_part (run, position, part, delivered_at)"
                      + " select id, 0, 'lake', requested_at from run where state = 'DELIVERED'");
              handle.execute(
                  "insert into skip (export, at, reason)"
                      + " select export, requested_at, 'still active' from run");
            });
    if (!sqlite) {
      Jdbi.create(ledger.dataSource()).useHandle(handle -> handle.execute("analyze"));
    }
  }

  private static String time(boolean sqlite) {
    long first = FIRST.getEpochSecond();
    return sqlite
        ? "strftime('%Y-%m-%dT%H:%M:%S.000Z', " + first + " + i * 60, 'unixepoch')"
        : "to_char(to_timestamp("
            + first
            + " + i * 60) at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\".000Z\"')";
  }
}
