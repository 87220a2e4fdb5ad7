package io.saddlebag.run;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerBuilder;
import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import io.saddlebag.export.Exports;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
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
  private static final Duration HEARTBEAT = Duration.ofSeconds(5);
  private static final Duration STOP_WAIT = Duration.ofSeconds(1);
  private static final Duration STEPS_END = Duration.ofSeconds(2);

  private final Ledger ledger;
  private final Exports exports;
  private final ProducerTemplate producer;
  private final EngineSettings settings;
  private final StopSignal stop;
  private final Consumer<Duration> lateness;
  private final Clock clock;
  private final MissingExports missing;
  private final Map<Lane, Scheduler> timers = new EnumMap<>(Lane.class);
  private final Wakeups wakeups;

  /**
   * An engine that has not been started.
   *
   * @param producer sends to the lifecycle route
   * @param lateness is told how late each wake-up was
   */
  public Engine(
      Ledger ledger,
      Exports exports,
      ProducerTemplate producer,
      EngineSettings settings,
      StopSignal stop,
      Consumer<Duration> lateness,
      Clock clock) {
    this.ledger = ledger;
    this.exports = exports;
    this.producer = producer;
    this.settings = settings;
    this.stop = stop;
    this.lateness = lateness;
    this.clock = clock;
    this.missing = new MissingExports(ledger, clock);
    for (Lane lane : Lane.values()) {
      timers.put(lane, timer(lane));
    }
    Map<Lane, SchedulerClient> clients = new EnumMap<>(Lane.class);
    clients.putAll(timers);
    wakeups = new Wakeups(clients);
  }

  private Scheduler timer(Lane lane) {
    SchedulerBuilder builder =
        Scheduler.create(
                ledger.dataSource(),
                Wakeups.task((instance, context) -> carryOn(instance.getId(), lane)))
            .tableName(lane.table())
            .schedulerName(new SchedulerName.Fixed(settings.node()))
            .threads(settings.threads(lane))
            .pollingInterval(settings.polling())
            .heartbeatInterval(HEARTBEAT)
            .shutdownMaxWait(STOP_WAIT)
            .enableImmediateExecution();
    if (!ledger.settings().sqlite()) {
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
    List<Run> unfinished = ledger.runs().unfinished();
    unfinished.forEach(wakeups::ensure);
    if (!unfinished.isEmpty()) {
      LOG.info("Continuing {} unfinished runs", unfinished.size());
    }
    timers.values().forEach(Scheduler::start);
  }

  /** Gives a wake-up to runs that are overdue for one; harmless while they have it. */
  public void reconcile() {
    Instant overdue = clock.instant().minusSeconds(60);
    for (Run run : ledger.runs().unfinished()) {
      if (run.dueAt().isAfter(overdue)) {
        return;
      }
      wakeups.ensure(run);
    }
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

  private CompletionHandler<Void> carryOn(String runId, Lane lane) {
    Optional<Run> found = ledger.runs().find(runId);
    if (found.isEmpty() || found.get().state().finished()) {
      return done(runId, lane);
    }
    if (exports.find(found.get().export()).isEmpty()) {
      Run waiting = missing.wait(found.get());
      return waiting.state().finished() ? done(runId, lane) : again(waiting, waiting.dueAt());
    }
    Run run = missing.back(found.get());
    if (run.state().lane() == lane && !run.dueAt().isAfter(clock.instant())) {
      lateness.accept(Duration.between(run.dueAt(), clock.instant()));
    }
    step(run, lane);
    return next(run, ledger.runs().get(runId), lane);
  }

  private void step(Run run, Lane lane) {
    MDC.put("run", run.id());
    MDC.put("job", run.jobId() == null ? "" : run.jobId());
    try {
      Exchange exchange =
          producer.send(
              "direct:export-lifecycle",
              message -> {
                message.setVariable(RunVariables.RUN_ID, run.id());
                message.setVariable(RunVariables.RUN_LANE, lane);
              });
      // The lifecycle handles every failure; one that is left is a failure of the lifecycle itself.
      if (exchange.getException() != null && !stop.requested()) {
        throw new IllegalStateException(
            "the lifecycle of " + run.id() + " broke off", exchange.getException());
      }
    } finally {
      MDC.clear();
    }
  }

  private CompletionHandler<Void> next(Run before, Run run, Lane lane) {
    if (run.state().finished()) {
      return done(run.id(), lane);
    }
    if (run.state().lane() != lane) {
      wakeups.ensure(run);
      return done(run.id(), lane);
    }
    // A cancel that came during the step could not wake the run: it is looked at now.
    boolean cancelCame = run.cancelRequested() && !before.cancelRequested();
    return again(run, cancelCame ? clock.instant() : run.dueAt());
  }

  /**
   * Puts a wake-up away, then looks once more: whoever moved the run in between, for example to
   * deliver a failed one again, could not wake it.
   */
  private CompletionHandler<Void> done(String runId, Lane lane) {
    return (execution, operations) -> {
      operations.stop();
      ledger
          .runs()
          .find(runId)
          .filter(run -> !run.state().finished() && run.state().lane() == lane)
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

  private void releaseOwnPicks() {
    for (Lane lane : Lane.values()) {
      String release =
          "update "
              + lane.table()
              + " set picked = ?, picked_by = null, last_heartbeat = null, version = version + 1"
              + " where picked_by = ? and picked = ?";
      try (Connection connection = ledger.dataSource().getConnection();
          PreparedStatement statement = connection.prepareStatement(release)) {
        statement.setBoolean(1, false);
        statement.setString(2, settings.node());
        statement.setBoolean(3, true);
        statement.executeUpdate();
      } catch (SQLException e) {
        throw new LedgerUnavailable(
            "the wake-ups of this node cannot be released: " + e.getMessage(), e);
      }
    }
  }
}
