/** Plays CommCare HQ: the legacy exports of 2014 to 2019, and the daily saved export of today. */
@NullMarked
package io.saddlebag.simulator.commcare;

import org.jspecify.annotations.NullMarked;
