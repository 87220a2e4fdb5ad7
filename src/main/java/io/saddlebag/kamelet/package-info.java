/**
 * What all Kamelets that shape and deliver have in common: how their parameters and their files
 * reach them. Depends on nothing of ours.
 */
@NullMarked
package io.saddlebag.kamelet;

import org.jspecify.annotations.NullMarked;
