/** The command line: one file a command, tables and progress for people, JSON for programs. */
@NullMarked
package io.saddlebag.console;

import org.jspecify.annotations.NullMarked;
