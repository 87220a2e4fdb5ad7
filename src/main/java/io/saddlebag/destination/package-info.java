/**
 * Where delivered files go: layouts of names, folders, objects in S3, loads into databases. Works
 * on the message that a user's steps get; knows no ledger, no staging and no vendor.
 */
@NullMarked
package io.saddlebag.destination;

import org.jspecify.annotations.NullMarked;
