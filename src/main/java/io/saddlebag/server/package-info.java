/** What guards the ports that Saddlebag itself listens on; depends on nothing else of it. */
@NullMarked
package io.saddlebag.server;

import org.jspecify.annotations.NullMarked;
