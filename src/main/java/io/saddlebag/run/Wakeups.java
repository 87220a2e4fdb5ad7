package io.saddlebag.run;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.exceptions.DbSchedulerException;
import com.github.kagkarlsson.scheduler.task.ExecutionHandler;
import com.github.kagkarlsson.scheduler.task.FailureHandler;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import javax.sql.DataSource;

/**
 * The durable wake-ups of runs. A row here wakes a run and knows nothing else of it; writing one
 * twice does no harm. Any process that reaches the ledger may wake a run.
 */
public final class Wakeups {
  private static final String TASK = "run";
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
    Task<Void> task = task((instance, context) -> (done, operations) -> operations.stop());
    for (Lane lane : Lane.values()) {
      clients.put(
          lane, SchedulerClient.Builder.create(database, task).tableName(lane.table()).build());
    }
    return new Wakeups(clients);
  }

  /** The one task of both timers; its instance is the run's id. */
  static Task<Void> task(ExecutionHandler<Void> handler) {
    return Tasks.custom(TASK, Void.class)
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

  /** Makes sure that a run has a wake-up in its lane. */
  public void ensure(Run run) {
    client(run).scheduleIfNotExists(instance(run), run.dueAt());
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

  /** Wakes a run now if it has a wake-up in this lane that nobody has taken up. */
  void rouse(String run, Lane lane, Instant now) {
    try {
      client(lane).reschedule(new TaskInstance<>(TASK, run), now);
    } catch (DbSchedulerException goneOrUnderWay) {
      // It is looked at again when its turn is due by itself.
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

  private static TaskInstance<Void> instance(Run run) {
    return new TaskInstance<>(TASK, run.id());
  }
}
