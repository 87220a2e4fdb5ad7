/** CommCare HQ: what its answers mean, and how old its files are. */
@NullMarked
package io.saddlebag.vendor.commcare;

import org.jspecify.annotations.NullMarked;
