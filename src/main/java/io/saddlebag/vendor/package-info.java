/** What a vendor's routes cannot say in YAML; one package a vendor. */
@NullMarked
package io.saddlebag.vendor;

import org.jspecify.annotations.NullMarked;
