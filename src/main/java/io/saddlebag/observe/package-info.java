/** What is seen from outside: health, metrics and info. */
@NullMarked
package io.saddlebag.observe;

import org.jspecify.annotations.NullMarked;
