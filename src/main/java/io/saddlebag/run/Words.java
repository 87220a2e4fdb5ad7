package io.saddlebag.run;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The bean {@code words}: brings a vendor's status word into one spelling. */
public final class Words {

  /** Lower case, blanks as underscores; the empty text for nothing. */
  public String plain(@Nullable String word) {
    return word == null ? "" : word.strip().toLowerCase(Locale.ROOT).replaceAll("[\\s-]+", "_");
  }
}
