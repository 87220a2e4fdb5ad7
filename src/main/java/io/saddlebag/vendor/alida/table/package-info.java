/**
 * Tables out of Alida's documents: wide and long CSV, a codebook, one record per line. Reads files
 * of any size in constant memory and knows neither runs nor staging.
 */
@NullMarked
package io.saddlebag.vendor.alida.table;

import org.jspecify.annotations.NullMarked;
