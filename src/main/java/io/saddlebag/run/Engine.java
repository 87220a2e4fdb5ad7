package io.saddlebag.run;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerBuilder;
import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import io.saddlebag.export.ExportDefinition;
import io.saddlebag.export.Exports;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.ProducerTemplate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Wakes runs when they are due and sends them through the lifecycle route. The ledger is the truth:
 * a wake-up that comes twice, late or on another node finds the run where it stands.
 */
public final class Engine {
  private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

  /** The exchange's property that holds the run as it was last seen, a {@link Run}. */
  static final String RUN = "SaddlebagRunSeen";

  private static final Duration HEARTBEAT = Duration.ofSeconds(5);
  private static final Instant ANY_TIME = Instant.parse("9999-01-01T00:00:00Z");
  private static final Duration AFTER_NOTHING = Duration.ofSeconds(1);
  private static final Duration PENDING_COMMIT = Duration.ofSeconds(1);

  /**
   * Whole nodes that are away are told by their leases; this is for picks that a node has lost
   * sight of, because the ledger was away when it put them back.
   */
  private static final int MISSED_HEARTBEATS = 6;

  /** An older version's node gave a sign of life every five seconds, and was dead after four. */
  private static final Duration OLDER_NODE_DEAD = Duration.ofSeconds(20);

  /** Rows for other nodes are theirs, however old. */
  private static final Duration NEVER = Duration.ofDays(36_500);

  private static final Duration STOP_WAIT = Duration.ofSeconds(1);
  private static final Duration STEPS_END = Duration.ofSeconds(2);
  private static final Duration UNDER_WAY = Duration.ofSeconds(1);

  private final Ledger ledger;
  private final Exports exports;
  private final ProducerTemplate producer;
  private final EngineSettings settings;
  private final StopSignal stop;
  private final VendorGate gate;
  private final Clock clock;
  private final Turns turns;
  private final Consumer<Duration> lateness;
  private final MissingExports missing;
  private final Custody custody;
  private final Set<String> underWay = ConcurrentHashMap.newKeySet();
  private final Map<Lane, Scheduler> timers = new EnumMap<>(Lane.class);
  private final Wakeups wakeups;

  /**
   * An engine that has not been started.
   *
   * @param producer sends to the lifecycle route
   * @param limits how many runs of a connection may be carried on at once in a lane; nothing for a
   *     fair share of the threads
   * @param gate whether the vendor of a run may be called
   * @param lateness is told how late each wake-up was
   */
  public Engine(
      Ledger ledger,
      Exports exports,
      ProducerTemplate producer,
      EngineSettings settings,
      BiFunction<String, Lane, OptionalInt> limits,
      VendorGate gate,
      StopSignal stop,
      Consumer<Duration> lateness,
      Clock clock) {
    this.ledger = ledger;
    this.exports = exports;
    this.producer = producer;
    this.settings = settings;
    this.stop = stop;
    this.gate = gate;
    this.lateness = lateness;
    this.clock = clock;
    this.turns = new Turns(settings, limits, new ConnectionCount(exports), System::nanoTime);
    this.missing = new MissingExports(ledger, clock);
    this.custody = new Custody(ledger, settings.node(), settings.sharedStaging(), clock);
    for (Lane lane : Lane.values()) {
      timers.put(lane, timer(lane));
    }
    Map<Lane, SchedulerClient> clients = new EnumMap<>(Lane.class);
    clients.putAll(timers);
    wakeups = new Wakeups(clients);
    gate.whenOpened(connection -> rouse(turns.opened(connection)));
  }

  private Scheduler timer(Lane lane) {
    List<String> names = List.of(Wakeups.TASK, Wakeups.taskOf(settings.node()));
    List<Task<?>> tasks = new ArrayList<>();
    for (String name : names) {
      tasks.add(Wakeups.task(name, (instance, context) -> carryOn(instance, lane)));
    }
    boolean sqlite = ledger.settings().sqlite();
    SchedulerBuilder builder =
        Scheduler.create(ledger.dataSource(), tasks)
            .tableName(lane.table())
            .schedulerName(new SchedulerName.Fixed(settings.node()))
            .threads(settings.threads(lane))
            .pollingInterval(settings.polling())
            .heartbeatInterval(HEARTBEAT)
            .missedHeartbeatsLimit(MISSED_HEARTBEATS)
            .deleteUnresolvedAfter(NEVER)
            .shutdownMaxWait(STOP_WAIT)
            .enableImmediateExecution();
    if (lane == Lane.TRANSFERS) {
      builder.jdbcCustomization(DueHere.of(sqlite, names.toArray(String[]::new)));
    }
    if (!sqlite) {
      builder.pollUsingLockAndFetch(0.5, 1.0);
    }
    return builder.build();
  }

