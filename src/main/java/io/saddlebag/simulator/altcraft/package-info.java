/** Plays the Altcraft export API. */
@NullMarked
package io.saddlebag.simulator.altcraft;

import org.jspecify.annotations.NullMarked;
