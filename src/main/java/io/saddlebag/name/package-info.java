/** Names of files: what no name may hold, and how a long one is cut. Depends on nothing. */
@NullMarked
package io.saddlebag.name;

import org.jspecify.annotations.NullMarked;
