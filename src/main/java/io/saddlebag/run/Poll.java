package io.saddlebag.run;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the vendor said of a job, and how often in a row it said just that.
 *
 * @param at when it was said first
 * @param lastAt when it was said last
 * @param vendorStatus the vendor's word
 * @param status the canonical status
 * @param progress the vendor's per cent
 * @param times how many polls in a row answered so
 */
public record Poll(
    Instant at,
    Instant lastAt,
    @Nullable String vendorStatus,
    String status,
    @Nullable Integer progress,
    int times) {}
