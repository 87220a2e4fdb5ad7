/** How a route file becomes an export: its Kamelet's declaration, its connection, its checks. */
@NullMarked
package io.saddlebag.export;

import org.jspecify.annotations.NullMarked;
