package io.saddlebag.run;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One execution of an export, as the ledger keeps it.
 *
 * @param id {@code <export>@<time>}
 * @param export the export's name
 * @param flow the vendor flow whose routes carry it, for example {@code webadmit}
 * @param origin what asked for it: {@code schedule}, {@code catch-up}, {@code manual}, {@code
 *     backfill}
 * @param state where it stands
 * @param jobId the vendor's job, once known
 * @param vendorStatus the vendor's last word, as it was said
 * @param progress the vendor's per cent, for display only
 * @param attempt the number of the attempt that may write now; another one after every move, and
 *     when a transfer begins
 * @param attempts failures in a row in this state
 * @param dueAt when it goes on
 * @param waitingFor why it waits, for people
 * @param cancelRequested whether the operator wants it cancelled
 * @param requestedAt when it was asked for
 * @param creatingAt when the create request was about to be sent
 * @param jobAt when the job id was known
 * @param readyAt when the vendor's file could be fetched
 * @param stagedAt when the file was staged
 * @param finishedAt when it ended
 * @param deadlineAt when it is given up
 * @param failure the name of the failure it ended with
 * @param failureMessage what happened and what to do
 * @param note what the operator should know of a run that did not fail
 * @param window what span of time it asks for; null for everything
 * @param checkpointScope the values that its checkpoint belongs to; null when it has none
 * @param checkpoint what it continues from; null when it begins anew
 * @param nextCheckpoint what the next run continues from once this one has ended well
 * @param createMark what the vendor had before the create request, in the words of its create
 *     route; null when that route keeps nothing
 * @param createStatus the status code of an answer to the create request that named no job; null
 *     when none came
 * @param node which node carries its transfers, because files of it are on that node's disk; null
 *     for none
 * @param givenOnce whether the vendor could not give its files a second time
 */
public record Run(
    String id,
    String export,
    String flow,
    String origin,
    RunState state,
    @Nullable String jobId,
    @Nullable String vendorStatus,
    @Nullable Integer progress,
    int attempt,
    int attempts,
    Instant dueAt,
    @Nullable String waitingFor,
    boolean cancelRequested,
    Instant requestedAt,
    @Nullable Instant creatingAt,
    @Nullable Instant jobAt,
    @Nullable Instant readyAt,
    @Nullable Instant stagedAt,
    @Nullable Instant finishedAt,
    Instant deadlineAt,
    @Nullable String failure,
    @Nullable String failureMessage,
    @Nullable String note,
    @Nullable Window window,
    @Nullable String checkpointScope,
    @Nullable String checkpoint,
    @Nullable String nextCheckpoint,
    @Nullable String createMark,
    @Nullable Integer createStatus,
    @Nullable String node,
    boolean givenOnce) {

  /** The time in the run's id. */
  public Instant at() {
    return RunId.parse(id).at();
  }

  /** How long the vendor's job has been known at this moment. */
  public Duration age(Instant now) {
    return jobAt == null ? Duration.ZERO : Duration.between(jobAt, now);
  }
}
