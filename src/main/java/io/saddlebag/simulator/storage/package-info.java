/** Plays the storage host that vendors' signed links point to. */
@NullMarked
package io.saddlebag.simulator.storage;

import org.jspecify.annotations.NullMarked;
