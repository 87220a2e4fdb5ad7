/** Plays Altcraft, as section 8 of its sheet asks. */
@NullMarked
package io.saddlebag.simulator.altcraft;

import org.jspecify.annotations.NullMarked;
