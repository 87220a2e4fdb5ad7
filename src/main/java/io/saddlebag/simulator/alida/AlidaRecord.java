package io.saddlebag.simulator.alida;

import java.time.Instant;

/**
 * One participant's responses.
 *
 * @param ownerId the participant
 * @param lastUpdateDate when they changed last
 * @param syncDate when the vendor synced them; its windows filter by this (item 14)
 * @param fields the JSON of the record's {@code fields}
 */
public record AlidaRecord(
    String ownerId, Instant lastUpdateDate, Instant syncDate, String fields) {}
