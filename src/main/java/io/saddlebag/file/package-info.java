/** What holds for every file that Saddlebag itself keeps; depends on nothing of it. */
@NullMarked
package io.saddlebag.file;

import org.jspecify.annotations.NullMarked;
