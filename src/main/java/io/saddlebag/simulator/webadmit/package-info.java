/** Plays the WebAdMIT export API. */
@NullMarked
package io.saddlebag.simulator.webadmit;

import org.jspecify.annotations.NullMarked;
