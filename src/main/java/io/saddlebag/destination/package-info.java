/**
 * Where delivered files go: layouts of names, objects in S3. Works on the message that a user's
 * steps get; knows no ledger, no staging and no vendor.
 */
@NullMarked
package io.saddlebag.destination;

import org.jspecify.annotations.NullMarked;
