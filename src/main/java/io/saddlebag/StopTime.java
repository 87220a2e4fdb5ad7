package io.saddlebag;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The time that a stop may take as a whole, given to its parts one after the other. */
final class StopTime {
  private static final Logger LOG = LoggerFactory.getLogger(StopTime.class);

  /** What every part is given, however late it is. */
  private static final Duration LEAST = Duration.ofMillis(200);

  private final long end;

  /** So much from now on. */
  StopTime(Duration whole) {
    end = System.nanoTime() + whole.toNanos();
  }

  /** What stops a part. */
  interface Stop {
    void run() throws Exception;
  }

  /**
   * Stops a part; where that takes longer than there is time, it is left behind. What goes wrong in
   * one part keeps no other from stopping.
   *
   * @param most how much of the time it may take
   */
  void give(Duration most, String part, Stop stop) {
    FutureTask<Void> task = new FutureTask<>(callable(stop));
    Thread thread = new Thread(task, "stop " + part);
    thread.setDaemon(true);
    thread.start();
    long left = Math.max(LEAST.toNanos(), Math.min(most.toNanos(), end - System.nanoTime()));
    try {
      task.get(left, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      LOG.warn("The stop does not wait longer for {}; nothing is lost", part);
    } catch (ExecutionException e) {
      LOG.error("The stop of {} was not clean", part, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Callable<Void> callable(Stop stop) {
    return () -> {
      stop.run();
      return null;
    };
  }
}
