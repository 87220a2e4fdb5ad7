package io.saddlebag.kamelet;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A parameter's text on its way through Camel, which cuts, trims and reads some texts as its own
 * between a route and a Kamelet's bean (docs/decisions/0023-parameters-arrive-as-written.md). One
 * that may suffer is written in code: {@code exact~} and then letters, digits and {@code . _ / -}
 * as they are, every other character as its number in Unicode between tildes, so {@code \N} is
 * {@code exact~~5c~N}.
 */
public final class ExactText {
  private static final String MARK = "exact~";

  /**
   * What Camel is known to leave alone wherever it stands. Words of letters and digits are not
   * among it: one may be the name of a bean in the Kamelet, and the bean's new name would arrive.
   */
  private static final Pattern SAFE =
      Pattern.compile("(?!RAW\\{)(?=.*[^A-Za-z0-9])[A-Za-z{*/][A-Za-z0-9._/{}*,:;=@-]*");

  private static final Pattern NUMBERED = Pattern.compile("~(?:([0-9a-f]{1,6})~)?");

  private ExactText() {}

  /** Whether Camel leaves a text alone. */
  public static boolean safe(String text) {
    return SAFE.matcher(text).matches() && !text.contains("{{") && !text.startsWith(MARK);
  }

  /** A text in code, which Camel leaves alone. */
  public static String coded(String text) {
    StringBuilder coded = new StringBuilder(MARK);
    text.codePoints()
        .forEach(
            point -> {
              boolean plain =
                  point < 0x80 && (Character.isLetterOrDigit(point) || "._/-".indexOf(point) >= 0);
              if (plain) {
                coded.appendCodePoint(point);
              } else {
                coded.append('~').append(Integer.toHexString(point)).append('~');
              }
            });
    return coded.toString();
  }

  /**
   * The text that is meant by one that has arrived: itself, unless it is in code.
   *
   * @throws IllegalArgumentException when the code is broken
   */
  public static String of(String arrived) {
    if (!arrived.startsWith(MARK)) {
      return arrived;
    }
    StringBuilder text = new StringBuilder();
    Matcher number = NUMBERED.matcher(arrived);
    int from = MARK.length();
    for (number.region(from, arrived.length()); number.find(); from = number.end()) {
      int point = number.group(1) == null ? -1 : Integer.parseInt(number.group(1), 16);
      if (!Character.isValidCodePoint(point)) {
        throw new IllegalArgumentException(
            "the parameter "
                + arrived
                + " is no text in code: write exact~ and each special character as its number in"
                + " Unicode between tildes, as exact~~5c~N for a backslash and N");
      }
      text.append(arrived, from, number.start()).appendCodePoint(point);
    }
    return text.append(arrived, from, arrived.length()).toString();
  }

  /** The same of one character, which may be written as the word {@code tab}. */
  public static String character(String arrived) {
    String text = of(arrived);
    return text.equals("tab") ? "\t" : text;
  }
}
