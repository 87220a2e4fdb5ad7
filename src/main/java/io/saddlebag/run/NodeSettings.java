package io.saddlebag.run;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How a node appears in the ledger.
 *
 * @param name its name, for people
 * @param lease how long it counts as there after it was heard of last
 * @param sharedStaging whether its staging folder is one that all nodes share
 * @param identityFile where its identity is kept
 */
public record NodeSettings(String name, Duration lease, boolean sharedStaging, Path identityFile) {}
