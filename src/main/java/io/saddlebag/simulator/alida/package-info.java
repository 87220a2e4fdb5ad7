/** Plays Alida's batch activities export. */
@NullMarked
package io.saddlebag.simulator.alida;

import org.jspecify.annotations.NullMarked;
