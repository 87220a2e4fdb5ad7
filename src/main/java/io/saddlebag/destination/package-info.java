/**
 * Where delivered files go when a plain Camel step is not enough. Knows no vendor, no ledger and no
 * staging.
 */
@NullMarked
package io.saddlebag.destination;

import org.jspecify.annotations.NullMarked;
