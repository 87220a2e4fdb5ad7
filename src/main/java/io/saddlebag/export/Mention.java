package io.saddlebag.export;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the name of a Kamelet stands in a text.
 *
 * @param line its line, from 1
 * @param start where the id of its route belongs, behind the name; negative when the name is
 *     written in a way that hides it
 * @param end behind the id that stands there already; the start when there is none
 */
public record Mention(int line, int start, int end) implements Comparable<Mention> {
  private static final Pattern NAME =
      Pattern.compile("[\"']?(?:kamelet:)?(?://)?([^\"'/?\\s,}\\]]+)(/[^\"'?\\s,}\\]]*)?");

  /** Finds the name in the value that begins at an offset. */
  static Mention find(String text, int offset, int line, String name) {
    Matcher matcher = NAME.matcher(text).region(offset, text.length());
    if (!matcher.lookingAt() || !name.equals(matcher.group(1))) {
      return new Mention(line, -1, -1);
    }
    return new Mention(line, matcher.end(1), matcher.end());
  }

  /** Whether Camel would not see an id that is put there. */
  boolean hidden() {
    return start < 0;
  }

  @Override
  public int compareTo(Mention other) {
    return Integer.compare(start, other.start);
  }
}
