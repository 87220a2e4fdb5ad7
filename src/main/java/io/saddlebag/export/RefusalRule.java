package io.saddlebag.export;

import java.util.List;
import java.util.Locale;

/**
 * Which answers of a vendor mean that it refused the credentials themselves, and not something that
 * they may not see or do: from {@code x-refused} in a Kamelet's {@code x-connection}. An entry is a
 * status, or the number of an error inside a good answer, and may go on with words that the answer
 * must hold: {@code 401}, {@code 403 invalid api key}.
 *
 * @param when the answers that mean it
 * @param unless those among them that do not
 */
public record RefusalRule(List<String> when, List<String> unless) {
  /** What counts where a Kamelet says nothing: every 401. */
  public static final RefusalRule STANDARD = new RefusalRule(List.of("401"), List.of());

  /** The form of an entry. */
  static final String ENTRY = "[1-5]\\d\\d( \\S.*)?";

  /** Copies the lists. */
  public RefusalRule {
    when = List.copyOf(when);
    unless = List.copyOf(unless);
  }

  /** Whether an answer with this number and text means that the credentials were refused. */
  public boolean means(int code, String text) {
    return when.stream().anyMatch(entry -> fits(entry, code, text))
        && unless.stream().noneMatch(entry -> fits(entry, code, text));
  }

  /** Whether a text can hold one of the numbers at all. */
  public boolean possible(String text) {
    return when.stream().anyMatch(entry -> text.contains(entry.substring(0, 3)));
  }

  private static boolean fits(String entry, int code, String text) {
    return entry.startsWith(String.valueOf(code))
        && text.toLowerCase(Locale.ROOT)
            .contains(entry.substring(3).strip().toLowerCase(Locale.ROOT));
  }
}
