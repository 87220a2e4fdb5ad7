package io.saddlebag.run;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * The nodes that work on a ledger, and their leases. All times are the database's own, so clocks of
 * nodes may differ. What a node carried whose lease is over is given to the others, once, in one
 * transaction.
 */
public final class Nodes {
  private final Jdbi jdbi;
  private final boolean sqlite;

  Nodes(Jdbi jdbi, boolean sqlite) {
    this.jdbi = jdbi;
    this.sqlite = sqlite;
  }

  /** The node of this identity. */
  public Optional<Node> find(String id) {
    return all().stream().filter(node -> node.id().equals(id)).findFirst();
  }

  /** All nodes that are known, those that are away as well. */
  public List<Node> all() {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "select node.*, case when lease_until <= "
                        + in(Duration.ZERO)
                        + " then 1 else 0 end as away from node order by started_at, id")
                .map(Nodes::row)
                .list());
  }

  /** Whether the lease of a node lasts. */
  public boolean there(String id) {
    return find(id).filter(node -> !node.away()).isPresent();
  }

  /** Registers a node that was not known; false when another process was quicker. */
  boolean add(NodeIdentity node, String name, boolean sharedStaging, Duration lease) {
    return jdbi.withHandle(
        handle ->
            handle
                    .createUpdate(
                        "insert into node (id, name, host, place, holder, staging, started_at,"
                            + " lease_until, settled) values (:id, :name, :host, :place, :holder,"
                            + " :staging, "
                            + in(Duration.ZERO)
                            + ", "
                            + in(lease)
                            + ", 0) on conflict do nothing")
                    .bind("id", node.id())
                    .bind("name", name)
                    .bind("host", node.host())
                    .bind("place", node.place())
                    .bind("holder", node.holder())
                    .bind("staging", staging(sharedStaging))
                    .execute()
                == 1);
  }

  /** Takes an identity over from the process that was seen to hold it; false when it changed. */
  boolean takeOver(
      Node seen, NodeIdentity node, String name, boolean sharedStaging, Duration lease) {
    return jdbi.withHandle(
        handle ->
            handle
                    .createUpdate(
                        "update node set name = :name, host = :host, place = :place,"
                            + " holder = :holder, staging = :staging, started_at = "
                            + in(Duration.ZERO)
                            + ", lease_until = "
                            + in(lease)
                            + ", settled = 0 where id = :id and holder = :seen")
                    .bind("id", node.id())
                    .bind("name", name)
                    .bind("host", node.host())
                    .bind("place", node.place())
                    .bind("holder", node.holder())
                    .bind("staging", staging(sharedStaging))
                    .bind("seen", seen.holder())
                    .execute()
                == 1);
  }

  /** Makes the lease last on; false when another process holds the identity. */
  boolean renew(NodeIdentity node, Duration lease) {
    return jdbi.withHandle(
        handle ->
            handle
                    .createUpdate(
                        "update node set settled = 0, lease_until = "
                            + in(lease)
                            + " where id = :id and holder = :holder")
                    .bind("id", node.id())
                    .bind("holder", node.holder())
                    .execute()
                == 1);
  }

  /**
   * Gives what a node carried to the others: the steps that it was in the middle of, and the runs
   * whose files are on its disk. What it still writes of them counts no more, because each run is
   * in another attempt.
   *
   * @return false when it is there again, or another node has done it
   */
  boolean settle(String id) {
    return jdbi.inTransaction(
        handle -> {
          int rows =
              handle
                  .createUpdate(
                      "update node set settled = 1 where id = :id and settled = 0"
                          + " and lease_until <= "
                          + in(Duration.ZERO))
                  .bind("id", id)
                  .execute();
          if (rows != 1) {
            return false;
          }
          for (Lane lane : Lane.values()) {
            Wakeups.release(handle, lane, id);
          }
          handle
              .createUpdate(
                  "insert into leftover (node, run) select :id, id from run"
                      + " where node = :id and finished_at is null on conflict do nothing")
              .bind("id", id)
              .execute();
          handle
              .createUpdate(
                  "update run set node = null, attempt = attempt + 1"
                      + " where node = :id and finished_at is null")
              .bind("id", id)
              .execute();
          Wakeups.giveToAll(handle, id);
          return true;
        });
  }

  /** Runs that wait for a node that is away, because no vendor can give their files again. */
  public List<Run> runsThatWait() {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "select * from run where given_once = 1 and finished_at is null"
                        + " and state = 'STAGED' and node is null order by due_at")
                .map(RunRow::of)
                .list());
  }

  /** Lets others pick what a process that has ended had picked under this identity. */
  void release(String id) {
    jdbi.useTransaction(
        handle -> {
          for (Lane lane : Lane.values()) {
            Wakeups.release(handle, lane, id);
          }
        });
  }

  /**
   * Lets others pick what an older version had picked, which knew no identities, when it has given
   * no sign of life since this moment.
   */
  void releaseUnknown(Instant lastSign) {
    jdbi.useTransaction(
        handle -> {
          for (Lane lane : Lane.values()) {
            Wakeups.releaseUnknown(handle, lane, Timestamp.from(lastSign));
          }
        });
  }

  /** Runs that others carried on, or carry on, and of which this node may still have files. */
  public List<String> leftovers(String id) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery("select run from leftover where node = :id")
                .bind("id", id)
                .mapTo(String.class)
                .list());
  }

  /**
   * Removes what is left of a run that others have ended; nothing while it goes on, or while one of
   * its receipts is of a file on this node.
   *
   * @param files removes the run's files from this node's disk
   */
  public void removeLeftover(String id, String run, Runnable files) {
    jdbi.useTransaction(
        handle -> {
          // The row first: whoever takes the run up again holds it, too, and is waited for.
          handle
              .createUpdate("update run set attempt = attempt where id = :run")
              .bind("run", run)
              .execute();
          boolean goesOn =
              count(handle, "run where id = :run and finished_at is null", run, id) > 0;
          if (goesOn) {
            return;
          }
          boolean kept = count(handle, "receipt where run = :run and node = :id", run, id) > 0;
          if (!kept) {
            files.run();
          }
          handle
              .createUpdate("delete from leftover where node = :id and run = :run")
              .bind("id", id)
              .bind("run", run)
              .execute();
        });
  }

  private static int count(Handle handle, String what, String run, String id) {
    var query = handle.createQuery("select count(*) from " + what).bind("run", run);
    return (what.contains(":id") ? query.bind("id", id) : query).mapTo(Integer.class).one();
  }

  /** Forgets nodes that were not heard of for so long; they will not be back. */
  public void forget(Duration silence) {
    jdbi.useTransaction(
        handle -> {
          String gone = "select id from node where lease_until <= " + in(silence.negated());
          handle.execute("delete from leftover where node in (" + gone + ")");
          handle.execute(
              "delete from node where settled = 1 and lease_until <= " + in(silence.negated()));
        });
  }

  /** The database's time so long from now, as the ledger writes times. */
  private String in(Duration later) {
    return in(later, sqlite);
  }

  static String in(Duration later, boolean sqlite) {
    return sqlite
        ? "strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '" + later.toMillis() / 1000.0 + " seconds')"
        : "to_char((clock_timestamp() + interval '"
            + later.toMillis()
            + " milliseconds') at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')";
  }

  private static String staging(boolean shared) {
    return shared ? "shared" : "own";
  }

  private static Node row(ResultSet row, StatementContext context) throws SQLException {
    return new Node(
        row.getString("id"),
        row.getString("name"),
        row.getString("host"),
        row.getString("holder"),
        row.getString("place"),
        row.getString("staging").equals("shared"),
        Times.required(row, "started_at"),
        Times.required(row, "lease_until"),
        row.getInt("away") == 1,
        row.getInt("settled") == 1);
  }
}
