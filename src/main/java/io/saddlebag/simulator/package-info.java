/**
 * Plays the vendors: HTTP servers on loopback with the vendors' real states, quirks and scripted
 * faults. They ship with the product, so that users try their routes without a vendor.
 */
@NullMarked
package io.saddlebag.simulator;

import org.jspecify.annotations.NullMarked;
