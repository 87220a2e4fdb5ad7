package io.saddlebag.destination;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntFunction;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * Sends the parts of one upload, several at a time. After the first failure no further part is
 * begun, and nothing is on its way any more when it is thrown: an upload that is aborted before its
 * last part has ended would keep that part.
 */
final class PartsInParallel {
  private static final long PATIENCE_SECONDS = 30;

  private final int atOnce;

  /**
   * Sends this many parts at a time.
   *
   * @param atOnce 1 or more
   */
  PartsInParallel(int atOnce) {
    this.atOnce = atOnce;
  }

  /**
   * Sends all parts.
   *
   * @param parts how many there are
   * @param send sends the part of an index from 0 on
   * @return what was sent, in the order of the parts
   */
  List<CompletedPart> send(int parts, IntFunction<CompletedPart> send) {
    AtomicReferenceArray<CompletedPart> sent = new AtomicReferenceArray<>(parts);
    AtomicInteger next = new AtomicInteger();
    AtomicBoolean failed = new AtomicBoolean();
    Runnable worker =
        () -> {
          for (int part = next.getAndIncrement();
              part < parts && !failed.get();
              part = next.getAndIncrement()) {
            boolean done = false;
            try {
              sent.set(part, send.apply(part));
              done = true;
            } finally {
              if (!done) {
                failed.set(true);
              }
            }
          }
        };
    run(worker, Math.min(atOnce, parts), failed);
    List<CompletedPart> all = new ArrayList<>(parts);
    for (int part = 0; part < parts; part++) {
      all.add(sent.get(part));
    }
    return all;
  }

  private static void run(Runnable worker, int threads, AtomicBoolean failed) {
    ExecutorService pool =
        Executors.newFixedThreadPool(
            threads, work -> new Thread(work, Thread.currentThread().getName() + "-part"));
    try {
      List<Future<?>> workers = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        workers.add(pool.submit(worker));
      }
      join(workers);
    } catch (InterruptedException e) {
      failed.set(true);
      pool.shutdownNow();
      Thread.currentThread().interrupt();
      throw AbortedException.create("the upload was interrupted", e);
    } finally {
      end(pool);
    }
  }

  /** Waits for all, then throws what the first of them threw. */
  private static void join(List<Future<?>> workers) throws InterruptedException {
    Throwable first = null;
    for (Future<?> worker : workers) {
      try {
        worker.get();
      } catch (ExecutionException e) {
        if (first == null) {
          first = e.getCause();
        } else {
          first.addSuppressed(e.getCause());
        }
      }
    }
    if (first instanceof RuntimeException problem) {
      throw problem;
    }
    if (first instanceof Error problem) {
      throw problem;
    }
  }

  private static void end(ExecutorService pool) {
    pool.shutdown();
    boolean interrupted = Thread.interrupted();
    try {
      if (!pool.awaitTermination(interrupted ? 1 : PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        pool.shutdownNow();
      }
    } catch (InterruptedException e) {
      pool.shutdownNow();
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
