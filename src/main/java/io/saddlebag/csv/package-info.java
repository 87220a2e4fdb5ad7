/** Reads CSV by one grammar for all steps; depends on nothing of the product. */
@NullMarked
package io.saddlebag.csv;

import org.jspecify.annotations.NullMarked;
