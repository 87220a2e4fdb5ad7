/** Altcraft: where its files are. */
@NullMarked
package io.saddlebag.vendor.altcraft;

import org.jspecify.annotations.NullMarked;
