/**
 * Carries vendors' asynchronous data exports home: the program's entry and how its parts are put
 * together.
 */
@NullMarked
package io.saddlebag;

import org.jspecify.annotations.NullMarked;
