/**
 * Runs of exports: their states, the ledger that keeps them, and the engine that wakes them. Knows
 * no vendor and no HTTP.
 */
@NullMarked
package io.saddlebag.run;

import org.jspecify.annotations.NullMarked;
