/**
 * Shapes copies of delivered files: archives unpacked, characters converted. The file that a step
 * was given is never changed. Knows no vendor, no ledger and no staging.
 */
@NullMarked
package io.saddlebag.shaping;

import org.jspecify.annotations.NullMarked;
