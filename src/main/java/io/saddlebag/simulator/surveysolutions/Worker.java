package io.saddlebag.simulator.surveysolutions;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one worker of the server, which takes the jobs of all workspaces (section 8 item 3). What was
 * due is done when somebody looks, each thing at its own time.
 */
final class Worker {
  private static final Duration EVENT_QUEUE = Duration.ofSeconds(1);

  private final Settings settings;
  private final ArchiveFiles files;
  private final Set<Job> running = new LinkedHashSet<>();
  private Instant free = Instant.MIN;

  Worker(Settings settings, ArchiveFiles files) {
    this.settings = settings;
    this.files = files;
  }

  /** Lets everything happen that is due by now, in its order. */
  void advance(List<Job> jobs, Instant now) {
    Event next = next(jobs);
    while (next != null && !next.at().isAfter(now)) {
      next.action().accept(next.at());
      next = next(jobs);
    }
  }

  /** Puts the running jobs back into the queue, as a restart does (section 8 item 13). */
  void restart(Instant now, Instant up) {
    for (Job job : running) {
      if (job.status() == ExportStatus.RUNNING) {
        job.interrupt(now, up);
      }
    }
    running.clear();
    free = up;
  }

  private @Nullable Event next(List<Job> jobs) {
    Event next = null;
    for (Job job : running) {
      next = earlier(next, new Event(job.attemptEnds(), at -> end(job, at)));
    }
    for (Job job : jobs) {
      Instant cancel = job.cancelDue();
      if (cancel != null) {
        next = earlier(next, new Event(cancel, at -> cancel(job, at)));
      }
      Instant requeue = job.requeueDue();
      if (requeue != null) {
        next = earlier(next, new Event(requeue, job::failAttempt));
      }
      if (job.status() == ExportStatus.CREATED && (settings.manyWorkers || running.isEmpty())) {
        next = earlier(next, new Event(start(job), at -> start(job, at)));
      }
    }
    return next;
  }

  private Instant start(Job job) {
    return !settings.manyWorkers && job.eligible().isBefore(free) ? free : job.eligible();
  }

  private void start(Job job, Instant at) {
    job.start(at);
    running.add(job);
  }

  private void end(Job job, Instant at) {
    release(job, at);
    if (job.attemptFails()) {
      if (job.isZipping(at)) {
        files.leavePartial(job);
      }
      job.failAttempt(at);
    } else {
      job.complete(at, settings.word);
      files.finish(job);
    }
  }

  private void cancel(Job job, Instant at) {
    boolean partly = settings.leavesPartialFile && job.status() != ExportStatus.COMPLETED;
    if (job.isZipping(at) || partly) {
      files.leavePartial(job);
    }
    job.cancel(at);
    if (running.contains(job) && !settings.completesAnyway) {
      release(job, at);
      if (settings.requeuesParadata && job.parameters().type() == ExportType.PARADATA) {
        job.requeueAt(at.plus(EVENT_QUEUE));
      }
    }
  }

  private void release(Job job, Instant at) {
    running.remove(job);
    free = at;
  }

  private static Event earlier(@Nullable Event one, Event other) {
    return one == null || other.at().isBefore(one.at()) ? other : one;
  }

  private record Event(Instant at, Consumer<Instant> action) {}
}
