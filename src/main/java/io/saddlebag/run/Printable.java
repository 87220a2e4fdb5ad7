package io.saddlebag.run;

/**
 * Makes a vendor's words safe to keep and to print: one line of bounded length, without control
 * characters that a terminal would obey.
 */
public final class Printable {
  private static final int LONGEST = 200;

  private Printable() {}

  /** A short excerpt of a text. */
  public static String excerpt(String text) {
    return line(text, LONGEST);
  }

  /** A text as one line of at most so many characters. */
  static String line(String text, int longest) {
    String line = text.replaceAll("[\\p{Cntrl}\\p{Cf}\\s]+", " ").strip();
    return line.length() <= longest ? line : line.substring(0, longest) + "…";
  }
}
