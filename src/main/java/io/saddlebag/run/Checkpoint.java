package io.saddlebag.run;

import java.time.Instant;

/**
 * What makes the next run of an export incremental.
 *
 * @param export the export's name
 * @param scope the values that it belongs to, as one line for people
 * @param token the vendor's token, or the end of the last window that was delivered
 * @param run the run that brought it, or {@code operator}
 * @param savedAt when it was saved
 */
public record Checkpoint(String export, String scope, String token, String run, Instant savedAt) {}