  /** The wake-ups of this node. */
  public Wakeups wakeups() {
    return wakeups;
  }

  /** Takes up every unfinished run and begins to wake runs. The routes must be there by now. */
  public void start() {
    releaseOwnPicks();
    int unfinished = ledger.runs().unwoken(ANY_TIME, wakeups::ensure);
    if (unfinished > 0) {
      LOG.info("Continuing {} unfinished runs", unfinished);
    }
    timers.values().forEach(Scheduler::start);
  }

  /** Makes the timers look at once: they may wait for a moment of a clock that was put back. */
  public void lookNow() {
    timers.values().forEach(Scheduler::triggerCheckForDueExecutions);
  }

  /** Gives a wake-up to runs that are overdue and have none. */
  public void reconcile() {
    ledger.nodes().releaseUnknown(clock.instant().minus(OLDER_NODE_DEAD));
    ledger.runs().unwoken(clock.instant().minusSeconds(60), wakeups::ensure);
  }

  /**
   * Detaches from all runs: nothing more is woken, and what is broken off is no failure. Short
   * steps get two seconds to end, so that no create request is cut off from its answer; then
   * transfers are broken off. Vendors' jobs go on.
   *
   * @param breakOff makes blocked reads and writes fail, for example by closing connections
   */
  public void stop(Runnable breakOff) {
    stop.request();
    Thread steps = stopping(Lane.STEPS);
    Thread transfers = stopping(Lane.TRANSFERS);
    try {
      steps.join(STEPS_END.toMillis());
      breakOff.run();
      steps.join(STOP_WAIT.toMillis());
      transfers.join(STOP_WAIT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Thread stopping(Lane lane) {
    Scheduler timer = timers.get(lane);
    Thread thread = new Thread(() -> stop(timer), "engine-stop");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static void stop(@Nullable Scheduler timer) {
    if (timer != null) {
      timer.stop();
    }
  }

  /** Once at a time in this process, whatever its rows say after it has slept. */
  private CompletionHandler<Void> carryOn(TaskInstance<Void> wakeup, Lane lane) {
    if (ledger.commits().of(wakeup.getId())) {
      // Its step is not over: what it brought waits for the ledger, which does not know it yet.
      return (execution, operations) ->
          operations.reschedule(execution, clock.instant().plus(PENDING_COMMIT));
    }
    String once = lane + " " + wakeup.getTaskAndInstance();
    if (!underWay.add(once)) {
      return (execution, operations) ->
          operations.reschedule(execution, clock.instant().plus(UNDER_WAY));
    }
    try {
      return carryOnAlone(wakeup, lane);
    } finally {
      underWay.remove(once);
    }
  }

  private CompletionHandler<Void> carryOnAlone(TaskInstance<Void> wakeup, Lane lane) {
    String runId = wakeup.getId();
    Optional<Run> found = ledger.runs().find(runId);
    if (found.isEmpty() || found.get().state().finished()) {
      return done(runId, wakeup, lane);
    }
    Optional<ExportDefinition> export = exports.find(found.get().export());
    if (export.isEmpty()) {
      Run waiting = missing.wait(found.get());
      return waiting.state().finished()
          ? done(runId, wakeup, lane)
          : again(waiting, waiting.dueAt());
    }
    Run run = custody.settle(missing.back(found.get()));
    if (!Wakeups.carries(wakeup, lane, run)) {
      wakeups.ensure(run);
      return done(runId, wakeup, lane);
    }
    String connection = export.get().connection();
    Optional<Duration> later = turns.begin(runId, connection, lane, () -> held(run, export.get()));
    if (later.isPresent()) {
      return waits(run, connection, lane, later.get());
    }
    Run left;
    try {
      if (!run.dueAt().isAfter(clock.instant())) {
        lateness.accept(Duration.between(run.dueAt(), clock.instant()));
      }
      left = step(run, lane);
    } finally {
      List<Turns.Roused> next = turns.end(runId, connection, lane);
      gate.ended(runId);
      rouse(next);
    }
    return next(run, left, wakeup, lane);
  }

  /** Delivery calls no vendor, and a run that is to stop may have nothing to ask it. */
  private Optional<Duration> held(Run run, ExportDefinition export) {
    return run.state() == RunState.STAGED ? Optional.empty() : gate.hold(export, run.id());
  }

  /**
   * A run whose turn has not come leaves its thread; the ledger still says since when it is due.
   */
  private CompletionHandler<Void> waits(Run run, String connection, Lane lane, Duration longest) {
    return (execution, operations) -> {
      operations.reschedule(execution, clock.instant().plus(longest));
      if (turns.roused(run.id(), connection, lane)) {
        wakeups.rouse(run.id(), lane, settings.node(), clock.instant());
      }
    };
  }

  private void rouse(List<Turns.Roused> roused) {
    for (Turns.Roused next : roused) {
      if (stop.requested()) {
        return;
      }
      try {
        wakeups.rouse(next.run(), next.lane(), settings.node(), clock.instant());
      } catch (RuntimeException e) {
        // It looks again by itself.
        LOG.debug("{} cannot be woken: {}", next.run(), e.getMessage());
      }
    }
  }

  /** Lets a run do what it can do now; gives back how it was left. */
  private Run step(Run run, Lane lane) {
    MDC.put("run", run.id());
    MDC.put("job", run.jobId() == null ? "" : run.jobId());
    try {
      Exchange exchange =
          producer.send(
              "direct:export-lifecycle",
              message -> {
                message.setProperty(RUN, run);
                message.setVariable(RunVariables.RUN_ID, run.id());
                message.setVariable(RunVariables.RUN_LANE, lane);
              });
      // The lifecycle handles every failure; one that is left is a failure of the lifecycle itself.
      if (exchange.getException() != null && !stop.requested()) {
        throw new IllegalStateException(
            "the lifecycle of " + run.id() + " broke off", exchange.getException());
      }
      Run left = exchange.getProperty(RUN, Run.class);
      boolean parked =
          "PARKED".equals(exchange.getVariable(RunVariables.RUN_STATE, String.class))
              && exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT) == null;
      return parked && left != null
          ? left
          : ledger
              .commits()
              .commit(run.id(), "when it goes on", again -> ledger.runs().get(run.id()));
    } finally {
      MDC.clear();
    }
  }

  private CompletionHandler<Void> next(Run before, Run run, TaskInstance<Void> wakeup, Lane lane) {
    if (run.state().finished()) {
      return done(run.id(), wakeup, lane);
    }
    if (!Wakeups.carries(wakeup, lane, run)) {
      wakeups.ensure(run);
      return done(run.id(), wakeup, lane);
    }
    if (run.equals(before) && !run.dueAt().isAfter(clock.instant())) {
      // The step has left no trace, for example because the ledger was away.
      return again(run, clock.instant().plus(AFTER_NOTHING));
    }
    // A cancel that came during the step could not wake the run: it is looked at now.
    boolean cancelCame = run.cancelRequested() && !before.cancelRequested();
    return again(run, cancelCame ? clock.instant() : run.dueAt());
  }

  /**
   * Puts a wake-up away, then looks once more: whoever moved the run in between, for example to
   * deliver a failed one again, could not wake it.
   */
  private CompletionHandler<Void> done(String runId, TaskInstance<Void> wakeup, Lane lane) {
    return (execution, operations) -> {
      operations.stop();
      ledger
          .runs()
          .find(runId)
          .filter(run -> !run.state().finished() && Wakeups.carries(wakeup, lane, run))
          .ifPresent(wakeups::ensure);
    };
  }

  /** Wakes a run again at this moment, or now if somebody moved it since it was looked at. */
  private CompletionHandler<Void> again(Run seen, Instant at) {
    return (done, operations) -> {
      operations.reschedule(done, at);
      ledger
          .runs()
          .find(seen.id())
          .filter(run -> !run.equals(seen) && !run.state().finished())
          .ifPresent(run -> wakeups.now(run, clock.instant()));
    };
  }

  /** The identity's lock is ours: whatever it had picked was picked by a process that has ended. */
  private void releaseOwnPicks() {
    ledger.nodes().release(settings.node());
    // One machine's ledger has one runtime, as a rule: an older version's picks are ours as well.
    Duration silence = ledger.settings().sqlite() ? Duration.ZERO : OLDER_NODE_DEAD;
    ledger.nodes().releaseUnknown(clock.instant().minus(silence));
  }
}
