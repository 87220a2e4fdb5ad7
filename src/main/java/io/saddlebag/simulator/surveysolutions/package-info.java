/** Plays the Survey Solutions Headquarters export API. */
@NullMarked
package io.saddlebag.simulator.surveysolutions;

import org.jspecify.annotations.NullMarked;
