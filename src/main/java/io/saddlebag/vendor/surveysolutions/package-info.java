/** Survey Solutions: whether a job is the one that was ordered. */
@NullMarked
package io.saddlebag.vendor.surveysolutions;

import org.jspecify.annotations.NullMarked;
