package io.saddlebag.run;

import java.time.Instant;

/**
 * A schedule that fired and made no run.
 *
 * @param export the export's name
 * @param at when it fired
 * @param reason why no run was made
 */
public record Skip(String export, Instant at, String reason) {}
