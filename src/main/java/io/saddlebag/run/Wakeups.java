package io.saddlebag.run;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.exceptions.DbSchedulerException;
import com.github.kagkarlsson.scheduler.task.ExecutionHandler;
import com.github.kagkarlsson.scheduler.task.FailureHandler;
import com.github.kagkarlsson.scheduler.task.SchedulableInstance;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;

/**
 * The durable wake-ups of runs. A row here wakes a run and knows nothing else of it; writing one
 * twice does no harm. Any process that reaches the ledger may wake a run.
 *
 * <p>A row's task says who it is for: {@code run} for whichever node is quickest, {@code run@} and
 * a node's identity for a transfer whose files are on that node's disk. Others do not even look at
 * it.
 */
public final class Wakeups {
  /** The task of what every node may do. */
  static final String TASK = "run";

  private static final Duration AFTER_A_BROKEN_STEP = Duration.ofSeconds(10);

  private static final Duration GRACE = Duration.ofSeconds(2);

  private final Map<Lane, SchedulerClient> clients;

  /** Wakes through these timers. */
  Wakeups(Map<Lane, SchedulerClient> clients) {
    this.clients = new EnumMap<>(clients);
  }

  /** Wakes through rows alone: for a process that has no timers of its own. */
  public static Wakeups throughRows(DataSource database) {
    Map<Lane, SchedulerClient> clients = new EnumMap<>(Lane.class);
    Task<Void> task = task(TASK, (instance, context) -> (done, operations) -> operations.stop());
    for (Lane lane : Lane.values()) {
      clients.put(
          lane, SchedulerClient.Builder.create(database, task).tableName(lane.table()).build());
    }
    return new Wakeups(clients);
  }

  /** The task of what only this node can do. */
  static String taskOf(String node) {
    return TASK + "@" + node;
  }

  /** A task of the timers; its instance is the run's id. */
  static Task<Void> task(String name, ExecutionHandler<Void> handler) {
    return Tasks.custom(name, Void.class)
        .onFailure(new FailureHandler.OnFailureRetryLater<>(AFTER_A_BROKEN_STEP))
        .onDeadExecution(
            (dead, operations) -> {
              // Whoever had it may be about to commit what it brought, after an outage of the
              // ledger.
              Instant now = Instant.now();
              operations.reschedule(dead, now.plus(GRACE));
            })
        .execute(handler);
  }

  /** Whether a wake-up is the one that carries the run as it stands now. */
  static boolean carries(TaskInstance<Void> wakeup, Lane lane, Run run) {
    return run.state().lane() == lane && wakeup.getTaskName().equals(task(run));
  }

  /** Lets others pick what a node had picked. */
  static void release(Handle handle, Lane lane, String node) {
    handle
        .createUpdate(
            "update "
                + lane.table()
                + " set picked = :no, picked_by = null, last_heartbeat = null, version = version + 1"
                + " where picked_by = :node and picked = :yes")
        .bind("no", false)
        .bind("yes", true)
        .bind("node", node)
        .execute();
  }

  /**
   * Lets others pick what was picked by somebody who is no node of this ledger, and has given no
   * sign of life since this moment: an older version, whose picks bear the node's name.
   */
  static void releaseUnknown(Handle handle, Lane lane, Timestamp lastSign) {
    handle
        .createUpdate(
            "update "
                + lane.table()
                + " set picked = :no, picked_by = null, last_heartbeat = null, version = version + 1"
                + " where picked = :yes and last_heartbeat <= :sign"
                + " and picked_by not in (select id from node)")
        .bind("no", false)
        .bind("yes", true)
        .bind("sign", lastSign)
        .execute();
  }

  /** Lets every node carry on what only this one could. */
  static void giveToAll(Handle handle, String node) {
    String table = Lane.TRANSFERS.table();
    handle
        .createUpdate(
            "update "
                + table
                + " set task_name = :all, picked = :no, picked_by = null, last_heartbeat = null,"
                + " version = version + 1 where task_name = :one and not exists (select 1 from "
                + table
                + " other where other.task_name = :all and other.task_instance = "
                + table
                + ".task_instance)")
        .bind("all", TASK)
        .bind("one", taskOf(node))
        .bind("no", false)
        .execute();
    handle
        .createUpdate("delete from " + table + " where task_name = :one")
        .bind("one", taskOf(node))
        .execute();
  }

  /** Makes sure that a run has a wake-up in its lane. */
  public void ensure(Run run) {
    client(run).scheduleIfNotExists(instance(run), run.dueAt());
  }

  /**
   * Makes sure that new runs have a wake-up for their first step.
   *
   * @param due when each is due, by its id
   */
  void ensure(Map<String, Instant> due) {
    if (due.isEmpty()) {
      return;
    }
    List<SchedulableInstance<?>> all = new ArrayList<>();
    due.forEach((run, at) -> all.add(SchedulableInstance.of(new TaskInstance<>(TASK, run), at)));
    try {
      client(Lane.STEPS).scheduleBatch(all);
    } catch (DbSchedulerException someAreThere) {
      all.forEach(one -> client(Lane.STEPS).scheduleIfNotExists(one));
    }
  }

  /** Wakes a run now, or leaves it to the step that is under way. */
  public void now(Run run, Instant now) {
    if (!client(run).scheduleIfNotExists(instance(run), now)) {
      try {
        client(run).reschedule(instance(run), now);
      } catch (DbSchedulerException underWay) {
        // Picked or moved between the two looks: the step that is under way reads the ledger at its
        // end.
      }
    }
  }

  /**
   * Wakes a run now if it has a wake-up in this lane that nobody has taken up.
   *
   * @param node whose own wake-ups are looked for, too
   */
  void rouse(String run, Lane lane, String node, Instant now) {
    List<String> names = lane == Lane.TRANSFERS ? List.of(taskOf(node), TASK) : List.of(TASK);
    for (String name : names) {
      try {
        client(lane).reschedule(new TaskInstance<>(name, run), now);
        return;
      } catch (DbSchedulerException goneOrUnderWay) {
        // It is looked at again when its turn is due by itself.
      }
    }
  }

  private SchedulerClient client(Run run) {
    return client(run.state().lane());
  }

  private SchedulerClient client(Lane lane) {
    SchedulerClient client = clients.get(lane);
    if (client == null) {
      throw new IllegalStateException("no timer for " + lane);
    }
    return client;
  }

  private static String task(Run run) {
    String node = run.node();
    return run.state().lane() == Lane.TRANSFERS && node != null ? taskOf(node) : TASK;
  }

  private static TaskInstance<Void> instance(Run run) {
    return new TaskInstance<>(task(run), run.id());
  }
}
