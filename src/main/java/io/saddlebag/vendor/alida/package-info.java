/** Alida: what its answers and documents hold. */
@NullMarked
package io.saddlebag.vendor.alida;

import org.jspecify.annotations.NullMarked;
