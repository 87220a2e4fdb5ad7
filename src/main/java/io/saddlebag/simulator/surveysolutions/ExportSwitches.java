package io.saddlebag.simulator.surveysolutions;

import io.saddlebag.simulator.Body;
import io.saddlebag.simulator.Simulator;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a simulated server can be told about its exports (section 8). Thread-safe. */
abstract sealed class ExportSwitches extends Simulator permits SurveySolutionsSimulator {
  /** Guarded by this. */
  final Settings settings = new Settings();

  ExportSwitches(int port, Clock clock) {
    super("127.0.0.1", port, clock);
  }

  abstract SurveySolutionsSimulator self();

  /** How long a job runs, all phases together (item 7); in v1 how long each status takes. */
  public synchronized SurveySolutionsSimulator pace(Duration running) {
    settings.pace = running;
    return self();
  }

  /** How long a job is Created before a worker takes it (items 2 and 3). */
  public synchronized SurveySolutionsSimulator queue(Duration created) {
    settings.queue = created;
    return self();
  }

  /** Jobs do not wait for each other; otherwise one worker serves the whole server (item 3). */
  public synchronized SurveySolutionsSimulator manyWorkers(boolean on) {
    settings.manyWorkers = on;
    return self();
  }

  /** What Progress of jobs made from now on ends at: 0, 2, 30 or any other figure (item 7). */
  public synchronized SurveySolutionsSimulator lastProgress(int progress) {
    settings.lastProgress = progress;
    return self();
  }

  /** The remaining time claimed at the start of each phase, null for the true one (item 7). */
  public synchronized SurveySolutionsSimulator eta(@Nullable Duration claimed) {
    settings.eta = claimed;
    return self();
  }

  /** The word that jobs end with, for a server of a version nobody knows yet (section 3). */
  public synchronized SurveySolutionsSimulator word(String last) {
    settings.word = last;
    return self();
  }

  /** Archives are in S3, under keys without a job id; set it before the first job (items 8, 9). */
  public synchronized SurveySolutionsSimulator s3Storage(boolean on) {
    settings.s3Storage = on;
    return self();
  }

  /** Whether a file on disk shows while it is zipped, as it does; fetching it is 500 (item 11). */
  public synchronized SurveySolutionsSimulator fileWhileRunning(boolean on) {
    settings.fileWhileRunning = on;
    return self();
  }

  /** The file that shows while it is zipped is served, half of it (item 11). */
  public synchronized SurveySolutionsSimulator partialWhileRunning(boolean on) {
    settings.partialWhileRunning = on;
    settings.fileWhileRunning |= on;
    return self();
  }

  /**
   * Jobs leave a partial file behind whenever they fail or are cancelled, not only when they were
   * zipping just then (item 11).
   */
  public synchronized SurveySolutionsSimulator leavesPartialFile(boolean on) {
    settings.leavesPartialFile = on;
    return self();
  }

  /** The next attempts of jobs fail so many times; four failures of one job are final (item 12). */
  public synchronized SurveySolutionsSimulator failNext(int times) {
    settings.failuresToShow = times;
    return self();
  }

  /** How long the server waits before it tries a failed job again, 10 s (item 12). */
  public synchronized SurveySolutionsSimulator afterFailure(Duration wait) {
    settings.afterFailure = wait;
    return self();
  }

  /** Jobs fail at once because the disk is full (item 12). */
  public synchronized SurveySolutionsSimulator diskFull(boolean on) {
    settings.diskFull = on;
    return self();
  }

  /** How long a cancel takes to show, no time unless told (item 14). */
  public synchronized SurveySolutionsSimulator cancelTakes(Duration time) {
    settings.cancelTakes = time;
    return self();
  }

  /** A job cancelled while it runs is Canceled at first and ends Completed (item 16). */
  public synchronized SurveySolutionsSimulator completesAnyway(boolean on) {
    settings.completesAnyway = on;
    return self();
  }

  /** Paradata cancelled while it runs is Created again a second later (item 16). */
  public synchronized SurveySolutionsSimulator requeuesParadata(boolean on) {
    settings.requeuesParadata = on;
    return self();
  }

  /** Jobs complete without a file: retention, or a push to a cloud (item 17). */
  public synchronized SurveySolutionsSimulator withoutFile(boolean on) {
    settings.withoutFile = on;
    return self();
  }

  /** The file of a job made from now on answers 400 so many times after its end (item 17). */
  public synchronized SurveySolutionsSimulator notReadyAnswers(int times) {
    settings.notReadyAnswers = times;
    return self();
  }

  /**
   * Archives are encrypted with {@link SurveySolutionsSimulator#ARCHIVE_PASSWORD}, without a hint
   * (item 22).
   */
  public synchronized SurveySolutionsSimulator encrypted(boolean on) {
    settings.encrypted = on;
    return self();
  }

  /** Archives have so many entries that they need Zip64, unless they are encrypted (item 22). */
  public synchronized SurveySolutionsSimulator zip64(boolean on) {
    settings.zip64 = on;
    return self();
  }

  /** The bytes of every archive made from now on; null for real ones (item 10). */
  public synchronized SurveySolutionsSimulator payload(@Nullable Body bytes) {
    settings.payload = bytes;
    return self();
  }
}
