package io.saddlebag.run;

import java.time.Instant;

/**
 * A failure of a run as the ledger keeps it.
 *
 * @param at when it happened
 * @param state where the run stood
 * @param name the failure's name, for example {@code LINK_EXPIRED}
 * @param message what happened and what to do
 * @param last whether the run ended by it
 */
public record FailureRecord(
    Instant at, RunState state, String name, String message, boolean last) {}
