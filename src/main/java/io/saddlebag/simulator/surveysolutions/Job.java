package io.saddlebag.simulator.surveysolutions;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A job and its states (Survey Solutions sheet, section 3); guarded by its simulator. */
final class Job {
  private static final int MAX_FAILURES = 4;
  private static final int ZIPPING = 2;
  private static final Duration LEFT_OVER = Duration.ofNanos(170_686_300);

  private final long id;
  private final ExportParameters parameters;
  private final Settings settings;
  private final Instant created;
  private final int lastProgress;
  private int notReadyAnswers;
  private ExportStatus status = ExportStatus.CREATED;
  private @Nullable String word;
  private Instant eligible;
  private @Nullable Instant started;
  private @Nullable Instant completed;
  private @Nullable Instant cancelDue;
  private @Nullable Instant requeueDue;
  private boolean attemptFails;
  private boolean diskFull;
  private int failures;
  private int progress;
  private @Nullable Duration eta;

  Job(long id, ExportParameters parameters, Settings settings, Instant created) {
    this.id = id;
    this.parameters = parameters;
    this.settings = settings;
    this.created = created;
    this.lastProgress = settings.lastProgress;
    this.notReadyAnswers = settings.notReadyAnswers;
    this.eligible = created.plus(settings.queue);
  }

  long id() {
    return id;
  }

  ExportParameters parameters() {
    return parameters;
  }

  ExportStatus status() {
    return status;
  }

  /** The status as it is shown; an unknown version's may be any word. */
  String word() {
    return word == null ? status.word() : word;
  }

  boolean isOpen() {
    return status == ExportStatus.CREATED || status == ExportStatus.RUNNING;
  }

  Instant created() {
    return created;
  }

  /** The start once it has started, before that the creation (section 8 item 2). */
  Instant startDate() {
    return started == null ? created : started;
  }

  @Nullable Instant completed() {
    return completed;
  }

  Instant eligible() {
    return eligible;
  }

  @Nullable Instant cancelDue() {
    return cancelDue;
  }

  @Nullable Instant requeueDue() {
    return requeueDue;
  }

  /** Whether it failed for want of disk space (section 8 item 12). */
  boolean foundDiskFull() {
    return diskFull;
  }

  /** When the current attempt ends: a bad one while it writes, or zips if it leaves something. */
  Instant attemptEnds() {
    if (!attemptFails) {
      return startDate().plus(settings.pace);
    }
    Duration zips = settings.phase().multipliedBy(2 * ZIPPING + 1L).dividedBy(2);
    return startDate().plus(settings.leavesPartialFile ? zips : settings.pace.dividedBy(2));
  }

  boolean attemptFails() {
    return attemptFails;
  }

  /** The last progress reported, one each second at most: a saw-tooth (section 8 item 7). */
  int progress(Instant now) {
    return status == ExportStatus.RUNNING ? (int) (100 * fraction(reported(now))) : progress;
  }

  /** The remaining time of the phase, left over after the end (section 8 item 7). */
  @Nullable Duration eta(Instant now) {
    if (status != ExportStatus.RUNNING) {
      return eta;
    }
    double fraction = fraction(reported(now));
    Duration whole = settings.eta == null ? settings.phase() : settings.eta;
    return fraction == 0 ? null : Duration.ofNanos((long) (whole.toNanos() * (1 - fraction)));
  }

  /** Whether it is running and writes onto the final path (section 8 item 11). */
  boolean isZipping(Instant now) {
    boolean direct =
        parameters.type() != ExportType.BINARY
            && parameters.type() != ExportType.AUDIO_AUDIT
            && parameters.cloud() == null;
    return direct
        && status == ExportStatus.RUNNING
        && inPhases(Duration.between(startDate(), now)) >= ZIPPING;
  }

  /** Whether the file is refused once more although the job has ended (section 8 item 17). */
  boolean refusesFile() {
    return !isOpen() && notReadyAnswers-- > 0;
  }

  /** A worker takes it. */
  void start(Instant at) {
    status = ExportStatus.RUNNING;
    started = at;
    diskFull = settings.diskFull;
    attemptFails = diskFull || settings.takeFailure();
  }

  /** It ends with this word; whatever it was before is overwritten (section 8 item 16). */
  void complete(Instant at, String last) {
    status = VendorEnum.find(ExportStatus.values(), last).orElse(ExportStatus.COMPLETED);
    word = last;
    completed = at;
    progress = lastProgress;
    eta = LEFT_OVER;
  }

  /** An attempt fails: it is tried again, or given up for good (section 8 item 12). */
  void failAttempt(Instant at) {
    keepReport(at);
    requeueDue = null;
    failures++;
    if (diskFull) {
      status = ExportStatus.FAIL;
    } else if (failures == MAX_FAILURES) {
      status = ExportStatus.FAIL;
      completed = at;
    } else {
      completed = null;
      requeue(at.plus(settings.afterFailure));
    }
  }

  /** The worker is gone: it is back in the queue with its old reports (section 8 item 13). */
  void interrupt(Instant at, Instant up) {
    keepReport(at);
    requeue(up.plus(settings.queue));
  }

  /** Somebody cancels it; the event waits in a queue (section 8 item 14). */
  void cancelAt(Instant at) {
    cancelDue = cancelDue == null ? at : cancelDue;
  }

  /** The cancellation is carried out, from any state (section 8 items 14 and 15). */
  void cancel(Instant at) {
    keepReport(at);
    cancelDue = null;
    requeueDue = null;
    status = ExportStatus.CANCELED;
    word = null;
    completed = at;
  }

  /** A cancelled export will count as failed and be tried again (section 8 item 16). */
  void requeueAt(Instant at) {
    requeueDue = at;
  }

  private void requeue(Instant notBefore) {
    status = ExportStatus.CREATED;
    eligible = notBefore;
  }

  private void keepReport(Instant at) {
    int last = progress(at);
    eta = eta(at);
    progress = last;
  }

  private Duration reported(Instant now) {
    return Duration.ofSeconds(Duration.between(startDate(), now).toSeconds());
  }

  private double fraction(Duration elapsed) {
    return inPhases(elapsed) % 1;
  }

  private double inPhases(Duration elapsed) {
    double phases = (double) elapsed.toNanos() / Math.max(1, settings.phase().toNanos());
    return Math.min(phases, Math.nextDown((double) settings.phases()));
  }
}
