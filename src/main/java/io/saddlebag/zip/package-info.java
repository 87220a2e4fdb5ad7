/**
 * Reads zip archives by their directory, at any size in constant memory. Knows nothing of who asks:
 * staging proves archives with it, shaping unpacks them.
 */
@NullMarked
package io.saddlebag.zip;

import org.jspecify.annotations.NullMarked;
