/**
 * Bytes to disk: part file, resume, digest, checks, receipt. Nothing that did not pass gets a final
 * name. Knows no vendor, no HTTP client and no ledger.
 */
@NullMarked
package io.saddlebag.staging;

import org.jspecify.annotations.NullMarked;
