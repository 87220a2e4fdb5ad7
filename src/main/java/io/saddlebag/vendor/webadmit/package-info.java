/** WebAdMIT: things chosen by name. */
@NullMarked
package io.saddlebag.vendor.webadmit;

import org.jspecify.annotations.NullMarked;
