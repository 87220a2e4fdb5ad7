package io.saddlebag.export;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** Guesses what a misspelt name was meant to be. */
final class NearestName {
  private static final int TYPING_ERRORS = 3;

  private NearestName() {}

  /**
   * A hint at the name that was probably meant, with a blank before it; empty when none is near.
   */
  static String hint(String written, Collection<String> known) {
    // In a short name fewer letters make another word.
    int most = Math.min(TYPING_ERRORS, Math.max(1, written.length() / 2));
    return known.stream()
        .filter(name -> distance(name, written) <= most)
        .min(Comparator.comparing(name -> distance(name, written)))
        .map(name -> " (did you mean " + name + "?)")
        .orElse("");
  }

  private static int distance(String known, String written) {
    String one = known.toLowerCase(Locale.ROOT);
    String other = written.toLowerCase(Locale.ROOT);
    int[] row = new int[other.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int above = row[j];
        int change = one.charAt(i - 1) == other.charAt(j - 1) ? diagonal : diagonal + 1;
        row[j] = Math.min(change, Math.min(above, row[j - 1]) + 1);
        diagonal = above;
      }
    }
    return row[other.length()];
  }
}
