package io.saddlebag.console;

import io.saddlebag.Saddlebag;
import io.saddlebag.export.ExportCheck;
import io.saddlebag.run.FailureRecord;
import io.saddlebag.run.Ledger;
import io.saddlebag.run.NodeLock;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunRequests;
import io.saddlebag.run.Wakeups;
import io.saddlebag.staging.StagingArea;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Attends a run until it has ended: carries it out itself when no runtime is there, or watches the
 * runtime that is. Ctrl-C only detaches. A command that attends several runs does so with one.
 */
final class Attendant {
  private static final int FIRST_LOOK_MILLIS = 50;
  private static final int LAST_LOOK_MILLIS = 400;

  private final Common common;
  private final Configuration configuration;
  private final Trial trial;
  private final Clock clock = Clock.systemUTC();

  Attendant(Common common, Configuration configuration) {
    this.common = common;
    this.configuration = configuration;
    this.trial = new Trial(common, configuration);
  }

  /**
   * What is needed to begin.
   *
   * @param ledger the runs
   * @param wakeups wakes runs
   * @param requests requests runs
   * @param exports tells which exports Camel has taken, and why not the others
   */
  record Hands(
      Ledger ledger, Wakeups wakeups, RunRequests requests, Supplier<ExportCheck.Result> exports) {

    /** Throws when a run of this export would wait until its file is put right. */
    void require(String export) {
      ExportCheck.Result known = exports.get();
      if (known.definitions().stream().noneMatch(definition -> definition.name().equals(export))) {
        throw new CannotRun(export, known.problems(), known.definitions());
      }
    }
  }

  /** Begins something, then shows the run it names until it has ended; gives the run back. */
  Run attend(Function<Hands, Run> begin, PrintWriter out) throws Exception {
    Optional<NodeLock> free = NodeLock.tryTake(configuration.settings().dataFolder());
    if (free.isPresent()) {
      free.get().close();
      try (Saddlebag saddlebag =
          Saddlebag.start(common.options(Map.of(), false, false), common.redactor(), clock)) {
        Hands hands =
            new Hands(
                saddlebag.ledger(),
                saddlebag.engine().wakeups(),
                saddlebag.requests(),
                () ->
                    new ExportCheck.Result(
                        saddlebag.exports().all(), saddlebag.exports().problems()));
        return watch(
            hands, begin, out, "it goes on as soon as `saddlebag start` or another command runs");
      }
    }
    try (Ledger ledger = Ledger.open(configuration.settings().ledger())) {
      Wakeups wakeups = Wakeups.throughRows(ledger.dataSource());
      // What the other process has loaded stands nowhere, and may be older than the file.
      Hands hands =
          new Hands(ledger, wakeups, new RunRequests(ledger, wakeups, clock), trial::result);
      return watch(hands, begin, out, "the runtime carries it on");
    }
  }

  private Run watch(Hands hands, Function<Hands, Run> begin, PrintWriter out, String afterDetach)
      throws InterruptedException {
    CountDownLatch interrupted = new CountDownLatch(1);
    CountDownLatch left = new CountDownLatch(1);
    AtomicBoolean detached = new AtomicBoolean();
    Thread hook =
        new Thread(
            () -> {
              detached.set(true);
              interrupted.countDown();
              await(left);
            },
            "detach");
    Runtime.getRuntime().addShutdownHook(hook);
    Progress progress = new Progress(out, System.console() != null && !common.json(), clock);
    StagingArea staging =
        new StagingArea(
            configuration.settings().stagingFolder(),
            configuration.settings().stagingLimits(),
            clock);
    try {
      Instant begun = clock.instant();
      Run run = begin.apply(hands);
      Run seen = null;
      int told = before(hands, run, begun);
      int pause = FIRST_LOOK_MILLIS;
      while (!run.state().finished()) {
        if (!common.json()) {
          progress.show(run, staging.partBytes(run.id()));
          told = run.equals(seen) ? told : tell(hands, run, told, progress);
        }
        // While nothing happens it looks less often: a vendor may take hours.
        pause = run.equals(seen) ? Math.min(2 * pause, LAST_LOOK_MILLIS) : FIRST_LOOK_MILLIS;
        if (interrupted.await(pause, TimeUnit.MILLISECONDS)) {
          progress.end();
          System.err.println("Detached from " + run.id() + "; " + afterDetach + ".");
          return run;
        }
        seen = run;
        run = hands.ledger().runs().get(run.id());
      }
      if (!common.json()) {
        tell(hands, run, told, progress);
        progress.show(run, 0);
        progress.end();
      }
      return run;
    } finally {
      left.countDown();
      if (!detached.get()) {
        Runtime.getRuntime().removeShutdownHook(hook);
      }
    }
  }

  /** How many failures a run that is joined has behind it. */
  private static int before(Hands hands, Run run, Instant begun) {
    return (int)
        hands.ledger().history().failures(run.id()).stream()
            .filter(failure -> failure.at().isBefore(begun))
            .count();
  }

  /**
   * Tells the failures after the first {@code told}, also those that were got over between two
   * looks; the one that a run ends with is told with its end. Gives back how many there are.
   */
  private static int tell(Hands hands, Run run, int told, Progress progress) {
    List<FailureRecord> failures = hands.ledger().history().failures(run.id());
    failures.stream().skip(told).filter(failure -> !failure.last()).forEach(progress::failed);
    return Math.max(told, failures.size());
  }

  private static void await(CountDownLatch left) {
    try {
      if (!left.await(4, TimeUnit.SECONDS)) {
        System.err.println("saddlebag: the command did not end in time; nothing is lost");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The exit code that a run's end means. */
  static int exitCode(Run run) {
    return switch (run.state()) {
      case DELIVERED, EMPTY -> ExitCodes.OK;
      case CANCELLED -> ExitCodes.CANCELLED;
      case FAILED -> ExitCodes.RUN_FAILED;
      default -> ExitCodes.DETACHED;
    };
  }
}
